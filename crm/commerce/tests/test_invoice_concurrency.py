"""What several people do to invoices at the same moment."""

import random
from datetime import UTC, datetime
from functools import partial

import pytest
from django.db import connection, transaction

from crm.commerce import operations
from crm.commerce.models import Invoice
from crm.commerce.tests.conftest import spent
from crm.commerce.tests.factories import InvoiceFactory
from crm.core.company import Company
from crm.core.errors import Conflict
from crm.people.tests.factories import CustomerFactory
from crm.tests.threads import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL"),
]

LATER = datetime(2030, 1, 1, tzinfo=UTC)


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
