"""What happens to companies and persons beyond being stored."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import guards, records
from crm.core.context import origin
from crm.core.numbering import next_number

from .models import Account, Contact


@records.create.register
@transaction.atomic
def create_account(account: Account, *, by: Any) -> Account:
    """Open an account; it gets a number where it has none."""
    if not account.account_number.strip():
        account.account_number = next_account_number()
    return records.save_new(account, by=by)


@records.change.register
@transaction.atomic
def change_account(
    account: Account, values: dict[str, Any], *, by: Any, if_revision: records.Expected = None
) -> Account:
    """Change an account. An empty number is no wish for another one: the old one stays."""
    if not values.get("account_number", "given").strip():
        stored = records.lock(account, if_revision=if_revision)
        number = stored.account_number or next_account_number()
        values = {**values, "account_number": number}
    return records.save_changes(account, values, by=by, if_revision=if_revision)


@records.create.register
@transaction.atomic
def create_contact(contact: Contact, *, by: Any) -> Contact:
    """Store a person; one who wants no mail from the start has said so now."""
    for name, value in opting_out(contact.email_opt_out).items():
        setattr(contact, name, value)
    return records.save_new(contact, by=by)


@records.change.register
@transaction.atomic
def change_contact(
    contact: Contact, values: dict[str, Any], *, by: Any, if_revision: records.Expected = None
) -> Contact:
    """Change a person; when and where they opted out of mail is kept with it."""
    stored = records.lock(contact, if_revision=if_revision)
    wanted = values.get("email_opt_out", stored.email_opt_out)
    if wanted != stored.email_opt_out:
        values = {**values, **opting_out(wanted)}
    return records.save_changes(contact, values, by=by)


def opting_out(wanted: bool) -> dict[str, Any]:
    """Return what goes with opting out now, or with coming back."""
    if not wanted:
        return {"opted_out_at": None, "opted_out_source": ""}
    return {"opted_out_at": timezone.now(), "opted_out_source": origin().door}


@records.remove.register
@transaction.atomic
def remove_account(account: Account, *, by: Any, if_revision: records.Expected = None) -> None:
    """Delete a company. Raises :class:`Conflict` while deals, invoices or tickets are open."""
    stored = records.lock(account, if_revision=if_revision)
    guards.require_free("account.remove", stored, otherwise=_("Close them first."))
    records.mark_deleted(account, by=by)


def next_account_number() -> str:
    """Return the next number in the series that nobody gave by hand."""
    while True:
        number = next_number("account", prefix="ACC")
        if not Account.objects.filter(account_number=number).exists():
            return number
