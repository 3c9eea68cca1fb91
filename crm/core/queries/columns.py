"""A test of a column of the table, as a condition of the database.

A value of another kind than the column's equals nothing, as it does in JSON. Text that is
empty is no value: our columns know no other way to say so.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Collate
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

from ..entity import Column
from ..fields import LowerCaseEmailField, normal_email
from ..plain import LARGEST_NUMBER
from ..querysets import EVERYTHING, NOTHING
from .documents import instant
from .tree import Test, is_number

LOOKUPS = {
    "gt": GreaterThan,
    "gte": GreaterThanOrEqual,
    "lt": LessThan,
    "lte": LessThanOrEqual,
}
SMALLEST_STEP = Decimal("0.000001")
LARGEST_AMOUNT = Decimal(10) ** 15


@dataclass(frozen=True)
class ColumnSource:
    """A field whose value stands in a column, or in one of a linked row."""

    path: str
    kind: str
    field: Any
    #: makes a condition of texts that mean linked rows otherwise than by their ids, or None
    resolve: Any = None

    @classmethod
    def of(cls, column: Column, resolve: Any = None) -> "ColumnSource":
        """Return the source for a column of an entity."""
        return cls(column.path, column.kind, column.field, resolve)


def condition(source: ColumnSource, test: Test) -> Q:
    """Return the condition under which a row's column passes a test."""
    match test.operator:
        case "null":
            return is_empty(source)
        case "eq":
            return _equals(source, test.value)
        case "in":
            return _one_of(source, test.value)
        case "all":
            found = EVERYTHING if test.value else NOTHING
            for value in test.value:
                found &= _equals(source, value)
            return found
        case "gt" | "gte" | "lt" | "lte":
            return _ordered(source, test.operator, test.value)
    return NOTHING


def is_empty(source: ColumnSource) -> Q:
    """Return the condition under which a row has no value there."""
    nothing = Q(**{f"{source.path}__isnull": True})
    return nothing | Q(**{source.path: ""}) if source.kind == "text" else nothing


def _any(conditions: Any) -> Q:
    """Join conditions, equal ones of the same column as one list."""
    found = NOTHING
    listed: dict[str, list[Any]] = {}
    for part in conditions:
        if part is NOTHING:
            continue
        if len(part) == 1 and not part.negated and isinstance(part.children[0], tuple):
            path, value = part.children[0]
            if "__" not in path:
                listed.setdefault(path, []).append(value)
                continue
        found |= part
    for path, values in listed.items():
        found |= Q(**{f"{path}__in": values})
    return found


def _one_of(source: ColumnSource, values: list[Any]) -> Q:
    """Return the condition of being one of several; links written otherwise are found at once."""
    others = [v for v in values if source.resolve and isinstance(v, str) and _uuid(v) is None]
    found = _any(_equals(source, value) for value in values if value not in others)
    return found | source.resolve(others) if others else found


def _equals(source: ColumnSource, value: Any) -> Q:
    if value is None:
        return is_empty(source)
    if source.kind == "id" and isinstance(value, str):
        key = _uuid(value)
        if key is not None:
            return Q(**{source.path: key})
        return source.resolve([value]) if source.resolve else NOTHING
    known = typed(source, value)
    if known is None:
        return NOTHING
    return Q(**{source.path: known})


def typed(source: ColumnSource, value: Any) -> Any:
    """Return a JSON value in the column's own type, or None where it can't be one."""
    match source.kind:
        case "text" if isinstance(value, str):
            is_email = isinstance(source.field, LowerCaseEmailField)
            return normal_email(value) if is_email else value
        case "integer" if is_number(value) and value == math.floor(value):
            return int(value) if abs(value) <= LARGEST_NUMBER else None
        case "money" if is_number(value):
            amount = Decimal(str(value))
            return amount.quantize(SMALLEST_STEP) if abs(amount) < LARGEST_AMOUNT else None
        case "boolean" if isinstance(value, bool):
            return value
        case "datetime":
            return instant(value)
    return None


def _ordered(source: ColumnSource, operator: str, value: Any) -> Q:
    path, known = source.path, value
    if source.kind == "integer" and is_number(value):
        # between two whole numbers: the next one in the direction that is asked for
        upwards = operator in ("gt", "gte")
        if value != math.floor(value):
            known = math.ceil(value) if upwards else math.floor(value)
            operator = "gte" if upwards else "lte"
        return Q(**{f"{path}__{operator}": int(known)})
    if source.kind == "money" and is_number(value) and abs(value) >= LARGEST_AMOUNT:
        below = operator in ("lt", "lte")
        return Q(**{f"{path}__isnull": False}) if (value > 0) == below else NOTHING
    if source.kind not in ("text", "money", "datetime"):
        return NOTHING
    known = typed(source, value)
    if known is None:
        return NOTHING
    if source.kind == "text" and connection.vendor == "postgresql":
        compared = LOOKUPS[operator](Collate(F(path), "C"), known)
        return Q(**{f"{path}__isnull": False}) & Q(compared)
    return Q(**{f"{path}__{operator}": known})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
