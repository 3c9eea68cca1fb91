"""What history of people needs beside its rows: nobody gets a password, or loses one, by it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from crm.core import records
from crm.core.entries import Entry, completes

from .models import User


@completes(User)
def complete_users(entries: Sequence[Entry]) -> None:
    """Let new people ask for a reset link; leave whoever has a password here as they are."""
    for entry in entries:
        user, before = entry.record, entry.before
        if before is None:
            user.set_unusable_password()
        elif before.has_usable_password():
            records.copy_values(before, user)
            user.external_id = entry.external_id
            entry.note(
                _("%(email)s is here already and stays as they are.") % {"email": user.email}
            )
