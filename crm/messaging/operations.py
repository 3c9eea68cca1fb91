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
    email.from_email = email.from_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return records.save_new(email, by=by)
