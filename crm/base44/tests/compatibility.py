"""How tests switch ``API_COMPAT`` on, and ask ``/api/v1`` in either mode."""

from crm.tests.entities import CASES

DATES = ("created_date", "updated_date", "order_date", "start_date", "end_date")
CASE_OF = {case.model.__name__: case for case in CASES}


def speak_base44(settings):
    """Let ``/api/v1`` speak as with ``API_COMPAT=base44``."""
    settings.API_COMPAT = "base44"
    settings.CRM_DIALECT = "crm.base44.dialect.Base44Dialect"


def data(answer, status=200):
    """Return the data of an answer that must have this status."""
    assert answer.status_code == status, answer.json()
    return answer.json()["data"]


def created(client, case, **values):
    """Create a record from the least that its entity takes, and return it."""
    return data(client.post(case.url, {**case.body, **values}), 201)


def ids(answer):
    """Return the ids of a list."""
    return [row["id"] for row in data(answer)]
