"""Invoices over the API, from the draft to the payment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.commerce.models import Invoice
from crm.people.tests.factories import CustomerFactory

INVOICES = "/api/v1/invoices"
LINES = [{"name": "Lamp", "quantity": 10, "unit_price": 10, "tax_rate": 19}]


@pytest.fixture
def api(max, client_of):
    """The API as Max reaches it."""
    return client_of(max)


@pytest.fixture
def customer(db):
    """Somebody who buys."""
    return CustomerFactory(name="Ida Berg")


@pytest.fixture
def draft(api, customer):
    """A draft for the customer."""
    return make_draft(api, customer)


@pytest.fixture
def issued(api, draft):
    """The draft with its number."""
    return api.post(f"{INVOICES}/{draft['id']}/issue").json()["data"]


def make_draft(client, customer=None, **more):
    """Make a draft over the API and return its row."""
    due = (timezone.now() + timedelta(days=30)).isoformat()
    body = {"items": LINES, "due_date": due, **more}
    if customer:
        body["customer_id"] = str(customer.pk)
    answer = client.post(INVOICES, body)
    assert answer.status_code == 201, answer.content
    return answer.json()["data"]


def pay(client, invoice, amount, **more):
    """Book a payment on an invoice."""
    return client.post(f"{INVOICES}/{invoice['id']}/payments", {"amount": amount, **more})


def read(client, invoice):
    """Return an invoice as the API tells it now."""
    return client.get(f"{INVOICES}/{invoice['id']}").json()["data"]


def stored(invoice):
    """Return an invoice as the database has it now."""
    return Invoice.all_objects.values().get(pk=invoice["id"])


def spent(customer):
    """Return what a customer has spent by now."""
    customer.refresh_from_db()
    return customer.total_spent
