"""What Ann asks of the API about deals and leads, and what she is told."""

import pytest

from crm.core.models import Event
from crm.sales.tests.factories import DealFactory

DEALS = "/api/v1/deals"
IDA = {
    "first_name": "Ida",
    "last_name": "Berg",
    "email": "ida@nordlicht.example",
    "phone": "+49 40 1234567",
    "company": "Nordlicht Optik",
    "title": "Head of Sales",
    "industry": "Optics",
    "employees": 40,
    "city": "Kiel",
    "country": "Germany",
    "source": "cold_call",
}


@pytest.fixture
def api(ann, client_of):
    """The API as Ann reaches it."""
    return client_of(ann)


@pytest.fixture
def deal(ann):
    """A deal of Ann's in the first stage."""
    return DealFactory(assigned_to=ann, amount=500)


def url_of(deal, path=""):
    """Return the address of a deal, or of what is asked about it."""
    return f"{DEALS}/{deal.pk}{path}"


def names_of(deal):
    """Return what happened to a deal, the first event first."""
    return list(Event.objects.filter(record_id=deal.pk).order_by("id").values_list("name", flat=1))


def made(client, **body):
    """Make a deal and return its row."""
    response = client.post(DEALS, {"deal_name": "Fifty lamps", **body})
    assert response.status_code == 201, response.content
    return response.json()["data"]


def put(client, deal, path="/stage", **body):
    """Move a deal, or with an empty path edit it, and return its row."""
    response = client.put(url_of(deal, path), body)
    assert response.status_code == 200, response.content
    return response.json()["data"]


def convert(client, lead, body=None):
    """Ask for a lead to be converted."""
    return client.post(f"/api/v1/leads/{lead.pk}/convert", body)


def preview(client, lead, query=""):
    """Return what converting a lead would come to."""
    return client.get(f"/api/v1/leads/{lead.pk}/convert{query}").json()["data"]
