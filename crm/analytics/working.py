"""What people did: calls, meetings, mails and tasks."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from crm.activities.models import Activity, Call, Meeting, Task
from crm.core.bases import Record
from crm.messaging.models import Email

from .figures import Filter, Numbers, counted, linked, may_view, seen
from .spans import TRUNCATED, Span, Window, midnight, part_of


@dataclass(frozen=True)
class Work:
    """One kind of work: which records count as done, and when that was."""

    model: type[Record]
    route: str
    at: str
    statuses: tuple[str, ...]
    type_field: str = ""

    def rows(self, user: Any, window: Window) -> Any:
        """Return what was done in a window, as far as ``user`` sees it."""
        rows = seen(self.model, user).filter(status__in=self.statuses)
        return rows.filter(window.among(self.at)).order_by()

    def filter(self, window: Window) -> Filter:
        """Return the parameters of the list of the same rows."""
        return {"status": ",".join(self.statuses), **window.filter(self.at)}


CALLS = Work(Call, "calls", "start_time", ("completed",), "call_type")
MEETINGS = Work(Meeting, "meetings", "start_time", ("completed",), "meeting_type")
EMAILS = Work(Email, "emails", "sent_at", ("sent", "bounced", "complained"))
TASKS = Work(Task, "tasks", "completed_date", ("completed",), "priority")
KINDS: Mapping[str, Work] = {
    "calls": CALLS,
    "meetings": MEETINGS,
    "emails": EMAILS,
    "tasks": TASKS,
}


def activities(user: Any, span: Span) -> Numbers:
    """Return what was written into timelines in the span."""
    window = span.window()
    rows = seen(Activity, user).filter(window.among("created_at"))
    return counted(rows, "activities", window.filter("created_at"))


def overdue_tasks(user: Any, span: Span) -> Numbers:
    """Return the open tasks of the days before today."""
    today = midnight(span.today(), span.zone)
    return counted(seen(Task, user).overdue(today), "tasks", {"overdue": "true"})


def activity(user: Any, span: Span, interval: str) -> Numbers:
    """Return how much of each kind was done in the span, and in each of its parts."""
    window = span.window()
    kinds = {name: work for name, work in KINDS.items() if may_view(user, work.model)}
    by_part = {name: _by_part(work, user, span, interval) for name, work in kinds.items()}
    totals = {
        name: _total(work, user, window) if name in kinds else None for name, work in KINDS.items()
    }
    found = [day for counts in by_part.values() for day in counts]
    series = []
    for part in span.parts(interval, found):
        key = part_of(part.first, interval)
        told: Numbers = {"from": part.first}
        for name, work in KINDS.items():
            count = by_part[name].get(key, 0) if name in kinds else None
            told[name] = (
                None if count is None else linked(work.route, work.filter(part.window), count=count)
            )
        series.append(told)
    return {"time_zone": str(span.zone), "interval": interval, **totals, "series": series}


def _total(work: Work, user: Any, window: Window) -> Numbers:
    chosen = work.filter(window)
    if not work.type_field:
        count = work.rows(user, window).count()
        return linked(work.route, chosen, count=count, by_type=[])
    found = work.rows(user, window).values_list(work.type_field).annotate(count=Count("pk"))
    by_type = [
        {"type": kind, **linked(work.route, {**chosen, work.type_field: kind}, count=count)}
        for kind, count in sorted(found)
    ]
    count = sum(part["count"] for part in by_type)
    return linked(work.route, chosen, count=count, by_type=by_type)


def _by_part(work: Work, user: Any, span: Span, interval: str) -> dict[date, int]:
    part = TRUNCATED[interval](work.at, tzinfo=span.zone)
    found = work.rows(user, span.window()).annotate(part=part).values_list("part")
    counts: dict[date, int] = defaultdict(int)
    for moment, count in found.annotate(count=Count("pk")):
        counts[moment.date()] += count
    return counts
