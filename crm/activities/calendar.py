"""What lies between two moments: tasks that are due, meetings, calls to be made."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .models import Call, Meeting, Task
from .talks import occurrences

LONGEST = timedelta(days=400)
MOST_ENTRIES = 5000


def entries(
    user: Any, start: datetime, end: datetime, *, mine: bool = False
) -> list[dict[str, Any]]:
    """Return what ``user`` can see from ``start`` up to ``end``, in order; three queries.

    With ``mine`` only what belongs to the user. A meeting that repeats stands there once for
    each time. Raises ``ValidationError`` naming ``to`` where that is too long or too much.
    """
    if end <= start:
        raise ValidationError({"to": _("to must be after from.")})
    if end - start > LONGEST:
        raise ValidationError(
            {"to": _("Ask for at most %(days)s days at once.") % {"days": LONGEST.days}}
        )
    found: list[dict[str, Any]] = []
    for entry in _between(user, start, end, mine):
        found.append(entry)
        if len(found) > MOST_ENTRIES:
            raise ValidationError(
                {
                    "to": _(
                        "There are more than %(most)s entries in this time. Ask for less of it, or "
                        "with mine=true for your own."
                    )
                    % {"most": MOST_ENTRIES}
                }
            )
    return sorted(found, key=lambda entry: (entry["start"], entry["kind"], entry["id"]))


def _between(user: Any, start: datetime, end: datetime, mine: bool) -> Iterator[dict[str, Any]]:
    def seen(model: Any) -> Any:
        rows = model.objects.visible_to(user).select_related(model.owner_field)
        return (rows.owned_by(user) if mine else rows).order_by()

    due = seen(Task).exclude(status=Task.Status.CANCELLED)
    for task in due.filter(due_date__gte=start, due_date__lt=end)[: MOST_ENTRIES + 1]:
        yield _entry(task, task.title, task.due_date, None)
    for meeting in seen(Meeting).planned().touching(start, end)[: MOST_ENTRIES + 1]:
        for at, until in occurrences(meeting, start, end):
            yield _entry(meeting, meeting.title, at, until)
    for call in seen(Call).planned_within(start, end)[: MOST_ENTRIES + 1]:
        length = timedelta(seconds=call.duration) if call.duration else None
        yield _entry(call, call.subject, call.start_time, _later(call.start_time, length))


def _later(at: datetime, length: timedelta | None) -> datetime | None:
    try:
        return at + length if length is not None else None
    except OverflowError:
        return None


def _entry(record: Any, title: str, start: datetime, end: datetime | None) -> dict[str, Any]:
    owner = record.owner
    return {
        "kind": record._meta.model_name,
        "id": str(record.pk),
        "title": title,
        "start": start,
        "end": end,
        "status": record.status,
        "recurring": bool(getattr(record, "recurrence", "")),
        "owner": owner and {"id": str(owner.pk), "full_name": owner.full_name},
        "related_to_type": record.related_to_type,
        "related_to_id": record.related_to_id and str(record.related_to_id),
    }
