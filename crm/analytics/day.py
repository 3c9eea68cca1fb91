"""What today asks of somebody: short lists, each with the list page that shows the rest."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Window
from django.urls import reverse
from django.utils.http import urlencode

from crm.activities import calendar
from crm.activities.models import Activity, Call, Meeting, Task
from crm.core.links import short_forms
from crm.sales.dealquerysets import OPEN
from crm.sales.models import Deal, Lead
from crm.support.models import Ticket

from .figures import Filter, may_view, seen
from .spans import Span, midnight, written

MOST = 6
CLOSING = timedelta(days=14)
NEAR = timedelta(hours=24)
LATEST = 8


@dataclass(frozen=True)
class Pile:
    """A few records of one kind, how many there are, and where all of them are."""

    kind: str
    rows: list[Any] = field(default_factory=list)
    total: int = 0
    link: str = ""
    #: how many of them are late, and where those are
    late: int = 0
    late_link: str = ""


@dataclass(frozen=True)
class Day:
    """Today in one zone, and who asks."""

    user: Any
    now: datetime
    start: datetime
    end: datetime

    @classmethod
    def of(cls, user: Any, span: Span) -> "Day":
        """Return the day on which a span ends."""
        start = midnight(span.today(), span.zone)
        return cls(user, span.now, start, midnight(span.today() + timedelta(days=1), span.zone))

    def tasks(self) -> Pile | None:
        """Return the reader's own tasks that are overdue or due today, the oldest first."""
        if not may_view(self.user, Task):
            return None
        rows = seen(Task, self.user).open().owned_by(self.user).filter(due_date__lt=self.end)
        late = Q(due_date__lt=self.start)
        chosen = {"status": "pending,in_progress", "due_date__lt": written(self.end)}
        found = _first(rows.order_by("due_date", "pk"), late=late)
        name_targets(found)
        return _pile("task", found, {"mine": "true", **chosen}, {"mine": "true", "overdue": "true"})

    def agenda(self) -> list[dict[str, Any]] | None:
        """Return the reader's meetings and planned calls of today, in order."""
        if not may_view(self.user, Meeting, Call):
            return None
        entries = calendar.entries(self.user, self.start, self.end, mine=True)
        return [entry for entry in entries if entry["kind"] != "task"]

    def leads(self) -> Pile | None:
        """Return the leads that nobody dealt with yet, the latest first."""
        if not may_view(self.user, Lead):
            return None
        rows = seen(Lead, self.user).filter(status=Lead.Status.NEW).order_by("-created_at", "pk")
        free = {"status": "new", "unassigned": "true"}
        found = _first(rows, late=Q(assigned_to=None))
        return _pile("lead", found, {"status": "new"}, free)

    def deals(self) -> Pile | None:
        """Return the open deals that should close within two weeks or should have already."""
        if not may_view(self.user, Deal):
            return None
        until = self.end + CLOSING
        rows = seen(Deal, self.user).filter(stage_kind__in=OPEN, expected_close_date__lt=until)
        chosen = {"open": "true", "expected_close_date__lt": written(until)}
        found = _first(
            rows.order_by("expected_close_date", "pk"), late=Q(expected_close_date__lt=self.start)
        )
        return _pile("deal", found, chosen, {"overdue": "true"})

    def tickets(self) -> Pile | None:
        """Return the tickets whose solution is due within a day: one's own, or all one handles."""
        if not may_view(self.user, Ticket):
            return None
        until = self.now + NEAR
        rows = seen(Ticket, self.user).filter(status__in=["open", "in_progress"])
        rows = self._handled(rows.filter(resolution_due__lt=until))
        chosen = {
            "status": "open,in_progress",
            **self._whose(),
            "resolution_due__lt": written(until),
        }
        late = {**chosen, "resolution_due__lt": written(self.now)}
        found = _first(rows.order_by("resolution_due", "pk"), late=Q(resolution_due__lt=self.now))
        return _pile("ticket", found, chosen, late)

    def queue(self) -> Pile | None:
        """Return the open tickets that nobody has taken yet, the oldest first."""
        if not may_view(self.user, Ticket):
            return None
        rows = seen(Ticket, self.user).open().filter(assigned_to=None)
        late = Q(priority__in=["urgent", "high"])
        chosen = {"open": "true", "unassigned": "true"}
        found = _first(rows.order_by("created_at", "pk"), late=late)
        return _pile("ticket", found, chosen, {**chosen, "priority": "urgent,high"})

    def latest(self) -> list[Any] | None:
        """Return what was written into timelines last."""
        if not may_view(self.user, Activity):
            return None
        rows = seen(Activity, self.user).select_related("user").order_by("-created_at", "pk")
        found = list(rows[:LATEST])
        name_targets(found)
        return found

    def _handles_all(self) -> bool:
        return "all" in self.user.scopes("ticket", "change")

    def _handled(self, rows: Any) -> Any:
        return rows if self._handles_all() else rows.owned_by(self.user)

    def _whose(self) -> Filter:
        return {} if self._handles_all() else {"mine": "true"}


def name_targets(rows: Iterable[Any]) -> None:
    """Give each row, as ``about``, the kind, id and name of what it is about; one query."""
    rows = list(rows)
    forms = short_forms({(row.related_to_type, row.related_to_id) for row in rows})
    for row in rows:
        row.about = forms.get((row.related_to_type, row.related_to_id))


def _first(rows: Any, *, late: Q) -> list[Any]:
    """Return the first rows; each knows how many there are in all, and how many are late."""
    counted = rows.annotate(_total=Window(Count("pk")), _late=Window(Count("pk", filter=late)))
    return list(counted[:MOST])


def _pile(kind: str, rows: list[Any], chosen: Filter, late: Filter) -> Pile:
    total, lates = (rows[0]._total, rows[0]._late) if rows else (0, 0)
    link = reverse(f"{kind}-list")
    chosen_link, late_link = f"{link}?{urlencode(chosen)}", f"{link}?{urlencode(late)}"
    return Pile(kind, rows, total, chosen_link, lates, late_link)
