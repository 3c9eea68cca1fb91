"""How much of business hours passes, and when a promise is due. No database and no clock.

A calendar is open while the clock on its wall shows one of its hours: an hour that summer
time leaves out was no business time, and one that the night of autumn repeats counts twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

Span = tuple[datetime, datetime]
#: from when until when on a day, counted from midnight; a day's end is 24 hours
Hours = tuple[timedelta, timedelta]

NOTHING = timedelta()
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
#: no zone puts its clocks forward and back within it
STEP = timedelta(days=7)
#: nobody promises anything for later
HORIZON = timedelta(days=5 * 365)


@dataclass(frozen=True)
class Calendar:
    """When somebody is there: the hours of the seven weekdays from Monday on, but on holidays."""

    zone: tzinfo
    week: tuple[tuple[Hours, ...], ...]
    holidays: frozenset[date] = frozenset()

    def hours_of(self, day: date) -> tuple[Hours, ...]:
        """Return the hours of one day, in order."""
        return () if day in self.holidays else self.week[day.weekday()]


@dataclass(frozen=True)
class Clock:
    """Business time as it is used up: what was ``used`` until ``since``, and goes on from there.

    A clock that stands still has no ``since``.
    """

    used: timedelta = NOTHING
    since: datetime | None = None

    def used_at(self, now: datetime, calendar: Calendar) -> timedelta:
        """Return what is used up by ``now``."""
        if self.since is None:
            return self.used
        return self.used + elapsed(self.since, now, calendar)

    def stopped(self, now: datetime, calendar: Calendar) -> "Clock":
        """Return the clock standing still."""
        return self if self.since is None else Clock(self.used_at(now, calendar))

    def started(self, now: datetime) -> "Clock":
        """Return the clock going on."""
        return self if self.since is not None else Clock(self.used, now)

    def due(self, allowed: timedelta, calendar: Calendar) -> datetime | None:
        """Return when ``allowed`` is used up; None while the clock stands still."""
        if self.since is None:
            return None
        return due(self.since, allowed - self.used, calendar)


def due(start: datetime, allowed: timedelta, calendar: Calendar) -> datetime | None:
    """Return the first moment by which ``allowed`` of business time has passed since ``start``.

    With nothing left that is ``start`` itself. None where the calendar isn't open for so
    long within :data:`HORIZON`.
    """
    left = allowed
    if left <= NOTHING:
        return start
    for opens, closes in open_spans(start, start + HORIZON, calendar):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return None


def elapsed(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Return the business time between two moments; none where ``end`` is not after ``start``."""
    return sum(
        (closes - opens for opens, closes in open_spans(start, end, calendar)), start=NOTHING
    )


def open_spans(start: datetime, end: datetime, calendar: Calendar) -> Iterator[Span]:
    """Yield from when until when the calendar is open between two moments, in UTC and in order."""
    for begins, ends, offset in _steady_spans(start.astimezone(UTC), end.astimezone(UTC), calendar):
        on_wall = (begins + offset).replace(tzinfo=None)
        until = (ends + offset).replace(tzinfo=None)
        day = on_wall.date()
        while (midnight := datetime.combine(day, time())) < until:
            for opens, closes in calendar.hours_of(day):
                first, last = max(midnight + opens, on_wall), min(midnight + closes, until)
                if first < last:
                    yield (
                        (first - offset).replace(tzinfo=UTC),
                        (last - offset).replace(tzinfo=UTC),
                    )
            day += DAY


def _steady_spans(
    start: datetime, end: datetime, calendar: Calendar
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Cut a time into parts of at most a week in which the wall's distance from UTC is one."""
    while start < end:
        until = min(start + STEP, end)
        offset = _offset(start, calendar)
        if _offset(until - timedelta.resolution, calendar) != offset:
            until = _change(start, until, calendar)
        yield start, until, offset
        start = until


def _change(start: datetime, end: datetime, calendar: Calendar) -> datetime:
    """Return the full second at which the wall's clock is put forward or back."""
    offset = _offset(start, calendar)
    before, after = start.replace(microsecond=0), end.replace(microsecond=0) + SECOND
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        if _offset(middle, calendar) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(moment: datetime, calendar: Calendar) -> timedelta:
    return moment.astimezone(calendar.zone).utcoffset() or NOTHING
