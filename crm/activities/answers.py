"""What those who were invited answer, through the link in their mail.

The link names a meeting by its random key, with a signature over that, the invitation's number
and the address that it was mailed to: neither an id nor an address can be read from it, and
nobody can answer for somebody else.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from crm.core import events, records
from crm.core.errors import Conflict
from crm.core.models import Event

from .models import Meeting

SALT = "crm.activities.answer"
ANSWERS = ("accepted", "tentative", "declined")


@dataclass(frozen=True)
class Invitation:
    """What a link stands for: a meeting, who was invited, and under which number."""

    meeting: Meeting
    attendee: dict[str, Any]
    sequence: int

    @property
    def is_outdated(self) -> bool:
        """Whether the meeting changed since the mail with this link was written."""
        return self.meeting.sequence != self.sequence


def address_to_answer(meeting: Meeting, email: str, sequence: int) -> str:
    """Return the address under which one attendee answers an invitation."""
    return f"{settings.TRACKING_URL}/r/{token_for(meeting, email, sequence)}"


def token_for(meeting: Meeting, email: str, sequence: int) -> str:
    """Return what stands for an attendee of a meeting, which has to have its key."""
    return _signed(f"{_key_of(meeting)}-{sequence}", email, settings.SECRET_KEY)


def invitation_of(token: str) -> Invitation | None:
    """Return what a link stands for, or None where it is not one of ours, or no longer."""
    name = token.partition(".")[0]
    key, _sep, number = name.partition("-")
    try:
        meeting = Meeting.objects.filter(invitation_key=UUID(hex=key)).first()
        sequence = int(number)
    except ValueError:
        return None
    if meeting is None:
        return None
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    for attendee in meeting.attendees:
        for secret in secrets:
            if constant_time_compare(token, _signed(name, attendee["email"], secret)):
                return Invitation(meeting, attendee, sequence)
    return None


def words_to_answer(event: Event, email: str) -> str:
    """Return the lines that end an attendee's mail: where to answer it, while that makes sense."""
    meeting = Meeting.objects.filter(pk=event.record_id).first()
    if meeting is None or event.name == "meeting.uninvited" or meeting.invitation_key is None:
        return ""
    sequence = event.data.get("sequence", meeting.sequence)
    return f"\nWill you come? Answer here:\n{address_to_answer(meeting, email, sequence)}\n"


@transaction.atomic
def answer_invitation(
    meeting: Meeting, email: str, response: str, *, now: datetime | None = None
) -> Meeting:
    """Note what one attendee answers; the same answer again changes nothing.

    The host reads it on the meeting; nobody else is mailed of it. Raises :class:`Conflict` for a
    meeting that is called off or over, and ``ValidationError`` for what is no answer, or from
    somebody who is not to attend.
    """
    if response not in ANSWERS:
        raise ValidationError(
            {"response": _("Answer with one of: %(answers)s.") % {"answers": ", ".join(ANSWERS)}}
        )
    stored = records.lock(meeting)
    if reason := why_closed(stored, now=now or timezone.now()):
        raise Conflict(reason)
    attendees = [dict(attendee) for attendee in stored.attendees]
    mine = [attendee for attendee in attendees if attendee["email"] == email]
    if not mine:
        raise ValidationError({"email": _("This address is not invited to the meeting.")})
    if any(attendee.get("response") != response for attendee in mine):
        for attendee in mine:
            attendee["response"] = response
        records.write(stored, {"attendees": attendees})
        events.record("answered", stored, by=None, attendee=email, response=response)
    records.copy_values(stored, meeting)
    return meeting


def why_closed(meeting: Meeting, *, now: datetime) -> str:
    """Say why nobody can answer any more, or nothing; what repeats is never over."""
    if meeting.status == Meeting.Status.CANCELLED:
        return _("This meeting is cancelled.")
    is_past = not meeting.recurrence and meeting.end_time <= now
    if is_past or meeting.status != Meeting.Status.SCHEDULED:
        return _("This meeting is over.")
    return ""


def _key_of(meeting: Meeting) -> str:
    if meeting.invitation_key is None:
        raise ValueError("This meeting has no invitations yet.")
    return meeting.invitation_key.hex


def _signed(name: str, email: str, secret: str) -> str:
    signature = salted_hmac(SALT, f"{name}.{email}", secret=secret, algorithm="sha256").digest()
    return f"{name}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}"
