"""Lines as rows of texts to type into, and back; and the figures that stand under them."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import formats

from .money import TaxGroup
from .widgets import TYPED

NUMBERS = ("quantity", "unit_price", "discount", "tax_rate")
#: what a row sends, each as a list over all rows
PARTS = ("product", "product_was", "product_text", "name", *NUMBERS, "rest", "row")
#: what makes a row more than an empty one
TELLING = ("product", "name", "unit_price", "discount")

Row = dict[str, Any]


@dataclass
class Sums:
    """Figures under lines. ``told`` says what stands in their way; they are None then.

    ``matches`` are what a product that was typed into a row may have meant,
    ``by_row`` has the total of each row under the row's own name, ``filled`` the cells that
    the server filled in: row, part, text, and whether it is a number.
    """

    currency: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)
    subtotal: Decimal | None = None
    tax: Decimal | None = None
    tax_groups: tuple[TaxGroup, ...] = ()
    total: Decimal | None = None
    told: list[str] = field(default_factory=list)
    matches: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    by_row: list[tuple[str, Any]] = field(default_factory=list)
    filled: list[tuple[str, str, str, bool]] = field(default_factory=list)
    has_discounts: bool = False
    has_taxes: bool = False


def rows_sent(data: Any, name: str) -> list[Row]:
    """Return the rows that a form sent, empty ones too.

    A button that moves a row or takes it away is obeyed (``again=items:up:2``).
    """
    columns = [data.getlist(f"{name}-{part}") for part in PARTS]
    rows = [sent_row(dict(zip(PARTS, cells, strict=True))) for cells in zip(*columns, strict=False)]
    asked = data.get("again", "").split(":")
    return moved(rows, asked[1:]) if asked[0] == name else rows


def is_empty(row: Row) -> bool:
    """Whether nothing was typed into a row."""
    return not any(row[part].strip() for part in TELLING)


def empty_row() -> Row:
    """Return a row to type a further line into."""
    return {"product": "", "name": "", "rest": "", **dict.fromkeys(NUMBERS, ""), "quantity": "1"}


def row_of(line: dict[str, Any]) -> Row:
    """Return a stored line as the texts of its row."""
    known = {"product_id", "name", "total", *NUMBERS}
    rest = {name: value for name, value in line.items() if name not in known}
    return {
        "product": str(line.get("product_id") or ""),
        "name": str(line.get("name", "")),
        "rest": json.dumps(rest) if rest else "",
        **{part: written(line.get(part)) for part in NUMBERS},
        "discount": written(line.get("discount") or None),
    }


def moved(rows: list[Row], asked: list[str]) -> list[Row]:
    """Return the rows with one moved up or down or taken away, as a button asked for."""
    if len(asked) != 2 or asked[1] not in map(str, range(len(rows))):
        return rows
    what, at = asked[0], int(asked[1])
    rows = rows.copy()
    row = rows.pop(at)
    if what in ("up", "down"):
        rows.insert(max(0, at + (1 if what == "down" else -1)), row)
    return rows


def plain(number: Decimal) -> int | float:
    """Return a number as JSON holds it."""
    return int(number) if number == number.to_integral_value() else float(number)


def written(value: Any) -> str:
    """Return a stored number as people type it; nothing for None."""
    if value is None or value == "":
        return ""
    return str(formats.localize_input(Decimal(f"{Decimal(str(value)).normalize():f}")))


def told(line: dict[str, Any]) -> dict[str, Any]:
    """Return what a line says, without what follows from it or means nothing."""
    return {
        name: value
        for name, value in line.items()
        if name != "total" and value not in (None, "") and (name, value) != ("discount", 0)
    }


def sent_row(cells: dict[str, str]) -> Row:
    """Return a row with what was picked, or typed to be looked up, as its product."""
    key, text, was = (cells.pop(part) for part in ("product", "product_text", "product_was"))
    is_picked = key and text.strip() == was.strip()
    typed = f"{TYPED}{text.strip()}" if text.strip() else ""
    return {"product": key if is_picked else typed, **cells}


def rest_of(text: str) -> dict[str, Any]:
    """Return what a line says beyond the cells of its row."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
