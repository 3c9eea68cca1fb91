"""Whether a JSON value passes a test, told in memory: the meaning that SQL has to agree with."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_date, parse_datetime

from .tree import All, AnyOf, Node, Not, Test, is_number


def holds(node: Node, document: dict[str, Any]) -> bool:
    """Whether a tree holds for a document, such as an element of a list or a row of sums."""
    match node:
        case All(parts):
            return all(holds(part, document) for part in parts)
        case AnyOf(parts):
            return any(holds(part, document) for part in parts)
        case Not(part):
            return not holds(part, document)
        case Test():
            return passes(node, document.get(node.field))
    raise TypeError(f"No such node: {node!r}")


def passes(test: Test, value: Any) -> bool:
    """Whether a value passes; a list does where the value itself or one element does."""
    wanted = test.value
    match test.operator:
        case "all":
            tests = [Test(test.field, "eq", part) for part in wanted]
            return bool(tests) and all(passes(part, value) for part in tests)
        case "size":
            return isinstance(value, list) and len(value) == wanted
        case "element":
            return isinstance(value, list) and any(_element_holds(wanted, item) for item in value)
        case "null":
            return value is None
    if _passes_itself(test, value):
        return True
    return isinstance(value, list) and any(_passes_itself(test, item) for item in value)


def _element_holds(node: Node, element: Any) -> bool:
    """Tests without a field name look at the element, the others into it."""
    if isinstance(node, Test) and not node.field:
        return passes(node, element)
    if isinstance(node, All):
        return all(_element_holds(part, element) for part in node.parts)
    if isinstance(node, AnyOf):
        return any(_element_holds(part, element) for part in node.parts)
    if isinstance(node, Not):
        return not _element_holds(node.part, element)
    return isinstance(element, dict) and holds(node, element)


def _passes_itself(test: Test, value: Any) -> bool:
    wanted = test.value
    match test.operator:
        case "eq":
            return same(value, wanted)
        case "in":
            return any(same(value, part) for part in wanted)
        case "regex":
            return isinstance(value, str) and wanted.search(value) is not None
    if is_number(value) and is_number(wanted):
        pair: tuple[Any, Any] = (value, wanted)
    elif isinstance(value, str) and isinstance(wanted, str):
        # code points, as the databases compare them
        pair = (value.encode(), wanted.encode())
    else:
        return False
    return ORDER[test.operator](*pair)


ORDER = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
}


def same(a: Any, b: Any) -> bool:
    """Whether two JSON values are equal; 1 and true are not."""
    if isinstance(a, bool) or isinstance(b, bool):
        return isinstance(a, bool) and isinstance(b, bool) and a == b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return bool(a == b)


def as_answered(value: Any) -> Any:
    """Return a column's value as the text that an answer holds."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value) if isinstance(value, UUID) else value


def instant(text: Any) -> datetime | None:
    """Return the moment that a text in ISO 8601 means: a date its midnight, without zone UTC."""
    if not isinstance(text, str):
        return None
    try:
        day = parse_date(text)
        moment = _midnight(day) if day else parse_datetime(text)
        if moment is None:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
