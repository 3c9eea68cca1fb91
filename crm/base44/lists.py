"""Lists in the second wire format: query, order, pages and distinct values (base44.md §2, §4)."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from crm.core.conditions import MOST_VALUES
from crm.core.keyset import Order, by_custom_value
from crm.core.plain import whole_number
from crm.core.queries.columns import ColumnSource
from crm.core.queries.jsonvalues import JsonSource
from crm.core.queries.tree import All, BadQuery, Node, Test
from crm.core.reading import Row

from . import query
from .entities import Door
from .rows import names_in, narrowed

LARGEST, DEFAULT = 5000, 5000
MOST_PARAMETERS = 100
NEWEST = "-created_date"
PARAMETERS = frozenset({"q", "sort", "limit", "skip", "fields", "cursor", "distinct"})


@dataclass(frozen=True)
class Wanted:
    """What a list was asked for. ``node`` is the query, ``sort`` a field, ``-`` for falling."""

    node: Node = field(default_factory=lambda: All(()))
    sort: str = NEWEST
    limit: int = DEFAULT
    skip: int = 0
    fields: tuple[str, ...] = ()


def read_list(params: Any) -> Wanted:
    """Return the checked parameters of a plain list. Raises :class:`BadQuery`.

    A parameter that is none of ours is a field with the value it must have.
    """
    return Wanted(
        node=read_query(params),
        sort=params.get("sort", "") or NEWEST,
        limit=min(number(params, "limit", DEFAULT), LARGEST),
        skip=number(params, "skip", 0),
        fields=tuple(names_in(params.get("fields", ""))),
    )


def read_query(params: Any) -> Node:
    """Return the query among the parameters."""
    parts: list[Node] = []
    if len(params) > MOST_PARAMETERS:
        raise BadQuery(f"Send at most {MOST_PARAMETERS} parameters.")
    if text := params.get("q", ""):
        parts.append(query.from_text(text))
    for name in params:
        if name not in PARAMETERS and name != "undefined":
            parts.append(_equals(name, params.getlist(name)))
    return All(tuple(parts))


def _equals(name: str, texts: list[str]) -> Node:
    """Compare with a text of an address, which may mean a number or a yes as well."""
    if len(texts) > MOST_VALUES:
        raise BadQuery(f"{name[:60]}: at most {MOST_VALUES} values.")
    meant: list[Any] = []
    for text in texts:
        meant.append(text)
        if text in ("true", "false"):
            meant.append(text == "true")
        try:
            meant.append(float(text))
        except ValueError:
            continue
    return Test(name, "in", [value for value in meant if value == value])


def number(params: Any, name: str, default: int) -> int:
    """Return a whole number among the parameters. Raises :class:`BadQuery`."""
    text = params.get(name, "")
    if text in ("", "undefined", "null"):
        return default
    found = whole_number(text)
    if found is None:
        raise BadQuery(f"{name}: write a whole number from 0 on.")
    return found


def ordered(door: Door, rows: QuerySet, sort: str) -> tuple[QuerySet, Order]:
    """Return rows that can be sorted by a field, and the order. Raises :class:`BadQuery`.

    A plus that nobody encoded arrives as a blank; both mean rising.
    """
    name = sort.lstrip("+- ")
    falling = sort.startswith("-")
    source = door.fields.find(name)
    match source:
        case ColumnSource():
            path = "pk" if source.path == door.model._meta.pk.attname else source.path
            return rows, Order(() if path == "pk" else (path,), falling)
        case JsonSource(key=str(key)):
            return by_custom_value(rows, key, falling=falling)
    raise BadQuery(f"Can't sort by '{name[:60]}'.")


def plain(door: Door, wanted: Wanted) -> list[Row]:
    """Return the rows of a plain list."""
    rows, order = ordered(door, door.selected(wanted.node), wanted.sort)
    page = order.sorted(rows)[wanted.skip : wanted.skip + wanted.limit]
    return narrowed(door.read(page), list(wanted.fields))


# -- distinct values ----------------------------------------------------------------------


def distinct(door: Door, node: Node, name: str, *, after: Any, limit: int) -> list[Any]:
    """Return up to ``limit`` values of a field beyond ``after``, rising, each once.

    Lists contribute their elements; no value is left out.
    """
    rows = door.selected(node)
    source = door.fields.find(name)
    match source:
        case ColumnSource():
            return _distinct_of_column(rows, source, after, limit)
        case JsonSource():
            return _distinct_in_json(rows, source, after, limit)
    return []


def _distinct_of_column(rows: QuerySet, source: ColumnSource, after: Any, limit: int) -> list[Any]:
    path = source.path
    nothing = Q(**{f"{path}__isnull": True})
    if source.kind == "text":
        nothing |= Q(**{path: ""})
    if after is not None:
        rows = rows.filter(**{f"{path}__gt": after})
    found = rows.exclude(nothing).order_by(path).values_list(path, flat=True).distinct()
    return list(found[:limit])


def _distinct_in_json(rows: QuerySet, source: JsonSource, after: Any, limit: int) -> list[Any]:
    found: dict[tuple, Any] = {}
    for whole in rows.order_by().values_list(source.path, flat=True).iterator():
        value = whole
        if source.key is not None:
            value = whole.get(source.key) if isinstance(whole, dict) else None
        for item in value if isinstance(value, list) else [value]:
            if item is not None:
                found.setdefault(place(item), item)
    behind = None if after is None else place(after)
    keys = sorted(key for key in found if behind is None or key > behind)
    return [found[key] for key in keys[:limit]]


def place(value: Any) -> tuple:
    """Return where a value stands among others of any kind: numbers, then texts, then the rest."""
    if isinstance(value, bool):
        return (3, float(value), "")
    if isinstance(value, int | float):
        return (0, float(value), "")
    if isinstance(value, str):
        return (1, 0.0, value)
    return (2, 0.0, repr(value))
