"""An invoice as a page shows it: what the PDF prints, in the language of its reader."""

from base64 import b64encode
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from crm.core.company import Company

from .invoices import frozen
from .models import Invoice
from .pricing import tax_groups_of

LOGO_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}


@dataclass(frozen=True)
class Party:
    """Who sells or buys: a name, and the lines below it."""

    name: str
    lines: list[str]


@dataclass(frozen=True)
class Paper:
    """What stands on an invoice."""

    invoice: Invoice
    ours: Party
    theirs: Party
    logo: str
    tax_groups: Any
    payments: list[Any]
    credit_notes: list[Any]
    bank_details: str
    footer: str
    is_overdue: bool

    @property
    def subtotal(self) -> Decimal | None:
        """The sum of the lines; a loaded invoice may have only a total."""
        return self.invoice.subtotal

    @property
    def has_discounts(self) -> bool:
        return any(line.get("discount") for line in self.invoice.items)

    @property
    def has_taxes(self) -> bool:
        return any(line.get("tax_rate") is not None for line in self.invoice.items)


def paper_of(invoice: Invoice) -> Paper:
    """Return an invoice with its parties as they were at issue; a draft with those of today."""
    company = Company.current()
    parties = invoice.document or frozen(invoice, company)
    ours, theirs = parties["company"], parties["customer"]
    late = invoice.status in (Invoice.Status.SENT, Invoice.Status.OVERDUE)
    return Paper(
        invoice=invoice,
        ours=Party(ours["name"], _ours(ours)),
        theirs=Party(*_theirs(theirs)),
        logo=_logo(ours.get("logo", "")),
        tax_groups=tax_groups_of(invoice),
        payments=list(invoice.payments.all()),
        credit_notes=list(invoice.credit_notes.all()),
        bank_details=ours.get("bank_details", ""),
        footer=ours.get("invoice_footer", ""),
        is_overdue=late and invoice.due_date < company.start_of_today(),
    )


def _ours(ours: dict[str, Any]) -> list[str]:
    lines = [*ours["address"].splitlines(), ours["email"], ours["phone"], ours["website"]]
    if ours["tax_id"]:
        lines.append(_("Tax number %(number)s") % {"number": ours["tax_id"]})
    return [line for line in lines if line]


def _theirs(theirs: dict[str, Any]) -> tuple[str, list[str]]:
    names = [name for name in dict.fromkeys((theirs.get("company"), theirs.get("name"))) if name]
    lines = [*names[1:], *theirs.get("address", "").splitlines()]
    if theirs.get("tax_id"):
        lines.append(_("Tax number %(number)s") % {"number": theirs["tax_id"]})
    return (names[0] if names else ""), lines


def _logo(name: str) -> str:
    """Return the logo within the page: files have no public address. A lost one is left out."""
    kind = LOGO_TYPES.get(name.rpartition(".")[2].lower())
    if kind is None:
        return ""
    try:
        with default_storage.open(name) as file:
            return f"data:{kind};base64,{b64encode(file.read()).decode()}"
    except OSError:
        return ""
