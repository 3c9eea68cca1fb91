"""Invoices: drafts, gapless numbers, what stands once issued, and what is paid."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

from crm.commerce import operations
from crm.commerce.bookkeeping import CreditNote, Payment
from crm.commerce.models import Invoice
from crm.commerce.tests.factories import InvoiceFactory
from crm.core import records
from crm.core.company import Company, ExchangeRate
from crm.core.errors import Conflict
from crm.core.models import Counter, Event
from crm.core.outbox import deliver_all
from crm.people.tests.factories import CustomerFactory
from crm.tests.threads import at_once
from crm.tests.world import refused

pytestmark = pytest.mark.django_db
URL = "/api/v1/invoices"
LATER = datetime(2030, 1, 1, tzinfo=UTC)
LINES = [{"name": "Lamp", "quantity": 10, "unit_price": 10, "tax_rate": 19}]
postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="row locks need PostgreSQL"
)


@pytest.fixture
def client(max, client_of):
    return client_of(max)


@pytest.fixture
def customer(db):
    return CustomerFactory(name="Ida Berg")


@pytest.fixture
def draft(client, customer):
    return make_draft(client, customer)


def make_draft(client, customer=None, **more):
    due = (timezone.now() + timedelta(days=30)).isoformat()
    body = {"items": LINES, "due_date": due, **more}
    if customer:
        body["customer_id"] = str(customer.pk)
    answer = client.post(URL, body)
    assert answer.status_code == 201, answer.content
    return answer.json()["data"]


@pytest.fixture
def issued(client, draft):
    return client.post(f"{URL}/{draft['id']}/issue").json()["data"]


def pay(client, invoice, amount, **more):
    return client.post(f"{URL}/{invoice['id']}/payments", {"amount": amount, **more})


def read(client, invoice):
    return client.get(f"{URL}/{invoice['id']}").json()["data"]


def stored(invoice):
    return Invoice.all_objects.values().get(pk=invoice["id"])


def spent(customer):
    customer.refresh_from_db()
    return customer.total_spent


def test_a_draft_has_no_number_and_may_change_and_go(client, draft):
    assert draft["invoice_number"] is None
    url = f"{URL}/{draft['id']}"
    assert client.patch(url, {"discount": 10}).json()["data"]["total"] == 107.1
    assert client.delete(url).status_code == 200
    assert not Counter.objects.filter(series__startswith="invoice").exists()


def test_issuing_fixes_number_date_rate_and_parties(client, customer):
    company = Company(name="Nexa Ltd", base_currency="EUR", timezone="Asia/Tokyo")
    company.save()
    ExchangeRate.objects.create(currency="USD", valid_from=date(2020, 1, 1), rate="0.9")
    draft = make_draft(client, customer)
    invoice = client.patch(f"{URL}/{draft['id']}", {"status": "sent"}).json()["data"]
    year = company.today().year
    assert invoice["invoice_number"] == f"INV-{year}-00001"
    assert (invoice["status"], invoice["base_total"]) == ("sent", 107.1)
    row = stored(invoice)
    assert row["exchange_rate"] == Decimal("0.9")
    assert row["document"]["company"]["name"] == "Nexa Ltd"
    assert row["document"]["customer"]["name"] == "Ida Berg"
    event = Event.objects.get(name="invoice.issued")
    assert event.data["number"] == invoice["invoice_number"]


def test_a_currency_without_a_rate_is_told(client):
    draft = make_draft(client, currency="NOK")
    answer = client.post(f"{URL}/{draft['id']}/issue").json()
    assert answer["data"]["base_total"] is None
    assert [text.partition(":")[0] for text in answer["warnings"]] == ["customer_id", "currency"]


def test_numbers_pass_by_what_was_loaded(client, issued):
    number = issued["invoice_number"]
    InvoiceFactory(status="paid", invoice_number=number.replace("00001", "00002"))
    second = client.post(f"{URL}/{make_draft(client)['id']}/issue").json()["data"]
    assert second["invoice_number"] == number.replace("00001", "00003")


@pytest.mark.parametrize(
    "change",
    [
        {"items": []}, {"discount": 1}, {"total": 5}, {"currency": "EUR"}, {"terms": "x"},
        {"due_date": "2030-01-01"}, {"customer_id": None}, {"status": "draft"},
        {"status": "overdue"}, {"status": "paid", "terms": "x"},
    ],
)  # fmt: skip
def test_an_issued_invoice_does_not_change(client, issued, change):
    before = stored(issued)
    answer = client.patch(f"{URL}/{issued['id']}", change)
    refused(answer, 409, "conflict")
    assert "redit note" in answer.json()["message"] or "Allowed now" in answer.json()["message"]
    assert stored(issued) == before


def test_notes_may_change_and_the_whole_record_may_come_back(client, issued):
    answer = client.put(f"{URL}/{issued['id']}", {**issued, "notes": "Called"})
    assert answer.status_code == 200, answer.content
    assert answer.json()["data"]["notes"] == "Called"


def test_an_issued_invoice_is_never_deleted(client, max, issued):
    refused(client.delete(f"{URL}/{issued['id']}"), 403, "permission_denied")
    invoice = Invoice.objects.get(pk=issued["id"])
    with pytest.raises(Conflict, match="never deleted"):
        records.remove(invoice, by=None)


def test_a_payment_at_a_time(client, customer, issued):
    assert pay(client, issued, 100, method="cash", reference="R1").status_code == 201
    half = read(client, issued)
    assert (half["status"], half["amount_paid"], half["balance_due"]) == ("sent", 100, 19)
    assert spent(customer) == 0
    too_much = pay(client, issued, 19.01)
    refused(too_much, 409, "conflict")
    assert "19.00 USD" in too_much.json()["message"]
    last = pay(client, issued, "19.00", date="2026-01-31").json()
    assert (last["invoice"]["status"], last["invoice"]["balance_due"]) == ("paid", 0)
    assert last["data"]["date"] == "2026-01-31T00:00:00Z"
    assert spent(customer) == 119
    refused(pay(client, issued, 1), 409, "conflict")
    listed = client.get(f"{URL}/{issued['id']}/payments").json()["data"]
    assert [(row["amount"], row["method"]) for row in listed] == [(19, ""), (100, "cash")]
    assert Event.objects.filter(name="invoice.paid").count() == 1


@pytest.mark.parametrize("amount", [0, -5, 1.005, "x", None])
def test_an_amount_that_is_none_is_refused(client, issued, amount):
    answer = pay(client, issued, amount)
    refused(answer, 400, "invalid")
    assert list(answer.json()["errors"]) == ["amount"]
    assert not Payment.objects.exists()


def test_a_yen_has_no_cents(client):
    draft = make_draft(
        client, currency="JPY", items=[{"name": "x", "quantity": 3, "unit_price": 0.5}]
    )
    assert draft["total"] == 2
    client.post(f"{URL}/{draft['id']}/issue")
    refused(pay(client, draft, 1.5), 400, "invalid")


def test_the_status_paid_books_what_is_left(client, customer, issued):
    pay(client, issued, 19)
    answer = client.patch(f"{URL}/{issued['id']}", {"status": "paid"})
    assert answer.json()["data"]["balance_due"] == 0
    assert sorted(Payment.objects.values_list("amount", flat=True)) == [19, 100]
    assert spent(customer) == 119


def test_voiding_needs_a_reason_and_an_unpaid_invoice(client, issued):
    url = f"{URL}/{issued['id']}"
    refused(client.post(f"{url}/void", {"reason": " "}), 400, "invalid")
    refused(client.patch(url, {"status": "cancelled"}), 400, "invalid")
    pay(client, issued, 1)
    refused(client.post(f"{url}/void", {"reason": "wrong"}), 409, "conflict")
    other = client.post(f"{URL}/{make_draft(client)['id']}/issue").json()["data"]
    body = {"status": "cancelled", "void_reason": "Sent twice"}
    void = client.patch(f"{URL}/{other['id']}", body).json()["data"]
    assert (void["status"], void["void_reason"]) == ("cancelled", "Sent twice")
    assert void["invoice_number"] == other["invoice_number"]
    refused(client.post(f"{URL}/{other['id']}/void", {"reason": "again"}), 409, "conflict")
    refused(pay(client, other, 1), 409, "conflict")


@pytest.mark.parametrize("verb", ["void", "credit-note", "payments"])
def test_a_draft_is_neither_paid_nor_taken_back(client, draft, verb):
    before = stored(draft)
    body = {"amount": 1} if verb == "payments" else {"reason": "x"}
    refused(client.post(f"{URL}/{draft['id']}/{verb}", body), 409, "conflict")
    assert stored(draft) == before


def test_a_credit_note_lowers_what_is_owed_and_what_was_spent(client, customer, issued):
    url = f"{URL}/{issued['id']}"
    part = [{"name": "Lamp", "quantity": 2, "unit_price": 10, "tax_rate": 19}]
    answer = client.post(f"{url}/credit-note", {"reason": "Broken", "items": part})
    note = answer.json()["data"]
    assert note["number"] == f"CN-{timezone.now().year}-00001"
    assert (note["total"], note["tax"]) == (23.8, 3.8)
    assert answer.json()["invoice"]["balance_due"] == 95.2
    pay(client, issued, 95.2)
    assert read(client, issued)["status"] == "paid"
    assert spent(customer) == Decimal("95.20")
    refused(client.post(f"{url}/credit-note", {"reason": "All"}), 409, "conflict")
    rest = [{"name": "Lamp", "quantity": 8, "unit_price": 10, "tax_rate": 19}]
    client.post(f"{url}/credit-note", {"reason": "All", "items": rest})
    after = read(client, issued)
    assert (after["status"], after["balance_due"]) == ("cancelled", -95.2)
    assert spent(customer) == 0
    refused(client.post(f"{url}/credit-note", {"reason": "x", "items": rest}), 409, "conflict")
    assert len(client.get(f"{url}/credit-notes").json()["data"]) == 2


def test_a_whole_invoice_is_credited_by_its_own_lines(client, issued):
    note = client.post(f"{URL}/{issued['id']}/credit-note", {"reason": "Wrong"}).json()["data"]
    assert (note["items"], note["total"]) == (issued["items"], 119)
    assert read(client, issued)["status"] == "cancelled"
    assert CreditNote.objects.get().invoice_id is not None


def test_overdue_begins_the_day_after_and_is_stamped_once(client):
    Company(name="Nexa", timezone="Asia/Tokyo").save()
    begun = Company.current().start_of_today()
    late = InvoiceFactory(status="sent", total=5, due_date=begun - timedelta(seconds=1))
    for status in ("draft", "paid", "cancelled"):
        InvoiceFactory(status=status, total=5, due_date=begun - timedelta(days=9))
    InvoiceFactory(status="sent", total=5, due_date=begun)
    for expected in (1, 0):
        listed = client.get(f"{URL}?overdue=true").json()["data"]
        assert [row["id"] for row in listed] == [str(late.pk)]
        assert operations.mark_overdue() == expected
    late.refresh_from_db()
    assert late.status == "overdue"
    assert Event.objects.get(name="invoice.overdue").record_id == late.pk
    assert pay(client, {"id": late.pk}, 5).json()["invoice"]["status"] == "paid"


def test_spending_in_several_currencies_adds_up_in_the_base(client, customer):
    Company(name="Nexa", base_currency="EUR").save()
    ExchangeRate.objects.create(currency="USD", valid_from=date(2020, 1, 1), rate="0.87654321")
    for currency in ("USD", "EUR", "NOK"):
        draft = make_draft(client, customer, currency=currency)
        client.post(f"{URL}/{draft['id']}/issue")
        client.patch(f"{URL}/{draft['id']}", {"status": "paid"})
    assert spent(customer) == Decimal("119.00") + Decimal("104.31")  # no rate of NOK


def test_a_free_invoice_is_paid_when_issued(client):
    draft = make_draft(client, discount=100)
    assert client.post(f"{URL}/{draft['id']}/issue").json()["data"]["status"] == "paid"


def test_nothing_to_pay_is_not_issued(client):
    draft = make_draft(client, items=[])
    refused(client.post(f"{URL}/{draft['id']}/issue"), 400, "invalid")
    assert stored(draft)["invoice_number"] is None


def test_a_rep_issues_drafts_and_books_nothing(ann, client_of):
    client = client_of(ann)
    draft = make_draft(client)
    assert client.post(f"{URL}/{draft['id']}/issue").status_code == 200
    refused(pay(client, draft, 1), 403, "permission_denied")
    assert client.get(f"{URL}/{draft['id']}/payments").status_code == 200


def test_the_customer_s_timeline_reads_like_the_story(client, customer, issued):
    pay(client, issued, 119)
    deliver_all()
    rows = client.get(f"/api/v1/customers/{customer.pk}/timeline").json()["data"]
    number = issued["invoice_number"]
    assert [row["title"] for row in rows if row["kind"] == "activity"] == [
        f"Invoice {number} paid",
        f"Payment received on invoice {number}",
        f"Invoice {number} issued: 119.00 USD",
    ]


@postgresql
@pytest.mark.django_db(transaction=True)
def test_fifty_issues_at_once_leave_no_gap():
    drafts = [InvoiceFactory(total=5) for _ in range(50)]
    failing = [InvoiceFactory(total=5) for _ in range(30)]
    mixed = [partial(issue_and, draft, fail=draft in failing) for draft in drafts + failing]
    random.Random(4).shuffle(mixed)

    for start in range(0, len(mixed), 20):
        at_once(*mixed[start : start + 20])

    numbers = Invoice.objects.exclude(status="draft").values_list("invoice_number", flat=True)
    year = Company.current().today().year
    assert sorted(numbers) == [f"INV-{year}-{n:05}" for n in range(1, 51)]
    assert Invoice.objects.filter(status="draft", invoice_number=None).count() == 30


def issue_and(invoice, *, fail):
    try:
        with transaction.atomic():
            operations.issue_invoice(invoice, by=None)
            if fail:
                raise RuntimeError
    except RuntimeError:
        pass


@postgresql
@pytest.mark.django_db(transaction=True)
def test_payments_at_once_never_exceed_the_balance():
    customer = CustomerFactory()
    invoices = [
        InvoiceFactory(status="sent", total=100, customer=customer, due_date=LATER)
        for _ in range(2)
    ]

    def book(invoice):
        try:
            operations.add_payment(Invoice.objects.get(pk=invoice.pk), 30, by=None)
        except Conflict:
            return False
        return True

    booked = at_once(*(partial(book, invoice) for invoice in invoices * 8))
    assert booked.count(True) == 6
    for invoice in invoices:
        operations.add_payment(invoice, 10, by=None)
        invoice.refresh_from_db()
        assert (invoice.amount_paid, invoice.balance_due, invoice.status) == (100, 0, "paid")
        assert sum(invoice.payments.values_list("amount", flat=True)) == 100
    assert spent(customer) == 200
