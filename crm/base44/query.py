"""The query language of Base44's clients, read into our tree of tests (base44.md §3)."""

import json
from collections.abc import Callable
from typing import Any

from rest_framework.exceptions import ParseError, ValidationError

from crm.core import wire
from crm.core.queries.tree import (
    DEEPEST,
    MOST_TESTS,
    MOST_VALUES,
    All,
    AnyOf,
    BadQuery,
    Node,
    Not,
    Test,
    pattern,
)

JOINTS = ("$and", "$or", "$nor")
ORDERED = {"$gt": "gt", "$gte": "gte", "$lt": "lt", "$lte": "lte"}


def from_text(text: str) -> Node:
    """Return the tree of a query written as JSON text. Raises :class:`BadQuery`."""
    try:
        document = wire.parse(text.encode("utf-8", "replace"))
    except ParseError as error:
        raise BadQuery(f"q is not JSON: {error.detail}") from error
    except ValidationError as error:
        raise BadQuery(f"q: {json.dumps(error.detail)}") from error
    return from_document(document)


def from_document(document: Any) -> Node:
    """Return the tree of a query; ``{}`` is every record. Raises :class:`BadQuery`."""
    return _Parser().document(document, depth=1)


class _Parser:
    """Counts what it reads, so that no question grows beyond what a database answers well."""

    def __init__(self) -> None:
        self.tests = 0
        self.values = 0

    def document(self, document: Any, *, depth: int) -> Node:
        if not isinstance(document, dict):
            raise BadQuery('A query is a JSON object such as {"status": "new"}.')
        if depth > DEEPEST:
            raise BadQuery(f"This query is nested deeper than {DEEPEST} levels.")
        parts: list[Node] = []
        for name, value in document.items():
            if name in JOINTS:
                parts.append(self.joint(name, value, depth=depth))
            elif name.startswith("$"):
                raise BadQuery(f"There is no operator '{name[:40]}' at this place.")
            else:
                parts.append(self.field(name, value, depth=depth))
        return All(tuple(parts))

    def joint(self, name: str, value: Any, *, depth: int) -> Node:
        if not isinstance(value, list) or not value:
            raise BadQuery(f"{name} takes a list of queries.")
        parts = tuple(self.document(part, depth=depth + 1) for part in value)
        if name == "$and":
            return All(parts)
        return AnyOf(parts) if name == "$or" else Not(AnyOf(parts))

    def field(self, name: str, value: Any, *, depth: int) -> Node:
        if isinstance(value, dict) and any(key.startswith("$") for key in value):
            return self.operators(name, value, depth=depth)
        if isinstance(value, list):
            return self.one_of(name, value)
        return self.equals(name, value)

    def operators(self, name: str, value: dict[str, Any], *, depth: int) -> Node:
        if depth > DEEPEST:
            raise BadQuery(f"This query is nested deeper than {DEEPEST} levels.")
        parts: list[Node] = []
        for operator, wanted in value.items():
            if operator == "$options":
                if "$regex" not in value:
                    raise BadQuery("$options belongs to $regex.")
                continue
            if operator == "$regex":
                parts.append(self.test(name, "regex", pattern(wanted, value.get("$options", ""))))
            elif operator == "$not":
                parts.append(Not(self.negated(name, wanted, depth=depth + 1)))
            elif operator == "$elemMatch":
                parts.append(self.element(name, wanted, depth=depth + 1))
            elif operator in ORDERED:
                parts.append(self.test(name, ORDERED[operator], wanted))
            else:
                parts.append(self.plain(name, operator, wanted))
        return All(tuple(parts))

    def plain(self, name: str, operator: str, wanted: Any) -> Node:
        reader: Callable[[str, Any], Node] | None = {
            "$eq": self.equals,
            "$ne": lambda field, value: Not(self.equals(field, value)),
            "$in": lambda field, value: self.one_of(field, self.listed(value, "$in")),
            "$nin": lambda field, value: Not(self.one_of(field, self.listed(value, "$nin"))),
            "$exists": self.exists,
            "$all": lambda field, value: self.test(field, "all", self.listed(value, "$all")),
            "$size": self.size,
        }.get(operator)
        if reader is None:
            raise BadQuery(f"There is no operator '{operator[:40]}' (field {name[:60]}).")
        return reader(name, wanted)

    def negated(self, name: str, wanted: Any, *, depth: int) -> Node:
        if not isinstance(wanted, dict) or not wanted:
            raise BadQuery(f'$not takes operators, such as {{"$gt": 5}} (field {name[:60]}).')
        return self.operators(name, wanted, depth=depth)

    def element(self, name: str, wanted: Any, *, depth: int) -> Node:
        """``$elemMatch``: operators look at the element, names into it."""
        if not isinstance(wanted, dict):
            raise BadQuery(f"$elemMatch takes a query (field {name[:60]}).")
        operators = wanted and all(key.startswith("$") and key not in JOINTS for key in wanted)
        inner = (
            self.operators("", wanted, depth=depth)
            if operators
            else self.document(wanted, depth=depth)
        )
        return self.test(name, "element", inner)

    def equals(self, name: str, value: Any) -> Node:
        if value is None:
            return self.test(name, "null", None)
        return self.test(name, "eq", value)

    def one_of(self, name: str, values: list[Any]) -> Node:
        self.count(values)
        known = [value for value in values if value is not None]
        found = self.test(name, "in", known)
        if len(known) == len(values):
            return found
        return AnyOf((found, self.test(name, "null", None)))

    def exists(self, name: str, value: Any) -> Node:
        if not isinstance(value, bool):
            raise BadQuery(f"$exists takes true or false (field {name[:60]}).")
        nothing = self.test(name, "null", None)
        return Not(nothing) if value else nothing

    def size(self, name: str, value: Any) -> Node:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise BadQuery(f"$size takes a whole number from 0 (field {name[:60]}).")
        return self.test(name, "size", value)

    def listed(self, value: Any, operator: str) -> list[Any]:
        if not isinstance(value, list):
            raise BadQuery(f"{operator} takes a list.")
        if operator == "$all":
            self.count(value)
        return value

    def count(self, values: list[Any]) -> None:
        self.values += len(values)
        if self.values > MOST_VALUES:
            raise BadQuery(f"The lists of a query have at most {MOST_VALUES} values.")

    def test(self, name: str, operator: str, value: Any) -> Test:
        self.tests += 1
        if self.tests > MOST_TESTS:
            raise BadQuery(f"A query compares at most {MOST_TESTS} times.")
        return Test(name, operator, value)
