"""What history of mails needs beside its rows: nothing that was waiting leaves from here."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from crm.core.entries import Entry, completes

from .models import Email

#: states in which the engine of all mail would send it
WAITING = (Email.Status.SCHEDULED, Email.Status.QUEUED, Email.Status.SENDING)


@completes(Email)
def complete_emails(entries: Sequence[Entry]) -> None:
    """Lay mails that had not left yet down as drafts."""
    for entry in entries:
        email, before = entry.record, entry.before
        if email.status in WAITING and (before is None or before.status != email.status):
            entry.note(_("It was waiting to be sent, and is a draft here: nothing is mailed."))
            email.status = Email.Status.DRAFT
