"""Reads of what people have to do, named after the question."""

from datetime import datetime

from crm.core.querysets import RecordQuerySet


class TaskQuerySet(RecordQuerySet):
    """Tasks."""

    def open(self) -> "TaskQuerySet":
        """Keep what is still to be done."""
        return self.filter(status__in=["pending", "in_progress"])

    def overdue(self, now: datetime) -> "TaskQuerySet":
        """Keep open tasks whose time has passed."""
        return self.open().filter(due_date__lt=now)
