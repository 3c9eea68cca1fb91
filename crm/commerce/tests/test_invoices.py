"""Invoices: drafts, gapless numbers, what stands once issued, and when they are overdue."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm.commerce import operations
from crm.commerce.models import Invoice
from crm.commerce.tests.conftest import INVOICES, make_draft, pay, stored
from crm.commerce.tests.factories import InvoiceFactory
from crm.core import records
from crm.core.company import Company, ExchangeRate
from crm.core.errors import Conflict
from crm.core.models import Counter, Event
from crm.tests.world import refused

pytestmark = pytest.mark.django_db


def test_a_draft_has_no_number_and_may_change_and_go(api, draft):
    assert draft["invoice_number"] is None
    url = f"{INVOICES}/{draft['id']}"
    assert api.patch(url, {"discount": 10}).json()["data"]["total"] == 107.1
    assert api.delete(url).status_code == 200
    assert not Counter.objects.filter(series__startswith="invoice").exists()


def test_issuing_fixes_number_date_rate_and_parties(api, customer):
    company = Company(name="Nexa Ltd", base_currency="EUR", timezone="Asia/Tokyo")
    company.save()
    ExchangeRate.objects.create(currency="USD", valid_from=date(2020, 1, 1), rate="0.9")
    draft = make_draft(api, customer)
    invoice = api.patch(f"{INVOICES}/{draft['id']}", {"status": "sent"}).json()["data"]
    year = company.today().year
    assert invoice["invoice_number"] == f"INV-{year}-00001"
    assert (invoice["status"], invoice["base_total"]) == ("sent", 107.1)
    row = stored(invoice)
    assert row["exchange_rate"] == Decimal("0.9")
    assert row["document"]["company"]["name"] == "Nexa Ltd"
    assert row["document"]["customer"]["name"] == "Ida Berg"
    event = Event.objects.get(name="invoice.issued")
    assert event.data["number"] == invoice["invoice_number"]


def test_a_currency_without_a_rate_is_told(api):
    draft = make_draft(api, currency="NOK")
    answer = api.post(f"{INVOICES}/{draft['id']}/issue").json()
    assert answer["data"]["base_total"] is None
    assert [text.partition(":")[0] for text in answer["warnings"]] == ["customer_id", "currency"]


def test_numbers_pass_by_what_was_loaded(api, issued):
    number = issued["invoice_number"]
    InvoiceFactory(status="paid", invoice_number=number.replace("00001", "00002"))
    second = api.post(f"{INVOICES}/{make_draft(api)['id']}/issue").json()["data"]
    assert second["invoice_number"] == number.replace("00001", "00003")


def test_a_free_invoice_is_paid_when_issued(api):
    draft = make_draft(api, discount=100)
    assert api.post(f"{INVOICES}/{draft['id']}/issue").json()["data"]["status"] == "paid"


def test_nothing_to_pay_is_not_issued(api):
    draft = make_draft(api, items=[])
    refused(api.post(f"{INVOICES}/{draft['id']}/issue"), 400, "invalid")
    assert stored(draft)["invoice_number"] is None


def test_a_rep_issues_drafts_and_books_nothing(ann, client_of):
    client = client_of(ann)
    draft = make_draft(client)
    assert client.post(f"{INVOICES}/{draft['id']}/issue").status_code == 200
    refused(pay(client, draft, 1), 403, "permission_denied")
    assert client.get(f"{INVOICES}/{draft['id']}/payments").status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"items": []}, {"discount": 1}, {"total": 5}, {"currency": "EUR"}, {"terms": "x"},
        {"due_date": "2030-01-01"}, {"customer_id": None}, {"status": "draft"},
        {"status": "overdue"}, {"status": "paid", "terms": "x"},
    ],
)  # fmt: skip
def test_an_issued_invoice_does_not_change(api, issued, change):
    before = stored(issued)
    answer = api.patch(f"{INVOICES}/{issued['id']}", change)
    refused(answer, 409, "conflict")
    assert "redit note" in answer.json()["message"] or "Allowed now" in answer.json()["message"]
    assert stored(issued) == before


def test_notes_may_change_and_the_whole_record_may_come_back(api, issued):
    answer = api.put(f"{INVOICES}/{issued['id']}", {**issued, "notes": "Called"})
    assert answer.status_code == 200, answer.content
    assert answer.json()["data"]["notes"] == "Called"


def test_an_issued_invoice_is_never_deleted(api, max, issued):
    refused(api.delete(f"{INVOICES}/{issued['id']}"), 403, "permission_denied")
    invoice = Invoice.objects.get(pk=issued["id"])
    with pytest.raises(Conflict, match="never deleted"):
        records.remove(invoice, by=None)


def test_overdue_begins_the_day_after_and_is_stamped_once(api):
    Company(name="Nexa", timezone="Asia/Tokyo").save()
    begun = Company.current().start_of_today()
    late = InvoiceFactory(status="sent", total=5, due_date=begun - timedelta(seconds=1))
    for status in ("draft", "paid", "cancelled"):
        InvoiceFactory(status=status, total=5, due_date=begun - timedelta(days=9))
    InvoiceFactory(status="sent", total=5, due_date=begun)
    for expected in (1, 0):
        listed = api.get(f"{INVOICES}?overdue=true").json()["data"]
        assert [row["id"] for row in listed] == [str(late.pk)]
        assert operations.mark_overdue() == expected
    late.refresh_from_db()
    assert late.status == "overdue"
    assert Event.objects.get(name="invoice.overdue").record_id == late.pk
    assert pay(api, {"id": late.pk}, 5).json()["invoice"]["status"] == "paid"
