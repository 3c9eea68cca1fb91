"""What lies where in a calendar: entries as pieces of days, side by side where they overlap.

Days and quarters of an hour are those of the wall's clock in the reader's time zone: on the day
that has an hour less nothing stands in that hour, and what happens in the hour that comes twice
stands there once more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

#: how long a call of unknown length is shown
SHORT = timedelta(minutes=30)
DAY = timedelta(days=1)
MOST_LANES = 6
QUARTERS = 96
#: a cell has room for so many; the rest is a link
SHOWN_IN_CELL = 4


@dataclass
class Piece:
    """An entry, as far as it lies on one day. ``begins`` and ``ends`` count quarters."""

    entry: dict[str, Any]
    start: datetime
    end: datetime | None
    begins: int = 0
    ends: int = 0
    is_all_day: bool = False
    is_first: bool = True
    link: str = ""
    may_move: bool = False
    lane: int = 1
    is_alone: bool = True

    @property
    def is_done(self) -> bool:
        """Whether nothing is to be done about it any more."""
        return self.entry["status"] in ("completed", "no_show", "missed")

    @property
    def quarters(self) -> int:
        """How many rows it takes in a week."""
        return self.ends - self.begins

    @property
    def place(self) -> str:
        """The classes that say where it stands in a week, and how much room it has for words."""
        beside = "is-alone" if self.is_alone else f"lane-{self.lane}"
        size = "short" if self.quarters < 3 else "long" if self.quarters < 6 else "tall"
        return f"from-{self.begins} to-{self.ends} {beside} entry-{size}"


@dataclass
class Day:
    """One day of a calendar: what lies on it from morning to night."""

    date: date
    is_today: bool = False
    is_chosen: bool = False
    is_outside: bool = False
    all_day: list[Piece] = field(default_factory=list)
    timed: list[Piece] = field(default_factory=list)
    lanes: int = 1

    def hidden(self, pieces: list[Piece]) -> int:
        """Return how many pieces have no room in a cell."""
        return max(0, len(pieces) - SHOWN_IN_CELL)

    @property
    def hidden_of_month(self) -> int:
        """How many of all pieces a month has no room for."""
        return self.hidden(self.pieces)

    @property
    def hidden_of_week(self) -> int:
        """How many pieces without hours a week has no room for."""
        return self.hidden(self.all_day)

    @property
    def pieces(self) -> list[Piece]:
        """Everything of the day, what has no time first."""
        return [*self.all_day, *self.timed]


def midnight(day: date) -> datetime:
    """Return when a day begins where the reader is."""
    return timezone.make_aware(datetime.combine(day, time.min))


def days_from(first: date, count: int, pieces: Iterable[Piece]) -> list[Day]:
    """Return ``count`` days from ``first`` on, with the pieces that lie on them."""
    days = {first + DAY * step: Day(first + DAY * step) for step in range(count)}
    for piece in pieces:
        day = days.get(piece.start.date())
        if day is not None:
            (day.all_day if piece.is_all_day else day.timed).append(piece)
    for day in days.values():
        day.timed.sort(key=lambda piece: (piece.begins, -piece.ends))
        lay_out(day)
    return list(days.values())


def cut(entry: dict[str, Any]) -> Iterator[Piece]:
    """Yield an entry as one piece for each day that it touches; a task is a matter of a day."""
    start = timezone.localtime(entry["start"])
    if entry["kind"] == "task":
        yield Piece(entry, start, None, is_all_day=True)
        return
    end = timezone.localtime(entry["end"] or entry["start"] + SHORT)
    day = start.date()
    while True:
        morning, evening = midnight(day), midnight(day + DAY)
        begins = 0 if start < morning else _quarter(start)
        ends = QUARTERS if end >= evening else _quarter(end, up=True)
        yield Piece(
            entry,
            max(start, morning),
            entry["end"] and end,
            begins,
            min(QUARTERS, max(ends, begins + 1)),
            is_all_day=start <= morning and end >= evening,
            is_first=start >= morning,
        )
        day += DAY
        if end <= evening:
            return


def lay_out(day: Day) -> None:
    """Give the timed pieces of a day lanes, so that none hides another."""
    group: list[Piece] = []
    until = 0
    for piece in day.timed:
        if piece.begins >= until:
            _settle(group)
            group = []
        taken = {other.lane for other in group if other.ends > piece.begins}
        free = [lane for lane in range(1, MOST_LANES + 1) if lane not in taken]
        piece.lane = free[0] if free else MOST_LANES
        group.append(piece)
        until = max(until, piece.ends)
    _settle(group)
    day.lanes = max((piece.lane for piece in day.timed), default=1)


def _settle(group: list[Piece]) -> None:
    for piece in group:
        piece.is_alone = len(group) == 1


def _quarter(local: datetime, *, up: bool = False) -> int:
    minutes = local.hour * 60 + local.minute
    return -(-minutes // 15) if up else minutes // 15
