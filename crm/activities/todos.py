"""What is done with tasks. One operation completes and reopens them, whatever the door."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import events, records
from crm.core.constraints import constraints_of
from crm.core.periods import bounded

from . import recurrence
from .models import Activity, Task
from .moves import check_move

Status = Task.Status
GUARDED = {"assigned_to", "completed_date", "due_date", "recurrence", "reminder", "status"}


@records.create.register
@transaction.atomic
def create_task(task: Task, *, by: Any, now: datetime | None = None) -> Task:
    """Store a new task; one that is completed already is told as such.

    Raises what :func:`change_task` does.
    """
    now = now or timezone.now()
    if task.status == Status.COMPLETED and task.completed_date is None:
        task.completed_date = now
    _check_completion(task)
    records.save_new(task, by=by)
    if task.status == Status.COMPLETED:
        _end(task, by=by, now=now)
    return task


@records.change.register
@transaction.atomic
def change_task(
    task: Task,
    values: dict[str, Any],
    *,
    by: Any,
    if_revision: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Change a task; another status among the ``values`` moves it.

    Completing sets ``completed_date``, makes the next task of a series and tells the record
    that the task is about; reopening clears the date. The reminder moves with the due date
    unless it is among the ``values`` itself. Raises :class:`~crm.core.errors.Conflict` for a
    move that is not allowed, ``ValidationError`` naming ``completed_date``, and what
    :func:`~crm.core.records.save_changes` does.
    """
    if GUARDED.isdisjoint(values):
        return records.save_changes(task, values, by=by, if_revision=if_revision)
    now = now or timezone.now()
    stored = records.lock(task, if_revision=if_revision)
    changed = records.differing(stored, values)
    before = stored.status
    if "status" in changed:
        check_move(stored, changed["status"])
    changed |= _consequences(stored, changed, now=now)
    backstage = _backstage(stored, changed, now=now)
    for name, value in changed.items():
        setattr(stored, name, value)
    _check_completion(stored)
    if backstage:
        Task.objects.filter(pk=task.pk).update(**backstage)
    records.save_changes(task, changed, by=by)
    if task.status != before:
        _tell(task, before, by=by, now=now)
    return task


def complete_task(
    task: Task,
    *,
    by: Any,
    notes: str = "",
    if_revision: int | None = None,
    now: datetime | None = None,
) -> Task:
    """Say that a task is done, and with ``notes`` what came of it. Twice is as good as once.

    Raises what :func:`change_task` does.
    """
    values = {"status": Status.COMPLETED, **({"notes": notes} if notes else {})}
    return change_task(task, values, by=by, if_revision=if_revision, now=now)


def _consequences(task: Task, changed: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return what follows from a change; what was said in the same request stands."""
    values: dict[str, Any] = {}
    if "status" in changed:
        if changed["status"] == Status.COMPLETED:
            if changed.get("completed_date") is None:
                values["completed_date"] = now
        elif task.completed_date is not None:
            values["completed_date"] = None
    due = changed.get("due_date")
    moves = due is not None and task.due_date is not None and "reminder" not in changed
    if moves and task.reminder is not None:
        values["reminder"] = _moved(task.reminder, due - task.due_date)
    return values


def _moved(reminder: datetime, delta: timedelta) -> datetime:
    try:
        return bounded(reminder + delta)
    except (OverflowError, ValueError):
        message = _("The reminder would move out of the calendar with the due date. Set both.")
        raise ValidationError({"reminder": message}) from None


def _backstage(task: Task, changed: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return what a change does to the columns that nobody sees."""
    values: dict[str, Any] = {}
    reminder = changed.get("reminder", task.reminder)
    if "reminder" in changed and reminder is not None and reminder > now:
        values["reminded_at"] = None
    reopens = not task.is_open and changed.get("status") in (Status.PENDING, Status.IN_PROGRESS)
    if reopens and task.reminded_at is None and reminder is not None and reminder <= now:
        values["reminded_at"] = now  # its moment passed while there was nothing to do
    if not changed.keys().isdisjoint({"assigned_to", "due_date", "recurrence"}):
        values["series_start"] = None
    return values


def _check_completion(task: Task) -> None:
    """Refuse what would contradict that a task is done or not."""
    if task.status == Status.COMPLETED:
        if task.completed_date is None:
            message = _("A completed task has a date. Reopen it to clear it.")
            raise ValidationError({"completed_date": message})
    elif task.completed_date is not None:
        message = _("Only a completed task has a date: it comes with the status completed.")
        raise ValidationError({"completed_date": message})


def _tell(task: Task, before: str, *, by: Any, now: datetime) -> None:
    """Write down a move as what it means."""
    match task.status:
        case Status.COMPLETED:
            _end(task, by=by, now=now)
        case Status.CANCELLED:
            events.record("cancelled", task, by=by)
        case _ if before in (Status.COMPLETED, Status.CANCELLED):
            events.record("reopened", task, by=by, **{"from": before})


def _end(task: Task, *, by: Any, now: datetime) -> None:
    events.record("completed", task, by=by)
    about = task.related_to
    if about is not None and not about.is_deleted:
        story = Activity(
            activity_type=Activity.Type.TASK,
            title=f"Task completed: {task.title}"[:255],
            related_to_type=task.related_to_type,
            related_to_id=task.related_to_id,
            user=by,
            metadata={"event": "task.completed", "task": str(task.pk)},
        )
        records.create(story, by=None)
    _repeat(task, by=by, now=now)


def _repeat(task: Task, *, by: Any, now: datetime) -> Task | None:
    """Make the next task of a series, unless this one did so before."""
    if not task.recurrence or task.due_date is None or task.repeated_at is not None:
        return None
    rule, zone = recurrence.read(task.recurrence), task.zone
    start = task.series_start or task.due_date
    at = recurrence.time_of_day(start, zone)
    due, left = rule.next_after(task.due_date, zone, at=at), rule.one_less()
    if due is None or not left:
        return None
    following = Task(
        title=task.title,
        description=task.description,
        priority=task.priority,
        due_date=due,
        reminder=_same_lead(task, due),
        recurrence=left,
        series_start=start,
        assigned_to=task.assigned_to if task.assigned_to and task.assigned_to.is_active else by,
        related_to_type=task.related_to_type,
        related_to_id=task.related_to_id,
        custom_fields=task.custom_fields,
        created_by=task.created_by,
    )
    # The rights of whoever began the series count, not of whoever ends one of its tasks.
    with constraints_of(following):
        following.save(force_insert=True)
    Task.objects.filter(pk=task.pk).update(repeated_at=now)
    events.record("created", following, by=None)
    events.record("repeated", task, by=None, next=following.pk)
    return following


def _same_lead(task: Task, due: datetime) -> datetime | None:
    """Return the reminder of the next task: as long before its date as this one's was."""
    if task.reminder is None or task.due_date is None:
        return None
    try:
        return bounded(due - (task.due_date - task.reminder))
    except (OverflowError, ValueError):
        return None
