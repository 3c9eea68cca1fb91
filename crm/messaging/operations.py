"""What happens to e-mails beyond being stored."""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db import transaction

from crm.core import records

from .models import Email


@records.create.register
@transaction.atomic
def create_email(email: Email, *, by: Any) -> Email:
    """Store a draft; the sender is the configured one where none is given."""
    email.from_email = email.from_email or configured_sender()
    return records.save_new(email, by=by)


@records.change.register
@transaction.atomic
def change_email(
    email: Email, values: dict[str, Any], *, by: Any, if_revision: int | None = None
) -> Email:
    """Change an e-mail; an emptied sender is the configured one again."""
    if values.get("from_email") == "":
        values = {**values, "from_email": configured_sender()}
    return records.save_changes(email, values, by=by, if_revision=if_revision)


def configured_sender() -> str:
    """Return the address that mail of the house comes from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
