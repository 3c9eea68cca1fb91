"""Which days a number is about, and how they fall into parts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek

DAY, WEEK, MONTH = "day", "week", "month"
STEPS = {
    DAY: relativedelta(days=1),
    WEEK: relativedelta(weeks=1),
    MONTH: relativedelta(months=1),
}
TRUNCATED = {DAY: TruncDay, WEEK: TruncWeek, MONTH: TruncMonth}
MOST_PARTS = 400


def written(moment: datetime) -> str:
    """Return a point in time as a filter of the API has it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class Window:
    """From ``start``, or ever, up to, but without, ``end``."""

    start: datetime | None
    end: datetime

    def among(self, path: str) -> Q:
        """Return the condition that the time at ``path`` lies in the window."""
        condition = Q(**{f"{path}__lt": self.end})
        return condition if self.start is None else condition & Q(**{f"{path}__gte": self.start})

    def filter(self, name: str) -> dict[str, str]:
        """Return the same condition as parameters of a list."""
        found = {f"{name}__lt": written(self.end)}
        return found if self.start is None else {f"{name}__gte": written(self.start), **found}


@dataclass(frozen=True)
class Part:
    """One day, week or month of a span, cut off where the span begins or ends."""

    first: date
    window: Window


@dataclass(frozen=True)
class Span:
    """The last ``days`` up to now, or the days from ``first`` to ``last``; neither is ever.

    Days begin at midnight in ``zone``, or in another zone that is asked for: the user's
    for what people do, the company's for money (behaviours.md, G10).
    """

    now: datetime
    zone: tzinfo
    days: int | None = None
    first: date | None = None
    last: date | None = None
    back: int = 0  # days

    def today(self, zone: tzinfo | None = None) -> date:
        """Return the date that it is."""
        return self.now.astimezone(zone or self.zone).date()

    def window(self, zone: tzinfo | None = None) -> Window:
        """Return the two points in time."""
        zone = zone or self.zone
        ago = timedelta(days=self.back)
        if self.first is not None and self.last is not None:
            end = midnight(self.last + timedelta(days=1) - ago, zone)
            return Window(midnight(self.first - ago, zone), end)
        end = (self.now.astimezone(zone) - ago).astimezone(UTC)
        if self.days is None:
            return Window(None, end)
        return Window(midnight(self.today(zone) - timedelta(days=self.days - 1) - ago, zone), end)

    def before(self) -> "Span | None":
        """Return the span of the same length just before, None where this one is ever.

        As much of it as has passed of this one: up to the same time of day.
        """
        length = self.length()
        return None if length is None else replace(self, back=self.back + length)

    def length(self) -> int | None:
        """Return the number of days."""
        if self.first is not None and self.last is not None:
            return (self.last - self.first).days + 1
        return self.days

    def usual_interval(self) -> str:
        """Return into which parts a curve of the span is best cut."""
        length = self.length()
        if length is None or length > 182:
            return MONTH
        return DAY if length <= 31 else WEEK

    def count_parts(self, interval: str) -> int:
        """Return about how many parts there are, 0 where the span is ever."""
        per_part = {DAY: 1, WEEK: 7, MONTH: 28}[interval]
        return (self.length() or 0) // per_part

    def parts(
        self, interval: str, found: Iterable[date], *, zone: tzinfo | None = None
    ) -> Iterator[Part]:
        """Cut the span up. Of one that is ever, only the parts in ``found`` are told."""
        zone = zone or self.zone
        whole = self.window(zone)
        if whole.start is None:
            days = sorted(set(found))
        else:
            days = list(_steps(whole.start.astimezone(zone).date(), whole, interval, zone))
        for day in days:
            start, end = midnight(day, zone), midnight(day + STEPS[interval], zone)
            start = start if whole.start is None else max(start, whole.start)
            if start < end:  # Samoa had no 30 December 2011
                first = max(day, start.astimezone(zone).date())
                yield Part(first, Window(start, min(end, whole.end)))


def part_of(day: date, interval: str) -> date:
    """Return the day with which the week or month of ``day`` begins; weeks begin on Monday."""
    if interval == WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if interval == MONTH else day


def _steps(first: date, whole: Window, interval: str, zone: tzinfo) -> Iterator[date]:
    day = part_of(first, interval)
    while midnight(day, zone) < whole.end:
        yield day
        day += STEPS[interval]


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return when a day begins in a zone, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)
