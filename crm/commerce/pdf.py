"""Invoices and credit notes as papers, made from the frozen document alone.

Nothing of the present gets in, neither the clock nor a changed address: the same document
gives the same bytes.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from crm.core import money
from crm.core.company import Company

from .bookkeeping import CreditNote
from .invoices import frozen
from .models import Invoice
from .pricing import tax_groups_of
from .sheet import Paper, amount_text, draw


def invoice_pdf(invoice: Invoice) -> bytes:
    """Return an invoice as a PDF; a draft says that it is one."""
    parties = invoice.document or frozen(invoice, Company.current())
    zone = _zone(parties)
    facts = [("Date", _day(invoice.issue_date, zone)), ("Due", _day(invoice.due_date, zone))]
    if invoice.order:
        facts.append(("Order", invoice.order.order_number))
    sums = [*_sums(invoice), ("Total", invoice.total or money.ZERO)]
    sums += [
        (f"Paid on {_day(payment.paid_at, zone)}", -payment.amount)
        for payment in invoice.payments.all()
    ]
    sums += [
        (f"Credit note {note.number}", -note.total) for note in invoice.credit_notes.all()
    ]  # fmt: skip
    marks = {Invoice.Status.DRAFT: "Draft", Invoice.Status.CANCELLED: "Void"}
    number = invoice.invoice_number or ""
    return draw(
        Paper(
            title=f"Invoice {number}".strip(),
            mark=marks.get(Invoice.Status(invoice.status), ""),
            facts=facts,
            parties=parties,
            currency=invoice.currency,
            items=invoice.items,
            sums=sums,
            result=("Balance due", invoice.balance),
            text=invoice.terms,
            made_at=invoice.issue_date,
        )
    )


def credit_note_pdf(note: CreditNote) -> bytes:
    """Return a credit note as a PDF."""
    parties = note.document or frozen(note.invoice, Company.current())
    zone = _zone(parties)
    return draw(
        Paper(
            title=f"Credit note {note.number}",
            mark="",
            facts=[
                ("Date", _day(note.issued_at, zone)),
                ("On invoice", note.invoice.invoice_number or ""),
            ],
            parties=parties,
            currency=note.currency,
            items=note.items,
            sums=_sums(note),
            result=("Credit", note.total),
            text=note.reason,
            made_at=note.issued_at,
        )
    )


def _sums(document: Any) -> list[tuple[str, Decimal]]:
    sums = [("Subtotal", document.subtotal or money.ZERO)]
    if document.discount:
        sums.append(("Discount", -document.discount))
    if groups := tax_groups_of(document):
        sums += [
            (f"Tax {group.rate:f} % on {amount_text(group.base, document.currency)}", group.tax)
            for group in groups
        ]
    elif document.tax:
        sums.append(("Tax", document.tax))
    if document.shipping_cost:
        sums.append(("Shipping", document.shipping_cost))
    return sums


def _zone(parties: dict[str, Any]) -> ZoneInfo:
    return ZoneInfo(parties["company"].get("timezone", "UTC"))


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%-d %B %Y")
