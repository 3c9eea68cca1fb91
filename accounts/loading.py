"""What history of people needs beside its rows: nobody gets a password by being loaded."""

from collections.abc import Sequence

from crm.core import loading
from crm.core.loading import Entry

from .models import User


@loading.completes(User)
def complete_users(entries: Sequence[Entry]) -> None:
    """Let people ask for a reset link: until then no password is theirs."""
    for entry in entries:
        if entry.is_new:
            entry.record.set_unusable_password()
