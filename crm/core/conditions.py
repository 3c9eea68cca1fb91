"""Comparisons of one field with values that somebody wrote, over an allow-list.

What can be compared is what the caller can read: a hidden field, or a related record out
of sight, must not be guessed by filtering (security.md §0.8).
"""

import json
import re
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import CharField, F, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from .customvalues import AsText, OnlyNumber, OnlyText
from .entity import Column, Entity, Relation, entity_of
from .periods import Period, period
from .plain import is_number
from .written import parse, sound_text, yes_or_no

MOST_VALUES = 1000
MOST_MATCHES = 100  # of comparisons that are a term each; SQLite takes 1,000 in all
MOST_STEPS = 5  # between a field and another, or its operator
ORDERED = ("gt", "gte", "lt", "lte", "range")
TEXTUAL = ("contains", "startswith")
OPERATORS = ("ne", "in", *ORDERED, *TEXTUAL, "isnull")
#: equality of a custom value that may hold commas; several are told by repetition
WHOLE_VALUE = "is"
#: operators beside equality that make sense for what a column holds
ALLOWED = {
    "text": OPERATORS,
    "integer": ("ne", "in", *ORDERED, "isnull"),
    "money": ("ne", "in", *ORDERED, "isnull"),
    "datetime": ("ne", "in", *ORDERED, "isnull"),
    "boolean": ("ne", "isnull"),
    "id": ("ne", "in", "isnull"),
    "json": ("contains", "isnull"),
}
#: what the name of a custom value begins with, on the wire and in forms
CUSTOM = "custom_fields."
CUSTOM_KEY = re.compile(r"^[\w -]{1,64}\Z")
Annotations = dict[str, Any]


class Unknown(LookupError):
    """The entity has no such field or operator. The message says what there is."""


def condition(entity: Entity, key: str, values: list[str], *, user: Any) -> tuple[Q, Annotations]:
    """Return the condition of ``?key=value``, and annotations it needs.

    Several values, or values with commas, mean any of them. Raises :class:`Unknown` for the
    name and ``ValueError`` for a value.
    """
    name, *rest = key.split("__")
    if len(rest) > MOST_STEPS:
        raise Unknown(_("A filter goes at most %(most)s steps far.") % {"most": MOST_STEPS})
    if name.startswith(CUSTOM):
        return _custom(name.removeprefix(CUSTOM), rest, values)
    column = entity.readable(user).get(name) or _alias(entity, name)
    relation = _relation(entity, name, column)
    if relation and rest and rest[0] not in OPERATORS:
        return _related(relation, "__".join(rest), values, user=user), {}
    if column is None or len(rest) > 1 or (rest and rest[0] not in OPERATORS):
        raise Unknown(_("There is no filter '%(key)s'.") % {"key": key})
    operator = rest[0] if rest else "eq"
    if column.kind == "json":
        return _in_json(column, operator, values)
    return compare(column, operator, values), {}


def compare(column: Column, operator: str, values: list[str]) -> Q:
    """Return the condition of one comparison. Raises as :func:`condition`."""
    if operator != "eq" and operator not in ALLOWED[column.kind]:
        names = ", ".join(ALLOWED[column.kind])
        raise Unknown(
            _("'%(field)s' can't be compared by '%(operator)s', only by: %(names)s.")
            % {"field": column.name, "operator": operator, "names": names}
        )
    path = column.path
    match operator:
        case "isnull":
            empty = Q(**{f"{path}__isnull": True})
            if column.kind == "text":
                empty |= Q(**{path: ""})
            return empty if yes_or_no(values[-1]) else ~empty
        case "contains" | "startswith":
            lookup = "icontains" if operator == "contains" else "istartswith"
            return _any(Q(**{f"{path}__{lookup}": sound_text(text)}) for text in few(values))
        case "eq" | "in" | "ne":
            wanted = _one_of(column, split(values))
            return ~wanted if operator == "ne" else wanted
        case "range":
            first, last = limits(values)
            return _ordered(column, "gte", first) & _ordered(column, "lte", last)
    return _ordered(column, operator, values[-1])


def split(values: list[str]) -> list[str]:
    """Return the single values of a repeated or comma-separated parameter."""
    parts = [part for value in values for part in value.split(",") if part != ""]
    if len(parts) > MOST_VALUES:
        raise ValueError(_("At most %(most)s values at once.") % {"most": MOST_VALUES})
    if not parts:
        raise ValueError(_("A value is missing."))
    return parts


def limits(values: list[str]) -> list[str]:
    """Return the two ends of a range."""
    parts = split(values)
    if len(parts) != 2:
        raise ValueError(_("A range takes two values: from,to."))
    return parts


def few(values: list[str]) -> list[str]:
    """Return values that each become a term of their own. Raises ``ValueError`` for too many."""
    if len(values) > MOST_MATCHES:
        raise ValueError(_("At most %(most)s values at once.") % {"most": MOST_MATCHES})
    return values


def _alias(entity: Entity, name: str) -> Column | None:
    return entity.column(name) if name in ("created_date", "updated_date") else None


def _relation(entity: Entity, name: str, column: Column | None) -> Relation | None:
    found = entity.relations.get(name)
    if found is None and column is not None:
        found = next((r for r in entity.relations.values() if r.column is column), None)
    return found


def _one_of(column: Column, texts: list[str]) -> Q:
    path = column.path
    if column.kind == "datetime":
        return _any(_within(path, period(text)) for text in few(texts))
    first, *others = (parse(column, text) for text in texts)
    return Q(**{f"{path}__in": [first, *others]}) if others else Q(**{path: first})


def _within(path: str, span: Period) -> Q:
    if span.is_instant:
        return Q(**{path: span.start})
    return Q(**{f"{path}__gte": span.start, f"{path}__lt": span.end})


def _ordered(column: Column, operator: str, text: str) -> Q:
    if column.kind == "datetime":
        return _ordered_in_time(column.path, operator, period(text))
    return Q(**{f"{column.path}__{operator}": parse(column, text)})


def _ordered_in_time(path: str, operator: str, span: Period) -> Q:
    """A day or month counts as a whole: ``gt`` is after its end, ``lte`` up to its end."""
    if span.is_instant:
        return Q(**{f"{path}__{operator}": span.start})
    match operator:
        case "gt":
            return Q(**{f"{path}__gte": span.end})
        case "lte":
            return Q(**{f"{path}__lt": span.end})
    return Q(**{f"{path}__{operator}": span.start})


def _any(conditions: Any) -> Q:
    return reduce(or_, conditions)


def _related(relation: Relation, key: str, values: list[str], *, user: Any) -> Q:
    """Compare a field of a related record that the caller can see."""
    target = entity_of(relation.target)
    if target is None:
        raise Unknown(_("There is no filter '%(key)s'.") % {"key": f"{relation.name}__{key}"})
    inner, annotations = condition(target, key, values, user=user)
    shown_to_all = key.split("__")[0] in ("id", *relation.target.short_fields)
    rows = relation.target.objects.all()
    if not shown_to_all:
        rows = rows.visible_to(user)
    ids = rows.annotate(**annotations).filter(inner).order_by().values("pk")
    return Q(**{f"{relation.column.field.name}__in": ids})


def _in_json(column: Column, operator: str, values: list[str]) -> tuple[Q, Annotations]:
    """A list contains a text; written as JSON it stands between quotes."""
    if operator == "isnull":
        empty = Q(**{column.path: []}) | Q(**{column.path: {}})
        return (empty if yes_or_no(values[-1]) else ~empty), {}
    if operator not in ("eq", "contains"):
        told = _("'%(field)s' can only be compared by: contains, isnull.")
        raise Unknown(told % {"field": column.name})
    alias = f"_{column.name}_text"
    escaped = connection.vendor == "sqlite"  # where JSON is stored as Python wrote it
    parts = [json.dumps(sound_text(part), ensure_ascii=escaped) for part in few(split(values))]
    return (
        _any(Q(**{f"{alias}__contains": part}) for part in parts),
        {alias: Cast(column.path, TextField())},
    )


def _custom(key: str, rest: list[str], values: list[str]) -> tuple[Q, Annotations]:
    """Compare a custom value: numbers with numbers, text with text, which dates are."""
    operator = rest[0] if rest else "eq"
    known = ("eq", WHOLE_VALUE, *OPERATORS)
    if not CUSTOM_KEY.match(key) or len(rest) > 1 or operator not in known:
        raise Unknown(_("There is no filter '%(key)s'.") % {"key": f"{CUSTOM}{key}"})
    stem = f"_custom_{key.encode().hex()}"
    text, words, number = f"{stem}_text", f"{stem}_words", f"{stem}_number"
    columns = {
        text: AsText(F("custom_fields"), key),
        words: OnlyText(F("custom_fields"), key),
        number: OnlyNumber(F("custom_fields"), key),
    }
    if operator in ORDERED:
        ordered, operators = [values[-1]], [operator]
        if operator == "range":
            ordered, operators = limits(values), ["gte", "lte"]
        as_numbers = all(is_number(part) for part in ordered)
        path, read = (number, float) if as_numbers else (words, sound_text)
        pairs = zip(operators, ordered, strict=True)
        return Q(*(Q((f"{path}__{op}", read(part))) for op, part in pairs)), columns
    if operator not in ("eq", "in", "ne", WHOLE_VALUE):
        field = CharField()
        field.set_attributes_from_name(text)
        return compare(Column(text, field, "text"), operator, values), columns
    parts = few(values) if operator == WHOLE_VALUE else split(values)
    wanted = [sound_text(part) for part in parts]
    numbers = [float(part) for part in wanted if is_number(part)]
    if operator != "ne":
        return Q(**{f"{text}__in": wanted}) | Q(**{f"{number}__in": numbers}), columns
    # like a column without a value, a record without the key is unequal to any
    other = ~Q(**{f"{text}__in": wanted}) | Q(**{f"{text}__isnull": True})
    return other & (~Q(**{f"{number}__in": numbers}) | Q(**{f"{number}__isnull": True})), columns
