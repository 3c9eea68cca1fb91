"""Pages that begin after the last row of the one before: nothing twice, nothing left out.

Nulls come first ascending and last descending. The id decides between equals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from .customvalues import OnlyNumber, OnlyText
from .querysets import NOTHING


@dataclass(frozen=True)
class Order:
    """The columns that rows are sorted by, all in one direction, and then by id."""

    paths: tuple[str, ...]
    falling: bool = False

    def sorted(self, rows: QuerySet) -> QuerySet:
        """Return the rows in this order."""
        keys: list[Any] = [_key(rows, path, falling=self.falling) for path in self.paths]
        return rows.order_by(*keys, "-pk" if self.falling else "pk")

    def after(self, values: Sequence[Any], pk: Any) -> Q:
        """Return the condition on rows behind one with these values and this id."""
        step = "lt" if self.falling else "gt"
        found = Q(**{f"pk__{step}": pk})
        for path, value in reversed(list(zip(self.paths, values, strict=True))):
            found = self._beyond(path, value) | (_equal(path, value) & found)
        return found

    def _beyond(self, path: str, value: Any) -> Q:
        nothing = Q(**{f"{path}__isnull": True})
        if value is None:
            return NOTHING if self.falling else ~nothing
        if self.falling:
            return Q(**{f"{path}__lt": value}) | nothing
        return Q(**{f"{path}__gt": value})


def _equal(path: str, value: Any) -> Q:
    return Q(**{f"{path}__isnull": True}) if value is None else Q(**{path: value})


def _key(rows: QuerySet, path: str, *, falling: bool) -> Any:
    """Return one key. Nulls are told about only where there can be any: an index is lost by it."""
    field = next((f for f in rows.model._meta.concrete_fields if f.attname == path), None)
    may_be_null = True if field is None or field.null else None
    key = F(path)
    if falling:
        return key.desc(nulls_last=may_be_null)
    return key.asc(nulls_first=may_be_null)


def by_custom_value(rows: QuerySet, key: str, *, falling: bool) -> tuple[QuerySet, Order]:
    """Return rows that can be sorted by a custom value, and that order: numbers before texts."""
    number, words = OnlyNumber(F("custom_fields"), key), OnlyText(F("custom_fields"), key)
    rows = rows.annotate(_number=number, _words=words).annotate(
        _kind=Case(
            When(_words__isnull=False, then=Value(2)),
            When(_number__isnull=False, then=Value(1)),
            default=Value(0),
            output_field=IntegerField(),
        )
    )
    return rows, Order(("_kind", "_number", "_words"), falling)
