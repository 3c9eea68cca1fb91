"""Moving what stands in the calendar to another time."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.core import records
from crm.core.errors import Conflict

from .models import Call, Meeting, Task


@transaction.atomic
def reschedule(record: Task | Meeting | Call, start: datetime, *, by: Any) -> Any:
    """Move a task's due date, or a meeting or call with its length, to ``start``.

    Raises :class:`Conflict` for a meeting that repeats, of which no single time can be moved,
    and what changing the record raises.
    """
    match record:
        case Task():
            return records.change(record, {"due_date": start}, by=by)
        case Call():
            return records.change(record, {"start_time": start}, by=by)
    stored = records.lock(record)
    if stored.recurrence:
        raise Conflict(
            _(
                "This meeting repeats, and a single time of it can't be moved. Edit the meeting "
                "to move all of its times."
            )
        )
    try:
        end = start + (stored.end_time - stored.start_time)
    except OverflowError:
        raise ValidationError({"start_time": _("The calendar ends before that.")}) from None
    return records.change(record, {"start_time": start, "end_time": end}, by=by)
