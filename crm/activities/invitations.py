"""Asking people to a meeting by mail, and telling them what changes.

The mail itself is messaging's: it reacts to the event, which carries the calendar's words.
"""

from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import events, records
from crm.core.errors import Conflict
from crm.core.wording import value_word

from . import ics
from .models import Meeting

WORDS = {"invited": "Invitation", "reinvited": "Changed", "uninvited": "Cancelled"}


@transaction.atomic
def invite_attendees(meeting: Meeting, *, by: Any, if_revision: records.Expected = None) -> Meeting:
    """Mail an invitation to all attendees; from now on they are told of changes as well.

    Raises ``ValidationError`` where there is nobody to invite, and :class:`Conflict` for a
    meeting that is over or called off.
    """
    stored = records.lock(meeting, if_revision=if_revision)
    if stored.status != Meeting.Status.SCHEDULED:
        raise Conflict(
            _("This meeting is %(status)s; only a scheduled one has invitations.")
            % {"status": value_word(stored.status)}
        )
    if not stored.attendees:
        raise ValidationError({"attendees": _("Nobody is to attend yet. Add them first.")})
    key = stored.invitation_key or uuid4()
    records.write(stored, {"invited_at": timezone.now(), "invitation_key": key})
    _tell("invited", stored, by=by)
    records.copy_values(stored, meeting)
    return meeting


def tell_those_invited(meeting: Meeting, *, by: Any) -> None:
    """Mail what has become of a meeting that people were invited to."""
    stored = Meeting.objects.get(pk=meeting.pk)  # with the number that just rose
    if stored.attendees and stored.status in (Meeting.Status.SCHEDULED, Meeting.Status.CANCELLED):
        cancelled = stored.status == Meeting.Status.CANCELLED
        _tell("uninvited" if cancelled else "reinvited", stored, by=by)


def _tell(name: str, meeting: Meeting, *, by: Any) -> None:
    zone = meeting.host.timezone if meeting.host else "UTC"
    start = meeting.start_time.astimezone(ZoneInfo(zone))
    place = meeting.location or meeting.meeting_link
    said = [meeting.title, f"{start:%Y-%m-%d, %H:%M} ({zone})", *([place] if place else [])]
    events.record(
        name,
        meeting,
        by=by,
        to=[attendee["email"] for attendee in meeting.attendees],
        subject=f"{WORDS[name]}: {meeting.title}",
        text="\n".join([*said, "", meeting.description]).rstrip() + "\n",
        calendar=ics.invitation(meeting).decode(),
        sequence=meeting.sequence,
    )
