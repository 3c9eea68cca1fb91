"""What is paid on invoices, and what that adds up to for the customer."""

from datetime import date
from decimal import Decimal

import pytest

from crm.commerce.bookkeeping import Payment
from crm.commerce.tests.conftest import INVOICES, make_draft, pay, read, spent
from crm.core.company import Company, ExchangeRate
from crm.core.models import Event
from crm.core.outbox import deliver_all
from crm.tests.world import refused

pytestmark = pytest.mark.django_db


def test_a_payment_at_a_time(api, customer, issued):
    assert pay(api, issued, 100, method="cash", reference="R1").status_code == 201
    half = read(api, issued)
    assert (half["status"], half["amount_paid"], half["balance_due"]) == ("sent", 100, 19)
    assert spent(customer) == 0
    too_much = pay(api, issued, 19.01)
    refused(too_much, 409, "conflict")
    assert "19.00 USD" in too_much.json()["message"]
    last = pay(api, issued, "19.00", date="2026-01-31").json()
    assert (last["invoice"]["status"], last["invoice"]["balance_due"]) == ("paid", 0)
    assert last["data"]["date"] == "2026-01-31T00:00:00Z"
    assert spent(customer) == 119
    refused(pay(api, issued, 1), 409, "conflict")
    listed = api.get(f"{INVOICES}/{issued['id']}/payments").json()["data"]
    assert [(row["amount"], row["method"]) for row in listed] == [(19, ""), (100, "cash")]
    assert Event.objects.filter(name="invoice.paid").count() == 1


@pytest.mark.parametrize("amount", [0, -5, 1.005, "x", None])
def test_an_amount_that_is_none_is_refused(api, issued, amount):
    answer = pay(api, issued, amount)
    refused(answer, 400, "invalid")
    assert list(answer.json()["errors"]) == ["amount"]
    assert not Payment.objects.exists()


def test_a_yen_has_no_cents(api):
    draft = make_draft(api, currency="JPY", items=[{"name": "x", "quantity": 3, "unit_price": 0.5}])
    assert draft["total"] == 2
    api.post(f"{INVOICES}/{draft['id']}/issue")
    refused(pay(api, draft, 1.5), 400, "invalid")


def test_the_status_paid_books_what_is_left(api, customer, issued):
    pay(api, issued, 19)
    answer = api.patch(f"{INVOICES}/{issued['id']}", {"status": "paid"})
    assert answer.json()["data"]["balance_due"] == 0
    assert sorted(Payment.objects.values_list("amount", flat=True)) == [19, 100]
    assert spent(customer) == 119


def test_spending_in_several_currencies_adds_up_in_the_base(api, customer):
    Company(name="Nexa", base_currency="EUR").save()
    ExchangeRate.objects.create(currency="USD", valid_from=date(2020, 1, 1), rate="0.87654321")
    for currency in ("USD", "EUR", "NOK"):
        draft = make_draft(api, customer, currency=currency)
        api.post(f"{INVOICES}/{draft['id']}/issue")
        api.patch(f"{INVOICES}/{draft['id']}", {"status": "paid"})
    assert spent(customer) == Decimal("119.00") + Decimal("104.31")  # no rate of NOK


def test_the_customer_s_timeline_reads_like_the_story(api, customer, issued):
    pay(api, issued, 119)
    deliver_all()
    rows = api.get(f"/api/v1/customers/{customer.pk}/timeline").json()["data"]
    number = issued["invoice_number"]
    assert [row["title"] for row in rows if row["kind"] == "activity"] == [
        f"Invoice {number} paid",
        f"Payment received on invoice {number}",
        f"Invoice {number} issued: 119.00 USD",
    ]
