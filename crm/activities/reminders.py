"""Reminders: each is given once, and never for what is done."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from crm.core import events

from .models import Task

BATCH = 500


def give_reminders(*, now: datetime | None = None) -> int:
    """Tell every open task whose reminder has come by ``now``; return how many there were.

    Can be run at any time, and by several workers at once.
    """
    now = now or timezone.now()
    given = 0
    while found := list(Task.objects.to_remind_of(now).order_by("reminder", "pk")[:BATCH]):
        done = sum(_remind(task, now=now) for task in found)
        given += done
        if not done:  # the rest is being told by another worker
            break
    return given


@transaction.atomic
def _remind(task: Task, *, now: datetime) -> bool:
    waiting = Task.objects.to_remind_of(now).filter(pk=task.pk)
    if not waiting.update(reminded_at=now):
        return False
    events.record(
        "reminder_due",
        task,
        by=None,
        title=task.title,
        owner=task.assigned_to_id,
        due=task.due_date,
    )
    return True
