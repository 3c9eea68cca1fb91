"""Reads of what people have to do, named after the question."""

from datetime import datetime

from django.db.models import Q

from crm.core.querysets import RecordQuerySet


class TaskQuerySet(RecordQuerySet):
    """Tasks."""

    def open(self) -> "TaskQuerySet":
        """Keep what is still to be done."""
        return self.filter(status__in=["pending", "in_progress"])

    def overdue(self, today: datetime) -> "TaskQuerySet":
        """Keep open tasks of the days before ``today``, the midnight at which it begins."""
        return self.open().filter(due_date__lt=today)

    def due_within(self, start: datetime, end: datetime) -> "TaskQuerySet":
        """Keep open tasks due from ``start`` up to, but without, ``end``."""
        return self.open().filter(due_date__gte=start, due_date__lt=end)

    def upcoming(self, tomorrow: datetime) -> "TaskQuerySet":
        """Keep open tasks of the days after today."""
        return self.open().filter(due_date__gte=tomorrow)

    def without_date(self) -> "TaskQuerySet":
        """Keep open tasks that are due at no time."""
        return self.open().filter(due_date=None)

    def to_remind_of(self, now: datetime) -> "TaskQuerySet":
        """Keep open tasks whose reminder has come and was not given."""
        return self.open().filter(reminder__lte=now, reminded_at=None)


class MeetingQuerySet(RecordQuerySet):
    """Meetings."""

    def planned(self) -> "MeetingQuerySet":
        """Keep what was not called off."""
        return self.exclude(status="cancelled")

    def touching(self, start: datetime, end: datetime) -> "MeetingQuerySet":
        """Keep meetings of which a time can lie between ``start`` and ``end``.

        Those that repeat may turn out to have none: their rule is no matter for a database.
        """
        once = Q(recurrence="", start_time__lt=end, end_time__gt=start)
        return self.filter(once | Q(~Q(recurrence=""), start_time__lt=end))


class CallQuerySet(RecordQuerySet):
    """Calls."""

    def planned_within(self, start: datetime, end: datetime) -> "CallQuerySet":
        """Keep calls that are to be made from ``start`` up to, but without, ``end``."""
        return self.filter(status="scheduled", start_time__gte=start, start_time__lt=end)
