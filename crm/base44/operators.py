"""The update operators of ``updateMany`` (base44.md §3), worked out on a record as it is shown."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from crm.core.jsonrows import with_floats
from crm.core.queries.documents import passes, same
from crm.core.queries.tree import All, BadQuery, Node, Test, is_number

from . import query
from .rows import Row

OPERATORS = (
    *("$set", "$unset", "$rename", "$inc", "$mul", "$min", "$max"),
    *("$currentDate", "$addToSet", "$push", "$pull"),
)
MOST_FIELDS = 200


def read(data: Any) -> dict[str, dict[str, Any]]:
    """Return checked operators. Raises :class:`BadQuery`."""
    if not isinstance(data, dict) or not data:
        raise BadQuery('data takes update operators, such as {"$set": {"status": "won"}}.')
    seen: set[str] = set()
    for operator, fields in data.items():
        if operator not in OPERATORS:
            raise BadQuery(f"There is no update operator '{operator[:40]}'.")
        if not isinstance(fields, dict):
            raise BadQuery(f"{operator} takes an object of fields.")
        names = [*fields, *(fields.values() if operator == "$rename" else ())]
        for name in names:
            if not isinstance(name, str) or name.startswith("$"):
                raise BadQuery(f"{operator}: '{str(name)[:40]}' is no field.")
            if name in seen:
                raise BadQuery(f"{name[:60]} stands in two operators.")
            seen.add(name)
        for name, value in fields.items():
            _check(operator, name, value)
    if len(seen) > MOST_FIELDS:
        raise BadQuery(f"Change at most {MOST_FIELDS} fields at once.")
    return data


def _check(operator: str, name: str, value: Any) -> None:
    if operator in ("$inc", "$mul") and not is_number(value):
        raise BadQuery(f"{operator} takes numbers (field {name[:60]}).")
    if operator == "$pull":
        _pulled(value)
    several = operator in ("$push", "$addToSet") and isinstance(value, dict) and "$each" in value
    if several and (not isinstance(value["$each"], list) or len(value) > 1):
        raise BadQuery(f"$each takes a list, and nothing beside it (field {name[:60]}).")


def applied(operators: dict[str, dict[str, Any]], row: Row) -> Row:
    """Return the fields that the operators change in a record, with their new values."""
    changed: Row = {}
    for operator, fields in operators.items():
        for name, value in fields.items():
            if operator == "$rename":
                changed[value], changed[name] = row.get(name), None
            else:
                changed[name] = _new_value(operator, row.get(name), value, name)
    return {name: _as_json(value) for name, value in changed.items()}


def _as_json(value: Any) -> Any:
    """Return a value as a client would have sent it."""
    return value.isoformat() if isinstance(value, datetime) else with_floats(value)


def _new_value(operator: str, present: Any, value: Any, name: str) -> Any:
    match operator:
        case "$set":
            return value
        case "$unset":
            return None
        case "$inc":
            return _number(present, name) + Decimal(str(value))
        case "$mul":
            return _number(present, name) * Decimal(str(value))
        case "$min" | "$max":
            return _nearer(operator, present, value)
        case "$currentDate":
            return datetime.now(UTC).isoformat()
    items = _items(present, name)
    if operator == "$pull":
        node = _pulled(value)
        return [item for item in items if not _matches(node, item)]
    new = value["$each"] if isinstance(value, dict) and "$each" in value else [value]
    for item in new:
        if operator == "$push" or not any(same(item, held) for held in items):
            items.append(item)
    return items


def _number(present: Any, name: str) -> Decimal:
    if present is None or present == "":
        return Decimal(0)
    if isinstance(present, Decimal) or is_number(present):
        return Decimal(str(present))
    raise BadQuery(f"{name[:60]} holds no number.")


def _nearer(operator: str, present: Any, value: Any) -> Any:
    if present is None or present == "":
        return value
    held = float(present) if isinstance(present, Decimal) else present
    if isinstance(held, datetime):
        held = held.isoformat()
    wanted = "lt" if operator == "$min" else "gt"
    return value if passes(Test("", wanted, held), value) else present


def _items(present: Any, name: str) -> list[Any]:
    if present is None or present == "":
        return []
    if not isinstance(present, list):
        raise BadQuery(f"{name[:60]} holds no list.")
    return list(present)


def _pulled(value: Any) -> Node:
    """``$pull`` takes a value, or the operators that the elements to go pass."""
    parser_field = "element"
    if isinstance(value, dict) and not any(key.startswith("$") for key in value):
        return query.from_document({parser_field: {"$elemMatch": value}}) if value else All(())
    if isinstance(value, list):
        return Test(parser_field, "eq", value)
    return query.from_document({parser_field: value})


def _matches(node: Node, item: Any) -> bool:
    """Whether an element goes; a condition on parts of it looks into it."""
    if isinstance(node, All):
        return all(_matches(part, item) for part in node.parts)
    if isinstance(node, Test):
        held = [item] if node.operator == "element" else item
        return passes(node, held)
    part = getattr(node, "part", None)
    if part is not None:
        return not _matches(part, item)
    return any(_matches(inner, item) for inner in node.parts)  # type: ignore[union-attr]
