"""What history of companies and persons needs beside its rows."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from crm.core.entries import DOOR, Entry, completes, counts
from crm.core.numbering import continue_above, highest

from .models import Account, Contact, Customer
from .operations import next_account_number

#: where an address is kept that another record has already
SECOND_EMAIL = "second_email"


@counts(Account, "account_number")
def continue_accounts(numbers: Iterable[str]) -> None:
    """Let the account numbers go on above those that came."""
    continue_above("account", highest(numbers, prefix="ACC"))


@completes(Account)
def complete_accounts(entries: Sequence[Entry]) -> None:
    """Number the accounts that came without a number."""
    for entry in entries:
        if not entry.record.account_number.strip():
            stored = entry.before and entry.before.account_number
            entry.record.account_number = stored or next_account_number()
            if not stored:
                entry.note(
                    _("It had no number and is %(number)s now.")
                    % {"number": entry.record.account_number}
                )


@completes(Contact)
def complete_contacts(entries: Sequence[Entry]) -> None:
    """Say since when and from where it is known who wants no mail; then as for all persons."""
    for entry in entries:
        contact = entry.record
        if contact.email_opt_out and contact.opted_out_at is None:
            contact.opted_out_at, contact.opted_out_source = contact.updated_at, DOOR
    complete_persons(entries)


@completes(Customer)
def complete_persons(entries: Sequence[Entry]) -> None:
    """Keep persons without an address, and with one that somebody else has already."""
    if not entries:
        return
    model = type(entries[0].record)
    wanted = {entry.record.email for entry in entries} - {""}
    owners = dict(model.objects.filter(email__in=wanted).values_list("email", "pk"))
    for entry in entries:
        record = entry.record
        if not record.email:
            if entry.is_new:
                entry.note(_("It has no email."))
            continue
        if owners.setdefault(record.email, record.pk) != record.pk:
            record.custom_fields = {**record.custom_fields, SECOND_EMAIL: record.email}
            entry.note(
                _("Another record has the email %(email)s already: kept as %(name)s.")
                % {"email": record.email, "name": SECOND_EMAIL}
            )
            record.email = ""
