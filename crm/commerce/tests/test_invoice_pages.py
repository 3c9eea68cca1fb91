"""The pages of invoices: the paper, the money that comes in, and who may do what."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.commerce import operations
from crm.commerce.models import Invoice
from crm.people.tests.factories import CustomerFactory

from .factories import InvoiceFactory

pytestmark = pytest.mark.django_db
LINES = [
    {"name": "Lamp", "quantity": 2, "unit_price": 50, "tax_rate": 20, "total": 100},
    {"name": "Advice", "quantity": 1, "unit_price": 20, "tax_rate": 10, "total": 20},
]
SUMS = {"items": LINES, "subtotal": 120, "tax": 22, "total": 142}


def browser_of(user):
    client = Client()
    client.force_login(user)
    return client


def labels(answer):
    return [action.label for action in answer.context["actions"]]


@pytest.fixture
def issued(max):
    due = timezone.now() + timedelta(days=30)
    invoice = InvoiceFactory(assigned_to=max, customer=CustomerFactory(), due_date=due, **SUMS)
    return operations.issue_invoice(invoice, by=max)


def test_the_paper_shows_parties_lines_taxes_and_balance(max, issued):
    operations.add_payment(issued, 42, by=max)
    issued.customer.name = "Somebody else now"
    issued.customer.save()
    page = browser_of(max).get(f"/invoices/{issued.pk}/").content.decode()
    paper = page[page.index("<article") : page.index("</article>")]
    assert issued.document["customer"]["name"] in paper
    assert "Somebody else now" not in paper
    for text in (
        issued.invoice_number,
        "Our company",
        "Lamp",
        "Tax 20 % on $100.00",
        "Tax 10 % on $20.00",
        "$142.00",
        "−$42.00",
        "$100.00",
    ):
        assert text in paper, text


def test_a_draft_is_issued_by_its_button(ann):
    invoice = InvoiceFactory(assigned_to=ann, **SUMS)
    browser = browser_of(ann)
    assert labels(browser.get(f"/invoices/{invoice.pk}/")) == ["Issue", "PDF"]
    browser.post(f"/invoices/{invoice.pk}/issue/", {"revision": str(invoice.revision)})
    invoice.refresh_from_db()
    assert invoice.status == "sent"
    assert invoice.invoice_number.startswith("INV-")
    # who issued it may not change it any more
    assert "Record payment" not in labels(browser.get(f"/invoices/{invoice.pk}/"))
    assert browser.get(f"/invoices/{invoice.pk}/pay/").status_code == 403


def test_a_payment_is_booked_with_the_balance_proposed(max, issued):
    browser = browser_of(max)
    page = browser.get(f"/invoices/{issued.pk}/pay/")
    assert page.context["form"]["amount"].value() == Decimal("142.00")
    form = {"amount": "42.50", "date": "2026-03-02", "method": "cash", "reference": "R 7"}
    seen = {"revision": str(page.context["form"]["revision"].value())}
    browser.post(f"/invoices/{issued.pk}/pay/", {**form, **seen})
    payment = issued.payments.get()
    assert (payment.amount, payment.method, payment.reference) == (Decimal("42.50"), "cash", "R 7")
    assert payment.paid_at == datetime(2026, 3, 2, tzinfo=UTC)
    browser.post(f"/invoices/{issued.pk}/pay/", {**form, **seen})  # pressed twice
    assert issued.payments.count() == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"amount": "143"}, "are left to pay"),
        ({"amount": "0"}, "Write an amount above zero"),
        ({"amount": "x"}, "Enter a number"),
        ({"date": "2999-01-01"}, "This is in the future."),
        ({"date": ""}, "required"),
    ],
)
def test_a_refused_payment_keeps_what_was_typed(max, issued, values, said):
    form = {"amount": "1", "date": "2026-03-02", "reference": "Kept", **values}
    page = browser_of(max).post(f"/invoices/{issued.pk}/pay/", form).content.decode()
    assert said in page
    assert 'value="Kept"' in page
    assert not issued.payments.exists()


def test_voiding_needs_a_reason(max, issued):
    browser = browser_of(max)
    browser.post(f"/invoices/{issued.pk}/void/", {"reason": "  "})
    issued.refresh_from_db()
    assert issued.status == "sent"
    browser.post(f"/invoices/{issued.pk}/void/", {"reason": "Sent twice"})
    issued.refresh_from_db()
    assert (issued.status, issued.void_reason) == ("cancelled", "Sent twice")
    page = browser.get(f"/invoices/{issued.pk}/")
    assert "This invoice is void: Sent twice" in page.content.decode()
    assert labels(page) == ["PDF", "Send by email"]


@pytest.mark.parametrize(("chosen", "total"), [(["0", "1"], 142), (["1"], 22)])
def test_a_credit_note_takes_back_all_or_some_lines(max, issued, chosen, total):
    browser = browser_of(max)
    browser.post(f"/invoices/{issued.pk}/credit/", {"reason": "Broken", "items": chosen})
    note = issued.credit_notes.get()
    assert (note.total, note.reason) == (total, "Broken")
    paper = browser.get(f"/invoices/{issued.pk}/credit-notes/{note.number}/")
    assert paper.content.startswith(b"%PDF")
    assert note.number in browser.get(f"/invoices/{issued.pk}/").content.decode()


def test_a_credit_note_about_nothing_is_refused(max, issued):
    page = browser_of(max).post(f"/invoices/{issued.pk}/credit/", {"reason": "Broken"})
    assert "Choose what to credit." in page.content.decode()
    assert not issued.credit_notes.exists()


def test_an_issued_invoice_offers_only_what_is_no_part_of_the_paper(max, issued):
    fields = browser_of(max).get(f"/invoices/{issued.pk}/edit/").context["form"].fields
    assert fields.keys() - {"shown_revision"} == {"assigned_to", "payment_method", "notes"}


def test_out_of_sight_and_out_of_reach_answer_as_the_api_does(issued, zoe, sam):
    for address in ("", "pdf/", "pay/", "void/", "credit/", "edit/"):
        assert browser_of(zoe).get(f"/invoices/{issued.pk}/{address}").status_code == 404, address
    support = browser_of(sam)
    assert support.get(f"/invoices/{issued.pk}/pdf/").status_code == 200
    assert labels(support.get(f"/invoices/{issued.pk}/"))[0] == "PDF"
    for address in ("issue/", "link/", "link/revoke/", "void/", "pay/", "credit/"):
        answer = support.post(f"/invoices/{issued.pk}/{address}", {"reason": "x", "amount": "1"})
        assert answer.status_code == 403, address
    issued.refresh_from_db()
    assert (issued.status, issued.link_key) == ("sent", "")


def test_views_of_the_list(max, issued):
    late = InvoiceFactory(status="sent", due_date=datetime(2020, 1, 1, tzinfo=UTC), total=5)
    draft = InvoiceFactory(total=7)
    browser = browser_of(max)
    views = {view.label: view.link for view in browser.get("/invoices/").context["views"]}

    def shown(view):
        return {
            line.id for line in browser.get(f"/invoices/{views.get(view, '')}").context["lines"]
        }

    assert shown("All") == {issued.pk, late.pk, draft.pk}
    assert shown("Drafts") == {draft.pk}
    assert shown("Open") == {issued.pk, late.pk}
    assert shown("Overdue") == {late.pk}
    assert shown("Paid") == set()
    assert "Overdue" in browser.get(f"/invoices/{late.pk}/").content.decode()


@pytest.mark.parametrize("page", ["", "edit/"])
def test_fifty_lines_cost_as_many_queries_as_one(max, page):
    def queries(count):
        lines = [{"name": "A", "quantity": 1, "unit_price": 5, "total": 5}] * count
        invoice = InvoiceFactory(items=lines, customer=CustomerFactory(), total=5 * count)
        with CaptureQueriesContext(connection) as found:
            assert browser.get(f"/invoices/{invoice.pk}/{page}").status_code == 200
        return len(found)

    browser = browser_of(max)
    browser.get("/invoices/")
    one = queries(1)
    assert queries(50) == one <= 15
    assert Invoice.objects.count() == 2
