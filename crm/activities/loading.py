"""What history of tasks needs beside its rows: reminders whose time has passed stay silent."""

from collections.abc import Sequence

from django.utils import timezone

from crm.core.entries import Entry, completes

from .models import Task


@completes(Task)
def complete_tasks(entries: Sequence[Entry]) -> None:
    """Take reminders of the past as given."""
    now = timezone.now()
    for entry in entries:
        task = entry.record
        if task.reminder is not None and task.reminder <= now:
            task.reminded_at = task.reminded_at or task.reminder
