"""What is done with meetings and calls."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import events, records
from crm.people.models import Contact

from . import invitations, recurrence
from .models import Call, Meeting
from .moves import check_move

#: what those who were invited have to hear of
INVITED_TO = {
    "attendees",
    "description",
    "end_time",
    "host",
    "location",
    "meeting_link",
    "recurrence",
    "start_time",
    "status",
    "title",
}
TIMES = {"end_time", "host", "recurrence", "start_time", "status"}
MOST_WARNINGS = 5


@records.create.register
@transaction.atomic
def create_meeting(meeting: Meeting, *, by: Any, now: datetime | None = None) -> Meeting:
    """Store a new meeting; one that was held is told as such.

    What else its host has at that time is no reason to refuse it: it is warned of. Raises
    what :func:`~crm.core.records.save_new` does.
    """
    records.save_new(meeting, by=by)
    _warn_of_overlaps(meeting, by=by)
    if meeting.status != Meeting.Status.SCHEDULED:
        _tell(meeting, by=by, now=now or timezone.now())
    return meeting


@records.change.register
@transaction.atomic
def change_meeting(
    meeting: Meeting,
    values: dict[str, Any],
    *,
    by: Any,
    if_revision: int | None = None,
    now: datetime | None = None,
) -> Meeting:
    """Change a meeting; another status among the ``values`` moves it.

    What attendees have to hear of raises the number of its invitation. Raises
    :class:`~crm.core.errors.Conflict` for a move that is not allowed, and what
    :func:`~crm.core.records.save_changes` does.
    """
    if INVITED_TO.isdisjoint(values):
        return records.save_changes(meeting, values, by=by, if_revision=if_revision)
    stored = records.lock(meeting, if_revision=if_revision)
    changed = records.differing(stored, values)
    if "status" in changed:
        check_move(stored, changed["status"])
    if not INVITED_TO.isdisjoint(changed):
        Meeting.objects.filter(pk=meeting.pk).update(sequence=F("sequence") + 1)
    records.save_changes(meeting, changed, by=by)
    if not TIMES.isdisjoint(changed):
        _warn_of_overlaps(meeting, by=by)
    if "status" in changed:
        _tell(meeting, by=by, now=now or timezone.now())
    if meeting.invited_at and not INVITED_TO.isdisjoint(changed):
        invitations.tell_those_invited(meeting, by=by)
    return meeting


@records.create.register
@transaction.atomic
def create_call(call: Call, *, by: Any, now: datetime | None = None) -> Call:
    """Store a new call; one that took place is told as such.

    Raises what :func:`~crm.core.records.save_new` does.
    """
    records.save_new(call, by=by)
    if call.status != Call.Status.SCHEDULED:
        _tell(call, by=by, now=now or timezone.now())
    return call


@records.change.register
@transaction.atomic
def change_call(
    call: Call,
    values: dict[str, Any],
    *,
    by: Any,
    if_revision: int | None = None,
    now: datetime | None = None,
) -> Call:
    """Change a call; another status among the ``values`` moves it.

    Raises :class:`~crm.core.errors.Conflict` for a move that is not allowed, and what
    :func:`~crm.core.records.save_changes` does.
    """
    if "status" not in values:
        return records.save_changes(call, values, by=by, if_revision=if_revision)
    stored = records.lock(call, if_revision=if_revision)
    changed = records.differing(stored, values)
    if "status" in changed:
        check_move(stored, changed["status"])
    records.save_changes(call, changed, by=by)
    if "status" in changed:
        _tell(call, by=by, now=now or timezone.now())
    return call


def _tell(record: Meeting | Call, *, by: Any, now: datetime) -> None:
    """Write down a move as what it means; a talk was contact with whom it was held."""
    if record.status == "scheduled":
        events.record("reopened", record, by=by)
        return
    events.record(str(record.status), record, by=by)
    if record.status == "completed" and _was_talk(record):
        at = min(record.start_time or now, now)
        for contact in Contact.objects.filter(pk__in=_contacts_of(record)).order_by("pk"):
            _note_contact(contact, at)


def _was_talk(record: Meeting | Call) -> bool:
    """Whether people spoke: a call of no seconds was none, one of unknown length was."""
    return not isinstance(record, Call) or record.duration != 0


def _contacts_of(record: Meeting | Call) -> set[UUID]:
    found: Iterable[UUID | None] = (
        record.related_to_id if record.related_to_type == "contact" else None,
        record.contact_id if isinstance(record, Meeting) else None,
    )
    return {key for key in found if key is not None}


def _note_contact(contact: Contact, at: datetime) -> None:
    latest = records.lock(contact).last_contact_date
    if latest is None or latest < at:
        records.change(contact, {"last_contact_date": at}, by=None)


def _warn_of_overlaps(meeting: Meeting, *, by: Any) -> None:
    """Tell the author what else the host has at that time."""
    if meeting.host is None or meeting.status != Meeting.Status.SCHEDULED:
        return
    start, end = meeting.start_time, meeting.end_time
    others = Meeting.objects.touching(start, end).filter(host=meeting.host, status="scheduled")
    found = [other for other in others.exclude(pk=meeting.pk) if _meets(other, start, end)]
    if not found:
        return
    found = sorted(found, key=lambda other: (other.start_time, other.pk))[:MOST_WARNINGS]
    keys = [other.pk for other in found]
    mine = Meeting.objects.filter(pk__in=keys)
    seen = set((mine if by is None else mine.visible_to(by)).values_list("pk", flat=True))
    for other in found:
        name = f"'{other.title}'" if other.pk in seen else _("another meeting")
        told = _("At this time %(host)s has %(name)s as well.")
        records.warn(meeting, told % {"host": meeting.host, "name": name})


def _meets(other: Meeting, start: datetime, end: datetime) -> bool:
    return any(at < end and until > start for at, until in occurrences(other, start, end))


def occurrences(
    meeting: Meeting, start: datetime, end: datetime
) -> Iterable[tuple[datetime, datetime]]:
    """Yield when a meeting begins and ends, each time that touches ``start`` to ``end``."""
    length = meeting.end_time - meeting.start_time
    if not meeting.recurrence:
        if meeting.start_time < end and meeting.end_time > start:
            yield meeting.start_time, meeting.end_time
        return
    try:
        rule = recurrence.read(meeting.recurrence)
    except ValidationError:  # written past the verbs
        return
    try:
        since = start - length
    except OverflowError:
        since = start
    for at in rule.times_from(meeting.start_time, meeting.zone, since=since):
        if at >= end:
            return
        if at + length > start:
            yield at, at + length
