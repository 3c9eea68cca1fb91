"""What history of orders and invoices needs beside its rows: numbers, rates and payments."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import money
from crm.core.company import Company
from crm.core.entries import Entry, completes, counts, settles
from crm.core.money import ZERO
from crm.core.numbering import continue_above, highest, next_number
from crm.people.models import Customer

from .bookkeeping import Payment
from .invoices import SERIES
from .models import Invoice, Order
from .payments import count_spent

OF_YEAR = re.compile(r"INV-([0-9]{4})-")
ISSUED = (Invoice.Status.SENT, Invoice.Status.PAID, Invoice.Status.OVERDUE)


@counts(Order, "order_number")
def continue_orders(numbers: Iterable[str]) -> None:
    """Let the order numbers go on above those that came."""
    continue_above("order", highest(numbers, prefix="ORD"))


@counts(Invoice, "invoice_number")
def continue_invoices(numbers: Iterable[str]) -> None:
    """Let the invoice numbers of each year go on above those that came."""
    years: dict[str, list[str]] = defaultdict(list)
    for number in numbers:
        if found := OF_YEAR.match(number):
            years[found.group(1)].append(number)
    for year, given in years.items():
        continue_above(SERIES.format(year=year), highest(given, prefix=f"INV-{year}"))


@completes(Order)
def complete_orders(entries: Sequence[Entry]) -> None:
    """Number the orders that came without a number; stock stays as it is."""
    for entry in entries:
        order, before = entry.record, entry.before
        if not order.order_number.strip():
            order.order_number = (
                before.order_number if before else next_number("order", prefix="ORD")
            )
            if before is None:
                entry.note(
                    _("It had no number and is %(number)s now.") % {"number": order.order_number}
                )


@completes(Invoice)
def complete_invoices(entries: Sequence[Entry]) -> None:
    """Give issued invoices the rate of their day, and paid ones what was paid on them.

    Numbers of invoices are never made up: one that was issued without stays without.
    """
    company = Company.current()

    @cache
    def rate_on(currency: str, day: date) -> Decimal | None:
        return money.rate_of(currency, on=day, base=company.base_currency)

    for entry in entries:
        invoice = entry.record
        invoice.invoice_number = (invoice.invoice_number or "").strip() or None
        if invoice.status not in ISSUED:
            continue
        if invoice.invoice_number is None and entry.is_new:
            entry.note(_("It was issued without a number, and has none here either."))
        if invoice.total is not None:
            day = timezone.localdate(invoice.issue_date, company.zone)
            rate = rate_on(invoice.currency, day)
            invoice.exchange_rate, invoice.base_total = rate, None
            if rate is not None:
                invoice.base_total = money.rounded(invoice.total * rate, company.base_currency)
        _count_payment(entry)


@settles(Invoice)
def settle_customers(ids: Sequence[UUID]) -> None:
    """Let what customers spent follow their paid invoices, unless something else was said of it.

    That is so where it was what their other invoices come to.
    """
    paid = Invoice.objects.filter(pk__in=ids, status=Invoice.Status.PAID)
    buyers = Customer.objects.filter(pk__in=paid.values("customer_id")).order_by("pk")
    base = money.base_currency()
    for customer_id, spent in buyers.values_list("pk", "total_spent"):
        others: Any = Invoice.objects.filter(customer=customer_id).exclude(pk__in=ids)
        if money.rounded(others.spent(base), base) == spent:
            count_spent(customer_id, by=None)


def _count_payment(entry: Entry) -> None:
    """Let what is paid be the sum of payments, as it is for every invoice here."""
    invoice, before = entry.record, entry.before
    was = before.amount_paid if before else ZERO
    if invoice.status == Invoice.Status.PAID and "amount_paid" not in entry.values:
        invoice.amount_paid = max((invoice.total or ZERO) - invoice.amount_credited, was)
    if invoice.amount_paid > was:
        entry.parts.append(
            Payment(
                invoice_id=invoice.pk,
                amount=invoice.amount_paid - was,
                paid_at=invoice.updated_at,
                method=invoice.payment_method,
                created_by_id=invoice.created_by_id,
            )
        )
    elif invoice.amount_paid < was:
        entry.note(_("Less is paid on it than before. Correct its payments by hand."))
