"""Numbers as a page and a file show them: tables whose cells lead to lists, and their charts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_skeleton
from django.urls import reverse
from django.utils.http import urlencode

from crm.core.locales import reading_locale
from crm.core.pages.csvfiles import line_of
from crm.core.pages.registry import pages_by_kind

from .figures import Numbers
from .spans import MONTH

API = "/api/v1/"


def pages_of(numbers: Numbers) -> Any:
    """Return the pages of the records that a number is made of."""
    slug = numbers["list"].removeprefix(API)
    return next(pages for pages in pages_by_kind().values() if pages.slug == slug)


def address(numbers: Numbers) -> str:
    """Return the address of the page that lists what a number is made of."""
    link = reverse(f"{pages_of(numbers).kind}-list")
    return f"{link}?{urlencode(numbers['filter'])}"


@dataclass(frozen=True)
class Cell:
    """One value of a table; ``look`` is text, count, money, percent or bar (a share as a bar).

    ``apart`` are amounts that could not be added for want of an exchange rate.
    """

    value: Any
    look: str = "text"
    link: str = ""
    currency: str = ""
    apart: list[Numbers] = field(default_factory=list)

    @property
    def is_number(self) -> bool:
        return self.look != "text"


def count(numbers: Numbers) -> Cell:
    """Return how many records there are, leading to them."""
    return Cell(numbers["count"], "count", address(numbers))


def amount(numbers: Numbers, currency: str, *, of: str = "sum") -> Cell:
    """Return what records come to, leading to them."""
    return Cell(numbers[of], "money", address(numbers), currency, numbers["unrated"])


@dataclass
class Table:
    """What a report says: heads, rows, the sums below, and the chart of the same numbers."""

    heads: list[str]
    rows: list[list[Cell]]
    foot: list[Cell] = field(default_factory=list)
    chart: dict[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it but zeros."""
        return not any(
            cell.value for row in self.rows for cell in row[1:] if cell.look != "percent"
        )

    def narrow(self, most: int) -> "Table":
        """Return the table with its first columns only."""
        rows, foot = [row[:most] for row in self.rows], self.foot[:most]
        return Table(self.heads[:most], rows, foot, self.chart)

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """Return each head, and whether numbers stand below it."""
        first = self.rows[0] if self.rows else []
        looks = [cell.is_number for cell in first] or [False] * len(self.heads)
        return list(zip(self.heads, looks, strict=True))

    def as_csv(self) -> Iterator[str]:
        """Yield the table as lines of a CSV file; amounts are plain numbers."""
        yield line_of(self.heads)
        for row in self._all():
            yield line_of(cell.value for cell in row)

    def _all(self) -> list[list[Cell]]:
        return [*self.rows, self.foot] if self.foot else self.rows


def table(
    rows: Iterable[Numbers],
    columns: Iterable[tuple[str, Callable[[Numbers], Cell | None]]],
    *,
    foot: Numbers | None = None,
) -> Table:
    """Return a table of what ``columns`` make of each row.

    A column that makes None of a row is about records that the reader may not view.
    """
    rows = list(rows)
    shown = [(head, make) for head, make in columns if not rows or make(rows[0]) is not None]
    made: Any = [[make(row) for _head, make in shown] for row in rows]
    sums: Any = [make(foot) for _head, make in shown] if foot else []
    return Table([head for head, _make in shown], made, sums)


def chart(
    kind: str, told: Table, *series: str, label: str = "", rows: Iterable[int] | None = None
) -> dict[str, Any]:
    """Return what a script draws: the columns of a table named ``series``, with their lists.

    ``kind`` is bars, stacked (bars on one another), rows (bars that lie) or ring. ``rows``
    chooses some of the rows.
    """
    chosen = told.rows if rows is None else [told.rows[at] for at in rows]
    places = [told.heads.index(name) for name in series if name in told.heads]
    first = told.rows[0][places[0]] if told.rows and places else Cell(0, "count")
    return {
        "kind": kind,
        "label": label,
        "currency": first.currency if first.look == "money" else "",
        "labels": [str(row[0].value) for row in chosen],
        "series": [
            {
                "label": told.heads[at],
                "values": [_number(row[at].value) for row in chosen],
                "links": [row[at].link for row in chosen],
            }
            for at in places
        ],
    }


def _number(value: Any) -> float | int:
    return float(value) if isinstance(value, Decimal) else (value or 0)


def part_label(first: date, interval: str) -> str:
    """Return what a day, a week (by its first day) or a month is called, short."""
    skeleton = "yMMM" if interval == MONTH else "MMMd"
    return format_skeleton(skeleton, first, locale=reading_locale())


def day_label(day: date) -> str:
    """Return a day with its weekday."""
    return format_date(day, "full", locale=reading_locale())
