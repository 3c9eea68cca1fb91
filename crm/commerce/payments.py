"""What is paid and credited on invoices, and what follows for them and the customer."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import events, money, records
from crm.core.company import Company
from crm.core.errors import Conflict
from crm.core.numbering import next_number
from crm.people.models import Customer

from .bookkeeping import CreditNote, Payment
from .models import Invoice
from .pricing import complete

Status = Invoice.Status
PAYABLE = (Status.SENT, Status.OVERDUE)
CREDITABLE = (*PAYABLE, Status.PAID)
CREDIT_SERIES = "credit-note-{year}"


@transaction.atomic
def add_payment(
    invoice: Invoice,
    amount: Any,
    *,
    by: Any,
    paid_at: datetime | None = None,
    method: str = "",
    reference: str = "",
    if_revision: int | None = None,
) -> Payment:
    """Book money that came in. What is paid, left to pay and the status follow.

    Raises ``ValidationError`` for an amount that is none in the invoice's currency and for
    a day to come, and :class:`Conflict` where nothing or less is left to pay.
    """
    stored = records.lock(invoice, if_revision=if_revision)
    if stored.status not in PAYABLE:
        raise Conflict(_not_payable(stored))
    value = money.exact(amount)
    if value <= 0 or value != money.rounded(value, stored.currency):
        raise ValidationError(
            {
                "amount": _("Write an amount above zero in %(currency)s.")
                % {"currency": stored.currency}
            }
        )
    if value > stored.balance:
        raise Conflict(
            _(
                "Only %(balance)s %(currency)s are left to pay on %(invoice)s, %(amount)s are "
                "too much."
            )
            % {
                "balance": stored.balance,
                "currency": stored.currency,
                "invoice": stored,
                "amount": value,
            }
        )
    if paid_at is not None and paid_at > timezone.now() + timedelta(days=1):
        raise ValidationError({"date": _("This is in the future.")})
    payment = Payment(
        invoice=stored,
        amount=value,
        paid_at=paid_at or timezone.now(),
        method=method or stored.payment_method,
        reference=reference,
        created_by=by,
    )
    payment.clean_fields(exclude=["invoice", "created_by"])
    payment.save(force_insert=True)
    before = stored.amount_paid
    records.write(stored, {"amount_paid": before + value})
    changes = {"amount_paid": [before, stored.amount_paid]}
    events.record("payment_received", stored, by=by, changes=changes, payment=payment.pk)
    settle(stored, by=by)
    records.copy_values(stored, invoice)
    return payment


def _not_payable(invoice: Invoice) -> str:
    match invoice.status:
        case Status.DRAFT:
            return _("This invoice is a draft. Issue it first, then it can be paid.")
        case Status.PAID:
            return _("Invoice %(invoice)s is paid already, nothing is left to pay.") % {
                "invoice": invoice
            }
    return _("Invoice %(invoice)s is void, it can't be paid.") % {"invoice": invoice}


def settle(invoice: Invoice, *, by: Any) -> None:
    """Let the status of a locked invoice and the customer's figure follow its balance."""
    before = invoice.status
    status = before
    if invoice.total and invoice.amount_credited >= invoice.total:
        status = Status.CANCELLED
    elif invoice.balance <= 0:
        status = Status.PAID
    if status != before:
        records.write(invoice, {"status": status})
        name = "paid" if status == Status.PAID else "cancelled"
        events.record(name, invoice, by=by, changes={"status": [before, status]})
    count_spent(invoice.customer_id, by=by)


@transaction.atomic
def count_spent(customer_id: Any, *, by: Any) -> None:
    """Set what a customer spent to the sum of the paid invoices (behaviours.md)."""
    customer = Customer.all_objects.filter(pk=customer_id)
    stored = customer.select_for_update(of=("self",), no_key=True).first()
    if stored is None:
        return
    base = money.base_currency()
    invoices: Any = Invoice.objects.filter(customer=stored)
    spent = money.rounded(invoices.spent(base), base)
    before = stored.total_spent
    if spent != before:
        records.write(stored, {"total_spent": spent})
        events.record("updated", stored, by=by, changes={"total_spent": [before, spent]})


# -- credit notes --------------------------------------------------------------------------


@transaction.atomic
def credit_invoice(
    invoice: Invoice,
    *,
    reason: str,
    by: Any,
    items: list[dict[str, Any]] | None = None,
    if_revision: int | None = None,
) -> CreditNote:
    """Take an issued invoice back by a document of its own: whole, or the lines ``items``.

    What is paid already becomes what we owe the customer (a balance below zero). Raises
    ``ValidationError``, and :class:`Conflict` for more than is left to credit.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why; it stands on the credit note.")})
    stored = records.lock(invoice, if_revision=if_revision)
    if stored.status not in CREDITABLE:
        what = (
            _("a draft: change or delete it")
            if stored.status == Status.DRAFT
            else _("void already")
        )
        raise Conflict(
            _("Only issued invoices are credited; this one is %(what)s.") % {"what": what}
        )
    sums = _whole(stored) if items is None else _lines_back(stored, items)
    left = (stored.total or money.ZERO) - stored.amount_credited
    if sums["total"] > left:
        raise Conflict(
            _("Only %(left)s %(currency)s of %(invoice)s are left to credit.")
            % {"left": left, "currency": stored.currency, "invoice": stored}
        )
    if sums["total"] <= 0:
        raise ValidationError({"items": _("There is nothing in these lines to credit.")})
    note = CreditNote(
        invoice=stored,
        reason=reason,
        currency=stored.currency,
        base_total=_in_base(stored, sums["total"]),
        document=stored.document,
        created_by=by,
        number=_number(),
        **sums,
    )
    note.save(force_insert=True)
    before = stored.amount_credited
    records.write(stored, {"amount_credited": before + note.total})
    changes = {"amount_credited": [before, stored.amount_credited]}
    events.record("credited", stored, by=by, changes=changes, credit_note=note.number)
    settle(stored, by=by)
    records.copy_values(stored, invoice)
    return note


def _whole(invoice: Invoice) -> dict[str, Any]:
    if invoice.amount_credited:
        raise Conflict(
            _("A part of %(invoice)s is credited already. Say which items to credit now.")
            % {"invoice": invoice}
        )
    names = ("items", "subtotal", "discount", "tax", "shipping_cost", "total")
    sums = {name: getattr(invoice, name) for name in names}
    if sums["subtotal"] is None:  # an invoice without lines, by its total alone
        sums["subtotal"] = sums["total"] - sums["tax"] - sums["shipping_cost"] + sums["discount"]
    return sums


def _lines_back(invoice: Invoice, items: list[dict[str, Any]]) -> dict[str, Any]:
    lines = complete(items, [*items, *invoice.items], invoice.currency)
    found = money.totals(lines, currency=invoice.currency)
    priced = [
        {**line, "total": float(sums.total)}
        for line, sums in zip(lines, found.lines, strict=True)
    ]  # fmt: skip
    return {
        "items": priced,
        "subtotal": found.subtotal,
        "discount": money.ZERO,
        "tax": found.tax,
        "shipping_cost": money.ZERO,
        "total": found.total,
    }


def _number() -> str:
    year = Company.current().today().year
    return next_number(CREDIT_SERIES.format(year=year), prefix=f"CN-{year}")


def _in_base(invoice: Invoice, amount: Decimal) -> Decimal | None:
    if invoice.exchange_rate is None:
        return None
    return money.rounded(amount * invoice.exchange_rate, money.base_currency())
