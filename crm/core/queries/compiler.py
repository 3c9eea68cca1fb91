"""From a tree of tests to a condition of the database.

An unknown field matches nothing, also below a ``not``: a misspelt name must never select
all rows of a deletion (base44.md §3, architecture.md, "Traps").
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ..querysets import ANYTHING, NOTHING
from . import columns, jsonvalues
from .columns import ColumnSource
from .documents import as_answered, passes
from .jsonvalues import JsonSource
from .tree import All, AnyOf, BadQuery, Node, Not, Test


@dataclass(frozen=True)
class Constant:
    """A field that says the same of every row."""

    value: Any


Source = ColumnSource | JsonSource | Constant
#: the source behind a field's name, or None where the entity has no such field
Find = Callable[[str], Source | None]
#: tests of one question that read the rows themselves
MOST_LOOKUPS = 8


class Compiler:
    """Makes conditions for one list of rows.

    ``rows`` are those that could be meant at all. What SQL can't say is looked up among
    them, one pass a test.
    """

    def __init__(self, rows: QuerySet, find: Find):
        self.rows = rows
        self.find = find
        self.lookups = 0

    def condition(self, node: Node) -> Q:
        """Return the condition under which a row passes."""
        if isinstance(node, Not):
            inner = self.condition(node.part)
            return ~inner & self._known(node.part)
        if isinstance(node, All):
            found = ANYTHING
            for part in node.parts:
                found &= self.condition(part)
            return found
        if isinstance(node, AnyOf):
            found = NOTHING
            for part in node.parts:
                found |= self.condition(part)
            return found
        return self._test(node)

    def _known(self, node: Node) -> Q:
        """Return the condition that a row knows all fields that are asked for."""
        match node:
            case All(parts) | AnyOf(parts):
                found = ANYTHING
                for part in parts:
                    found &= self._known(part)
                return found
            case Not(part):
                return self._known(part)
        source = self.find(node.field)
        if source is None:
            return NOTHING
        return _has_it(source)

    def _test(self, test: Test) -> Q:
        source = self.find(test.field)
        match source:
            case None:
                return NOTHING
            case Constant(value):
                return ANYTHING if passes(test, value) else NOTHING
            case JsonSource():
                known = _has_it(source)
                if jsonvalues.is_plain(test):
                    return known & Q(jsonvalues.JsonPasses(source, test))
                return known & self._looked_up(source, test)
        if test.operator == "regex" and source.kind in ("text", "id", "datetime"):
            return self._looked_up(source, test)
        return columns.condition(source, test)

    def _looked_up(self, source: ColumnSource | JsonSource, test: Test) -> Q:
        """Return the rows that pass by their keys, found by reading the values."""
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise BadQuery(_("This query has too many patterns and questions about elements."))
        found = self.rows.order_by().values_list("pk", source.path)
        if isinstance(source, ColumnSource):
            keys = [key for key, value in found.iterator() if passes(test, as_answered(value))]
        else:
            keys = [key for key, value in found.iterator() if passes(test, _inside(source, value))]
        return Q(pk__in=keys)


def _has_it(source: Source) -> Q:
    if isinstance(source, JsonSource) and source.key is not None and not source.declared:
        return Q(jsonvalues.HasKey(source))
    return ANYTHING


def _inside(source: JsonSource, value: Any) -> Any:
    if source.key is None:
        return value
    return value.get(source.key) if isinstance(value, dict) else None
