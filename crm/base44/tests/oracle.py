"""The meaning of a query, written a second time: over documents, without our own parser.

Documents are records as the door answers them. The empty text of a column is a text and no
value at once, since a column says nothing else where it is empty.
"""

import re
from datetime import UTC, datetime
from typing import Any

MOMENTS = {"converted_date", "last_contact_date", "created_date"}
TEXT_COLUMNS = {"company", "city", "industry"}
UNDECLARED = {"zone", "grade", "labels", "extra", "never"}


def matches(document: dict, query: dict) -> bool:
    """Whether the query selects the document; nothing about an unknown field ever does."""
    return all(_clause(document, name, value) for name, value in query.items())


def _clause(document: dict, name: str, value: Any) -> bool:
    if name == "$and":
        return all(matches(document, part) for part in value)
    if name == "$or":
        return any(matches(document, part) for part in value)
    if name == "$nor":
        known = all(field in document or field not in UNDECLARED for field in _fields(value))
        return known and not any(matches(document, part) for part in value)
    if name in UNDECLARED and name not in document:
        return False
    return _passes(name, document.get(name), value, document)


def _fields(node: Any) -> set[str]:
    found: set[str] = set()
    if isinstance(node, list):
        return found.union(*map(_fields, node))
    for name, value in node.items():
        if name.startswith("$"):
            found |= _fields(value)
        else:
            found.add(name)
    return found


def _passes(name: str, held: Any, wanted: Any, document: dict) -> bool:
    if isinstance(wanted, list):
        return _one_of(name, held, wanted)
    if isinstance(wanted, dict) and any(key.startswith("$") for key in wanted):
        return all(
            _operator(name, held, operator, value, wanted, document)
            for operator, value in wanted.items()
        )
    return _equal(name, held, wanted)


def _operator(name, held, operator, value, whole, document) -> bool:
    match operator:
        case "$eq":
            return _equal(name, held, value)
        case "$ne":
            return not _equal(name, held, value)
        case "$in":
            return _one_of(name, held, value)
        case "$nin":
            return not _one_of(name, held, value)
        case "$exists":
            return _is_nothing(name, held) is not value
        case "$not":
            return not _passes(name, held, value, document)
        case "$options":
            return True
        case "$regex":
            flags = re.IGNORECASE if "i" in whole.get("$options", "") else 0
            return any(
                isinstance(part, str) and re.search(value, part, flags) is not None
                for part in _parts(held)
            )
        case "$all":
            return bool(value) and all(_equal(name, held, part) for part in value)
        case "$size":
            return isinstance(held, list) and len(held) == value
        case "$elemMatch":
            return isinstance(held, list) and any(_element(part, value) for part in held)
    return any(_ordered(name, part, operator, value) for part in _parts(held))


def _element(part: Any, wanted: dict) -> bool:
    if wanted and all(key.startswith("$") for key in wanted):
        return _passes("", part, wanted, {})
    if not isinstance(part, dict):
        return False
    return all(_passes(key, part.get(key), value, {}) for key, value in wanted.items())


def _parts(held: Any) -> list[Any]:
    return [held, *held] if isinstance(held, list) else [held]


def _one_of(name: str, held: Any, values: list[Any]) -> bool:
    return any(_equal(name, held, value) for value in values)


def _equal(name: str, held: Any, wanted: Any) -> bool:
    if wanted is None:
        return _is_nothing(name, held)
    return any(_same(name, part, wanted) for part in _parts(held))


def _is_nothing(name: str, held: Any) -> bool:
    return held is None or (held == "" and name in TEXT_COLUMNS)


def _same(name: str, a: Any, b: Any) -> bool:
    if name in MOMENTS:
        a, b = _moment(a), _moment(b)
        return a is not None and a == b
    if type(a) in (int, float) and type(b) in (int, float):
        return a == b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_same("", x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same("", a[key], b[key]) for key in a)
    return type(a) is type(b) and a == b


def _ordered(name: str, a: Any, operator: str, b: Any) -> bool:
    if name in MOMENTS:
        a, b = _moment(a), _moment(b)
        if a is None or b is None:
            return False
    elif isinstance(a, str) and isinstance(b, str):
        a, b = a.encode(), b.encode()
    elif type(a) not in (int, float) or type(b) not in (int, float):
        return False
    return {"$gt": a > b, "$gte": a >= b, "$lt": a < b, "$lte": a <= b}[operator]


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
