"""Writes of the second door that meet: nothing is made twice, lost, or done to the wrong row."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, connections, transaction

from crm.core import records
from crm.people.models import Customer
from crm.people.tests.factories import CustomerFactory
from crm.sales.models import Lead
from crm.sales.tests.factories import LeadFactory
from crm.tests.serving import await_that
from crm.tests.threads import at_once, times

from .compatibility import speak_base44

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL"),
]
#: asked within a transaction: views of activity would stay as they were at first
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def app(app_of, max):
    return app_of(max)


def test_upserts_of_one_key_at_once_make_one_record(app):
    record = {"email": "one@example.com", "name": "One"}
    body = {"records": [record], "key": "email"}
    answers = times(8, lambda: app.call("post", "Customer", "upsert", body=body).json())
    assert sum(answer["created"] for answer in answers) == 1
    assert Customer.objects.count() == 1


def put(client, address, place):
    return client.put(address, {f"field_{place}": place}, format="json").status_code


@pytest.mark.parametrize("door", ["second", "first"])
def test_writers_of_different_free_fields_keep_them_all(door, app, settings):
    customer = CustomerFactory()
    address = app.address("Customer", str(customer.pk))
    if door == "first":
        speak_base44(settings)
        address = f"/api/v1/customers/{customer.pk}"
    calls = [partial(put, app.client, address, place) for place in range(6)]
    assert set(at_once(*calls)) == {200}
    customer.refresh_from_db()
    assert customer.custom_fields == {f"field_{place}": place for place in range(6)}


def someone_waits():
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0] > 0


def meanwhile(lead, values, call, *, by):
    """Change a lead while ``call`` waits for it; return what the call came to."""

    def running():
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            records.change(lead, values, by=by)
            answer = pool.submit(running)
            await_that(someone_waits, "the call waits for the lead")
        return answer.result(timeout=60)


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("delete", (), {"status": "new"}),
        (
            "patch",
            ("update-many",),
            {"query": {"status": "new"}, "data": {"$set": {"city": "Bern"}}},
        ),
    ],
)
def test_a_row_that_matches_no_more_is_left_alone(method, rest, body, app, max):
    lead = LeadFactory(status="new")
    LeadFactory(status="new")
    call = partial(app.call, method, "Lead", *rest, body=body)
    answer = meanwhile(lead, {"status": "qualified"}, call, by=max).json()
    assert answer.get("deleted", answer.get("updated")) == 1
    stored = Lead.all_objects.get(pk=lead.pk)
    assert (stored.status, stored.city, stored.deleted_at) == ("qualified", "", None)
