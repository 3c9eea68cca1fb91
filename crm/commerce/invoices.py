"""What is done with invoices: writing drafts, issuing, voiding, and telling overdue ones."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import events, money, records
from crm.core.company import Company
from crm.core.context import origin
from crm.core.errors import Conflict
from crm.core.numbering import next_number
from crm.core.wording import field_word, value_word

from .models import Invoice
from .payments import CREDITABLE, PAYABLE, add_payment, settle
from .pricing import put_price, repriced

Status = Invoice.Status
SERIES = "invoice-{year}"
#: what may still change on an issued invoice: nothing that its reader sees as the document
NOTES = frozenset({"notes", "payment_method", "assigned_to", "custom_fields", "external_id"})
INSTEAD = gettext_lazy("Void it with a reason, or make a credit note.")
ALLOWED = {
    Status.DRAFT: gettext_lazy("issue it (sent)"),
    Status.SENT: gettext_lazy("pay it (paid), void it with a reason (cancelled)"),
    Status.OVERDUE: gettext_lazy("pay it (paid), void it with a reason (cancelled)"),
    Status.PAID: gettext_lazy("make a credit note"),
    Status.CANCELLED: gettext_lazy("none"),
}
BATCH = 200


@records.create.register
@transaction.atomic
def create_invoice(invoice: Invoice, *, by: Any) -> Invoice:
    """Write a draft, priced by the server; one that is to be sent is issued at once."""
    wanted = invoice.status
    if wanted not in (Status.DRAFT, Status.SENT):
        raise ValidationError({"status": _("An invoice begins as draft or sent.")})
    if invoice.void_reason:
        raise ValidationError({"void_reason": _("Only an issued invoice can be void.")})
    invoice.status = Status.DRAFT
    warnings = put_price(invoice)
    records.save_new(invoice, by=by)
    records.warn(invoice, *warnings)
    return issue_invoice(invoice, by=by) if wanted == Status.SENT else invoice


@records.change.register
@transaction.atomic
def change_invoice(
    invoice: Invoice, values: dict[str, Any], *, by: Any, if_revision: int | None = None
) -> Invoice:
    """Change a draft, or what is no part of the document of an issued invoice.

    A new status runs the operation of that move. Raises :class:`Conflict` for what can't
    change any more.
    """
    stored = records.lock(invoice, if_revision=if_revision)
    changed = records.differing(stored, values)
    status, reason = changed.pop("status", None), changed.pop("void_reason", None)
    if reason and status != Status.CANCELLED:
        raise ValidationError({"void_reason": _("Send it together with the status cancelled.")})
    warnings: list[str] = []
    if stored.status == Status.DRAFT:
        changed, warnings = repriced(stored, changed)
    elif fixed := changed.keys() - NOTES:
        raise Conflict(
            _("Invoice %(invoice)s is issued: %(fields)s can't change any more. %(instead)s")
            % {
                "invoice": stored,
                "fields": ", ".join(map(field_word, sorted(fixed))),
                "instead": INSTEAD,
            }
        )
    records.save_changes(invoice, changed, by=by)
    records.warn(invoice, *warnings)
    if status:
        _move(invoice, status, reason or "", by=by)
    return invoice


def _move(invoice: Invoice, status: str, reason: str, *, by: Any) -> None:
    """Run the operation that a new status stands for."""
    match invoice.status, status:
        case Status.DRAFT, Status.SENT:
            issue_invoice(invoice, by=by)
        case ((Status.SENT | Status.OVERDUE), Status.PAID):
            add_payment(invoice, invoice.balance, by=by)
        case ((Status.SENT | Status.OVERDUE), Status.CANCELLED):
            if not reason and origin().foreign:
                reason = "not given"
            if not reason.strip():
                raise ValidationError({"void_reason": _("Say why the invoice is void.")})
            void_invoice(invoice, reason, by=by)
        case _:
            raise Conflict(
                _(
                    "This invoice is %(status)s, it can't become %(wanted)s. Allowed now: "
                    "%(allowed)s."
                )
                % {
                    "status": value_word(invoice.status),
                    "wanted": value_word(status),
                    "allowed": ALLOWED[Status(invoice.status)],
                }
            )


def verbs_of(invoice: Invoice) -> frozenset[str]:
    """Return which of issue, pay, void and credit an invoice is open to."""
    if invoice.status == Status.DRAFT:
        return frozenset({"issue"})
    verbs = set()
    if invoice.status in PAYABLE:
        verbs.add("pay")
        if not (invoice.amount_paid or invoice.amount_credited):
            verbs.add("void")
    if invoice.status in CREDITABLE and invoice.amount_credited < (invoice.total or 0):
        verbs.add("credit")
    return frozenset(verbs)


@transaction.atomic
def issue_invoice(invoice: Invoice, *, by: Any, if_revision: int | None = None) -> Invoice:
    """Make a draft a document: number, date, rate and parties are fixed from now on.

    The number is the next of its series and year; a transaction that fails gives it back,
    so that there are no gaps. Raises ``ValidationError`` and :class:`Conflict`.
    """
    stored = records.lock(invoice, if_revision=if_revision)
    if stored.status != Status.DRAFT:
        raise Conflict(
            _("Invoice %(invoice)s is %(status)s: it was issued already. Allowed now: %(allowed)s.")
            % {
                "invoice": stored,
                "status": value_word(stored.status),
                "allowed": ALLOWED[Status(stored.status)],
            }
        )
    if stored.total is None:
        raise ValidationError({"items": _("There is nothing to pay yet: write lines or a total.")})
    company, now = Company.current(), timezone.now()
    day = company.today()
    rate = money.rate_of(stored.currency, on=day, base=company.base_currency)
    values: dict[str, Any] = {
        "status": Status.SENT,
        "issue_date": now,
        "exchange_rate": rate,
        "base_total": None
        if rate is None
        else money.rounded(stored.total * rate, company.base_currency),
        "document": frozen(stored, company),
        "invoice_number": stored.invoice_number or _next_number(day.year),
    }
    records.write(stored, values)
    number = stored.invoice_number
    changes = {"status": [Status.DRAFT, Status.SENT], "invoice_number": [None, number]}
    events.record("issued", stored, by=by, changes=changes, number=number)
    records.warn(invoice, *_doubts(stored, rate, company))
    if stored.balance <= 0:
        settle(stored, by=by)
    records.copy_values(stored, invoice)
    return invoice


def _next_number(year: int) -> str:
    """Return the next number of the year; what was loaded from elsewhere is passed by."""
    while True:
        number = next_number(SERIES.format(year=year), prefix=f"INV-{year}")
        if not Invoice.all_objects.filter(invoice_number=number).exists():
            return number


def frozen(invoice: Invoice, company: Company) -> dict[str, Any]:
    """Return who we and the customer are now, for the paper to show for ever."""
    names = ("name", "address", "email", "phone", "website", "tax_id")
    ours = {name: getattr(company, name) for name in (*names, "bank_details", "invoice_footer")}
    customer = invoice.customer
    theirs = {}
    if customer is not None:
        theirs = {
            "name": customer.name,
            "company": customer.company,
            "address": customer.billing_address,
            "email": customer.email,
            "tax_id": customer.tax_id,
        }
        if invoice.order and invoice.order.billing_address:
            theirs["address"] = invoice.order.billing_address
    return {
        "company": {**ours, "logo": company.logo.name or "", "timezone": company.timezone},
        "customer": theirs,
    }


def _doubts(invoice: Invoice, rate: Any, company: Company) -> list[str]:
    doubts = []
    if invoice.customer_id is None:
        doubts.append(_("customer_id: the invoice is issued to nobody."))
    if rate is None:
        doubts.append(
            _(
                "currency: there is no rate of %(currency)s for today, so sums in %(base)s "
                "leave this invoice out."
            )
            % {"currency": invoice.currency, "base": company.base_currency}
        )
    if invoice.due_date < company.start_of_today():
        doubts.append(_("due_date: the invoice is overdue from the start."))
    return doubts


@transaction.atomic
def void_invoice(
    invoice: Invoice, reason: str, *, by: Any, if_revision: int | None = None
) -> Invoice:
    """Declare an issued invoice void; it stays, with its number and the reason.

    Raises ``ValidationError`` without a reason and :class:`Conflict` where it is a draft,
    or something was paid or credited on it.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the invoice is void.")})
    stored = records.lock(invoice, if_revision=if_revision)
    before = stored.status
    if before not in PAYABLE or stored.amount_paid or stored.amount_credited:
        raise Conflict(_not_voidable(stored))
    records.write(stored, {"status": Status.CANCELLED, "void_reason": reason})
    changes = {"status": [before, Status.CANCELLED], "void_reason": ["", reason]}
    events.record("voided", stored, by=by, changes=changes)
    records.copy_values(stored, invoice)
    return invoice


def _not_voidable(invoice: Invoice) -> str:
    match invoice.status:
        case Status.DRAFT:
            return _("A draft is not voided. Delete it.")
        case Status.CANCELLED:
            return _("Invoice %(invoice)s is void already.") % {"invoice": invoice}
    return _("Something was paid or credited on %(invoice)s. Make a credit note instead.") % {
        "invoice": invoice
    }


@records.remove.register
@transaction.atomic
def remove_invoice(invoice: Invoice, *, by: Any, if_revision: int | None = None) -> None:
    """Put a draft into the recycle bin. Raises :class:`Conflict` for an issued invoice."""
    stored = records.lock(invoice, if_revision=if_revision)
    if stored.status != Status.DRAFT:
        raise Conflict(
            _("Invoice %(invoice)s is issued and is never deleted. %(instead)s")
            % {"invoice": stored, "instead": INSTEAD}
        )
    records.mark_deleted(invoice, by=by)


def mark_overdue() -> int:
    """Stamp the invoices whose due date has passed, and return how many there were.

    Several workers share the work; each invoice is stamped, and told of, once.
    """
    today, count = Company.current().start_of_today(), 0
    while found := _mark_batch(today):
        count += found
    return count


@transaction.atomic
def _mark_batch(today: Any) -> int:
    due: Any = Invoice.objects.filter(status=Status.SENT, due_date__lt=today).order_by("pk")
    late = list(due.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for invoice in late:
        records.write(invoice, {"status": Status.OVERDUE})
        changes = {"status": [Status.SENT, Status.OVERDUE]}
        events.record("overdue", invoice, by=None, changes=changes)
    return len(late)
