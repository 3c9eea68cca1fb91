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
    while not account.account_number:
        number = next_number("account", prefix="ACC")
        if not Account.objects.filter(account_number=number).exists():  # given by a person
            account.account_number = number
    return records.save_new(account, by=by)
