"""What happens to companies and persons beyond being stored."""

from typing import Any

from django.db import transaction

from crm.core import records
from crm.core.numbering import next_number

from .models import Account


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


def next_account_number() -> str:
    """Return the next number in the series that nobody gave by hand."""
    while True:
        number = next_number("account", prefix="ACC")
        if not Account.objects.filter(account_number=number).exists():
            return number
