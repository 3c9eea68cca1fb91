"""Issued invoices are taken back by voiding them or by credit notes, and in no other way."""

from decimal import Decimal

import pytest
from django.utils import timezone

from crm.commerce.bookkeeping import CreditNote
from crm.commerce.tests.conftest import INVOICES, make_draft, pay, read, spent, stored
from crm.tests.world import refused

pytestmark = pytest.mark.django_db


def test_voiding_needs_a_reason_and_an_unpaid_invoice(api, issued):
    url = f"{INVOICES}/{issued['id']}"
    refused(api.post(f"{url}/void", {"reason": " "}), 400, "invalid")
    refused(api.patch(url, {"status": "cancelled"}), 400, "invalid")
    pay(api, issued, 1)
    refused(api.post(f"{url}/void", {"reason": "wrong"}), 409, "conflict")
    other = api.post(f"{INVOICES}/{make_draft(api)['id']}/issue").json()["data"]
    body = {"status": "cancelled", "void_reason": "Sent twice"}
    void = api.patch(f"{INVOICES}/{other['id']}", body).json()["data"]
    assert (void["status"], void["void_reason"]) == ("cancelled", "Sent twice")
    assert void["invoice_number"] == other["invoice_number"]
    refused(api.post(f"{INVOICES}/{other['id']}/void", {"reason": "again"}), 409, "conflict")
    refused(pay(api, other, 1), 409, "conflict")


@pytest.mark.parametrize("verb", ["void", "credit-note", "payments"])
def test_a_draft_is_neither_paid_nor_taken_back(api, draft, verb):
    before = stored(draft)
    body = {"amount": 1} if verb == "payments" else {"reason": "x"}
    refused(api.post(f"{INVOICES}/{draft['id']}/{verb}", body), 409, "conflict")
    assert stored(draft) == before


def test_a_credit_note_lowers_what_is_owed_and_what_was_spent(api, customer, issued):
    url = f"{INVOICES}/{issued['id']}"
    part = [{"name": "Lamp", "quantity": 2, "unit_price": 10, "tax_rate": 19}]
    answer = api.post(f"{url}/credit-note", {"reason": "Broken", "items": part})
    note = answer.json()["data"]
    assert note["number"] == f"CN-{timezone.now().year}-00001"
    assert (note["total"], note["tax"]) == (23.8, 3.8)
    assert answer.json()["invoice"]["balance_due"] == 95.2
    pay(api, issued, 95.2)
    assert read(api, issued)["status"] == "paid"
    assert spent(customer) == Decimal("95.20")
    refused(api.post(f"{url}/credit-note", {"reason": "All"}), 409, "conflict")
    rest = [{"name": "Lamp", "quantity": 8, "unit_price": 10, "tax_rate": 19}]
    api.post(f"{url}/credit-note", {"reason": "All", "items": rest})
    after = read(api, issued)
    assert (after["status"], after["balance_due"]) == ("cancelled", -95.2)
    assert spent(customer) == 0
    refused(api.post(f"{url}/credit-note", {"reason": "x", "items": rest}), 409, "conflict")
    assert len(api.get(f"{url}/credit-notes").json()["data"]) == 2


def test_a_whole_invoice_is_credited_by_its_own_lines(api, issued):
    note = api.post(f"{INVOICES}/{issued['id']}/credit-note", {"reason": "Wrong"}).json()["data"]
    assert (note["items"], note["total"]) == (issued["items"], 119)
    assert read(api, issued)["status"] == "cancelled"
    assert CreditNote.objects.get().invoice_id is not None
