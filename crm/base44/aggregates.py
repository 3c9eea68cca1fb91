"""Counts and sums over groups of records (base44.md §5)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import (
    Avg,
    Case,
    CharField,
    Count,
    F,
    FloatField,
    Max,
    Min,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Concat, NullIf, Substr, Trunc
from django.db.models.lookups import GreaterThan

from crm.core.customvalues import OnlyNumber, OnlyText
from crm.core.queries.columns import ColumnSource
from crm.core.queries.documents import holds
from crm.core.queries.jsonvalues import JsonSource
from crm.core.queries.tree import BadQuery, Node

from . import query
from .entities import Door
from .lists import place

MOST_ROWS, MOST_GROUP_FIELDS, MOST_SUMS, MOST_GROUPS = 1000, 4, 20, 50_000
UNITS = ("day", "week", "month", "year")
#: how much of a date in ISO 8601 says where its unit begins, and what completes it
UNITS_IN_TEXT = {"day": (10, ""), "month": (7, "-01"), "year": (4, "-01-01")}
#: what the SDK sends, and how the REST page spells it
SPELLINGS = {
    "group_by": "groupBy",
    "date_bucket": "dateBucket",
    "count_distinct": "countDistinct",
}
KNOWN = (
    *("query", "groupBy", "dateBucket", "count", "sum", "avg", "min", "max"),
    *("countDistinct", "having", "sort", "limit"),
)
PREFIX = {
    "sum": "sum_",
    "avg": "avg_",
    "min": "min_",
    "max": "max_",
    "countDistinct": "count_distinct_",
}


@dataclass
class Spec:
    """What was asked: a query, the fields to group by, the figures, and which rows of them."""

    node: Node
    groups: list[str] = field(default_factory=list)
    bucket: tuple[str, str] | None = None
    counts: bool = True
    figures: list[tuple[str, str]] = field(default_factory=list)
    having: Node | None = None
    sort: str = ""
    limit: int = MOST_ROWS


def read(body: Any) -> Spec:
    """Return a checked specification. Raises :class:`BadQuery`."""
    if not isinstance(body, dict):
        raise BadQuery('Send a JSON object, such as {"groupBy": "status"}.')
    body = {SPELLINGS.get(name, name): value for name, value in body.items()}
    for name in body:
        if name not in KNOWN:
            raise BadQuery(f"There is no part '{name[:40]}' of an aggregate.")
    spec = Spec(query.from_document(body.get("query") or {}))
    spec.groups = _names(body.get("groupBy"), "groupBy")
    if len(spec.groups) > MOST_GROUP_FIELDS:
        raise BadQuery(f"Group by at most {MOST_GROUP_FIELDS} fields.")
    if bucket := body.get("dateBucket"):
        spec.bucket = _bucket(bucket)
        if spec.bucket[0] in spec.groups:
            spec.groups.remove(spec.bucket[0])
    spec.counts = body.get("count") is not False
    for kind in PREFIX:
        spec.figures += [(kind, name) for name in _names(body.get(kind), kind)]
    if len(spec.figures) > MOST_SUMS:
        raise BadQuery(f"Ask for at most {MOST_SUMS} figures at once.")
    if body.get("having"):
        spec.having = query.from_document(body["having"])
    spec.sort = body.get("sort") or ""
    if not isinstance(spec.sort, str):
        raise BadQuery("sort is one field, with - for falling.")
    limit = body.get("limit") or MOST_ROWS
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise BadQuery("limit is a whole number from 1 to 1000.")
    spec.limit = min(limit, MOST_ROWS)
    return spec


def _names(value: Any, part: str) -> list[str]:
    names = [value] if isinstance(value, str) else value or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadQuery(f"{part} takes a field, or a list of fields.")
    return list(dict.fromkeys(names))


def _bucket(value: Any) -> tuple[str, str]:
    name, unit = (value.get("field"), value.get("unit")) if isinstance(value, dict) else ("", "")
    if not isinstance(name, str) or unit not in UNITS:
        raise BadQuery('dateBucket takes {"field": …, "unit": "day|week|month|year"}.')
    if unit == "week" and name not in ("created_date", "updated_date"):
        raise BadQuery("Weeks can be made of created_date and updated_date only.")
    return name, unit


class Aggregation:
    """Answers one specification over the rows that the caller can read."""

    def __init__(self, door: Door, spec: Spec):
        self.door = door
        self.spec = spec
        self.keys: dict[str, str] = {}
        self.figures: dict[str, tuple[str, ...]] = {}
        self.sums: dict[str, Any] = {}

    def answer(self) -> dict[str, Any]:
        """Return ``rows``, and whether some were cut."""
        rows = self._grouped(self.door.selected(self.spec.node))
        if self.spec.having is not None:
            rows = [row for row in rows if holds(self.spec.having, row)]
        rows = self._sorted(rows)
        cut = rows[: self.spec.limit]
        return {"rows": cut, "truncated": len(rows) > len(cut)}

    def _grouped(self, rows: QuerySet) -> list[dict[str, Any]]:
        rows = rows.order_by()
        for number, name in enumerate(self.spec.groups):
            rows = rows.annotate(**{f"_g{number}": self._group(name)})
            self.keys[name] = f"_g{number}"
        if self.spec.bucket is not None:
            name, unit = self.spec.bucket
            rows = rows.annotate(_bucket=self._start(name, unit))
            self.keys[name] = "_bucket"
        for number, (kind, name) in enumerate(self.spec.figures):
            self._add_figure(f"_f{number}", kind, name)
        sums = {**self.sums, "_count": Count("pk")}
        if not self.keys:
            return [self._row(rows.aggregate(**sums))]
        found = list(rows.values(*self.keys.values()).annotate(**sums)[: MOST_GROUPS + 1])
        if len(found) > MOST_GROUPS:
            raise BadQuery(f"These are more than {MOST_GROUPS} groups; narrow the query.")
        return [self._row(row) for row in found]

    def _start(self, name: str, unit: str) -> Any:
        """Return where the day, week, month or year of a date begins."""
        source = self._source(name)
        if isinstance(source, ColumnSource) and source.kind == "datetime":
            return Trunc(source.path, unit, tzinfo=UTC)
        if isinstance(source, JsonSource) and source.key and name in self.door.fields.dates():
            return _start_in_text(OnlyText(F(source.path), source.key), unit)
        raise BadQuery(f"'{name[:60]}' is no date.")

    def _source(self, name: str) -> ColumnSource | JsonSource:
        source = self.door.fields.find(name)
        if not isinstance(source, ColumnSource | JsonSource):
            raise BadQuery(f"There is no field '{name[:60]}' to count by.")
        return source

    def _group(self, name: str) -> Any:
        source = self._source(name)
        if isinstance(source, JsonSource):
            return KeyTransform(source.key, source.path) if source.key else F(source.path)
        return F(source.path)

    def _add_figure(self, alias: str, kind: str, name: str) -> None:
        """Add one figure; a value in JSON is looked at as a number, then as a text."""
        source = self._source(name)
        told = f"{PREFIX[kind]}{name}"
        if isinstance(source, JsonSource):
            if source.key is None:
                raise BadQuery(f"'{name[:60]}' is a list or an object.")
            number = OnlyNumber(F(source.path), source.key)
            words = OnlyText(F(source.path), source.key)
            self.figures[told] = (alias, f"{alias}t")
            match kind:
                case "sum" | "avg":
                    self.figures[told] = (alias,)
                    self.sums[alias] = (Sum if kind == "sum" else Avg)(number)
                case "min":
                    self.sums |= {alias: Min(number), f"{alias}t": Min(words)}
                case "max":
                    self.sums |= {f"{alias}t": Max(number), alias: Max(words)}
                case _:
                    self.figures[told] = (alias,)
                    self.sums[alias] = Count(KeyTransform(source.key, source.path), distinct=True)
            return
        self.figures[told] = (alias,)
        if kind in ("sum", "avg") and source.kind not in ("integer", "money"):
            raise BadQuery(f"'{name[:60]}' is no number; {kind} takes numbers.")
        self.sums[alias] = _column_figure(kind, source)

    def _row(self, values: dict[str, Any]) -> dict[str, Any]:
        row = {
            name: _plain(values[alias], name == self._bucket_name())
            for name, alias in self.keys.items()
        }
        if self.spec.counts:
            row["count"] = values["_count"]
        for name, aliases in self.figures.items():
            found = next((values[alias] for alias in aliases if values[alias] is not None), None)
            if found is None and name.startswith(("sum_", "count_")):
                found = 0
            row[name] = _plain(found)
        return row

    def _bucket_name(self) -> str | None:
        return self.spec.bucket[0] if self.spec.bucket else None

    def _sorted(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Sort by the wanted name, else by the groups; nothing comes before everything."""
        name = self.spec.sort.lstrip("+- ")
        known = {*self.keys, *self.figures, "count"}
        if name and name not in known:
            raise BadQuery(f"Can't sort by '{name[:60]}'. There are: {', '.join(sorted(known))}.")
        rows = sorted(rows, key=lambda row: [_place(row[key]) for key in self.keys])
        if name:
            rows.sort(key=lambda row: _place(row.get(name)), reverse=self.spec.sort.startswith("-"))
        return rows


def _start_in_text(text: Any, unit: str) -> Any:
    """Return where a unit begins that a date in ISO 8601 lies in, as text."""
    kept, rest = UNITS_IN_TEXT[unit]
    start = Concat(Substr(text, 1, kept), Value(rest), output_field=CharField())
    return Case(When(GreaterThan(text, Value("")), then=start), output_field=CharField())


def _column_figure(kind: str, source: ColumnSource) -> Any:
    path = F(source.path)
    match kind:
        case "sum":
            return Sum(path)
        case "avg":
            return Avg(path, output_field=FloatField())
        case "min" | "max":
            if source.kind in ("boolean", "id"):
                raise BadQuery(f"{kind} takes texts, numbers and dates.")
            value = _or_nothing(path) if source.kind == "text" else path
            return Min(value) if kind == "min" else Max(value)
    value = _or_nothing(path) if source.kind == "text" else path
    return Count(value, distinct=True)


def _or_nothing(path: F) -> Any:
    return NullIf(path, Value(""), output_field=CharField())


def _place(value: Any) -> tuple:
    return (-1, 0.0, "") if value is None else place(value)


def _plain(value: Any, as_day: bool = False) -> Any:
    match value:
        case datetime():
            return f"{value:%Y-%m-%d}" if as_day else value.isoformat().replace("+00:00", "Z")
        case Decimal():
            whole = int(value)
            return whole if value == whole else float(value)
        case UUID():
            return str(value)
    return value
