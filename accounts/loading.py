"""What history of people needs beside its rows: nobody loses a password that they chose here."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from crm.core import records
from crm.core.entries import Entry, completes

from .hashers import is_foreign
from .models import User

#: what no history shows, not even as a hash
UNTOLD = frozenset({"password", "security_version"})


@completes(User)
def complete_users(entries: Sequence[Entry]) -> None:
    """Let people keep the hash they come with, or else ask for a reset link.

    Whoever has a password here, or signed in here with the one they came with, stays as
    they are.
    """
    for entry in entries:
        user, before = entry.record, entry.before
        entry.untold = UNTOLD
        if before is None:
            if not is_foreign(user.password):
                user.set_unusable_password()
        elif not before.has_usable_password() or _never_used(before, entry):
            if user.password != before.password:
                user.security_version = before.security_version + 1
        else:
            records.copy_values(before, user)
            user.external_id = entry.external_id
            entry.note(
                _("%(email)s is here already and stays as they are.") % {"email": user.email}
            )


def _never_used(before: User, entry: Entry) -> bool:
    """Whether a person's password is still the one they came with, and comes again."""
    return is_foreign(before.password) and "password" in entry.values
