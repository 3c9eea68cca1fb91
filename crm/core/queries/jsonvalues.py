"""A test of a value inside a JSON column, in the SQL of both databases.

What SQL says badly (patterns, elements of lists, whole objects) is left to
:mod:`crm.core.queries.documents`; :func:`is_plain` tells which is which.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Expression, F

from .tree import Test, is_number

Sql = tuple[str, list[Any]]
SYMBOLS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
FALSE: Sql = ("(1 = 0)", [])


@dataclass(frozen=True)
class JsonSource:
    """A field whose value is a JSON column, or what stands there under ``key``.

    ``declared`` says that the field belongs to the entity even where no row has it.
    """

    path: str
    key: str | None = None
    declared: bool = True


def is_plain(test: Test) -> bool:
    """Whether SQL answers the test: scalars, compared or counted."""
    match test.operator:
        case "eq" | "gt" | "gte" | "lt" | "lte":
            return _is_scalar(test.value)
        case "in" | "all":
            return all(_is_scalar(value) for value in test.value)
    return test.operator in ("null", "size")


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | bool) or is_number(value)


class JsonPasses(Expression):
    """Whether a JSON value passes a plain test; never null."""

    conditional = True

    def __init__(self, source: JsonSource, test: Test):
        super().__init__(output_field=BooleanField())
        self.column: Any = F(source.path)
        self.key = source.key
        self.test = test

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.column,) = exprs

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Sql:
        return self._sql(compiler, Postgres(self.key))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Sql:
        return self._sql(compiler, Sqlite(self.key))

    def _sql(self, compiler: Any, dialect: Any) -> Sql:
        column, params = compiler.compile(self.column)
        test = self.test
        if found := dialect.held(column, params, test):
            return found
        whole = dialect.whole(column, params)
        match test.operator:
            case "null":
                return dialect.is_null(whole)
            case "size":
                return dialect.has_length(whole, test.value)
            case "all":
                parts = [self._one(dialect, whole, "eq", value) for value in test.value]
                return _joined(" AND ", parts) if parts else FALSE
            case "in":
                return self._one(dialect, whole, "in", test.value) if test.value else FALSE
        return self._one(dialect, whole, test.operator, test.value)

    def _one(self, dialect: Any, whole: Any, operator: str, value: Any) -> Sql:
        itself = dialect.compared(whole, operator, value)
        element = dialect.any_element(whole, operator, value)
        return _joined(" OR ", [itself, element])


class HasKey(JsonPasses):
    """Whether an object has a key at all, whatever stands there."""

    def __init__(self, source: JsonSource):
        super().__init__(source, Test(source.key or "", "null", None))

    def _sql(self, compiler: Any, dialect: Any) -> Sql:
        column, params = compiler.compile(self.column)
        return dialect.has_key(column, params)


def _joined(word: str, parts: list[Sql]) -> Sql:
    texts = [f"({sql})" for sql, _ in parts]
    return f"({word.join(texts)})", [value for _, values in parts for value in values]


class Postgres:
    """JSON values in PostgreSQL's words; a value is one expression of type ``jsonb``."""

    def __init__(self, key: str | None):
        self.key = key

    def whole(self, column: str, params: list[Any]) -> Sql:
        if self.key is None:
            return column, list(params)
        return f"({column} -> %s::text)", [*params, self.key]

    def has_key(self, column: str, params: list[Any]) -> Sql:
        return f"jsonb_exists({column}, %s::text)", [*params, self.key]

    def held(self, column: str, params: list[Any], test: Test) -> Sql | None:
        """Return a test for values under the key in words that an index on the column answers.

        A value or an element equals the wanted one exactly where the object contains the key
        with it, or with a list of it. None for other tests.
        """
        wanted = {"eq": [test.value], "in": test.value}.get(test.operator, [])
        if self.key is None or not wanted or wanted == [None]:
            return None
        parts = [json.dumps({self.key: held}) for value in wanted for held in (value, [value])]
        return f"({column} @> ANY(%s::text[]::jsonb[]))", [*params, parts]

    def is_null(self, value: Sql) -> Sql:
        sql, params = value
        return f"({sql} IS NULL OR {sql} = 'null'::jsonb)", [*params, *params]

    def has_length(self, value: Sql, length: int) -> Sql:
        sql, params = value
        return (
            f"COALESCE(CASE WHEN jsonb_typeof({sql}) = 'array' "
            f"THEN jsonb_array_length({sql}) = %s END, FALSE)",
            [*params, *params, length],
        )

    def compared(self, value: Sql, operator: str, wanted: Any) -> Sql:
        sql, params = value
        if operator == "eq":
            if wanted is None:
                return self.is_null(value)
            return f"COALESCE({sql} = %s::jsonb, FALSE)", [*params, json.dumps(wanted)]
        if operator == "in":
            values = [json.dumps(part) for part in wanted]
            return f"COALESCE({sql} = ANY(%s::text[]::jsonb[]), FALSE)", [*params, values]
        symbol = SYMBOLS[operator]
        if is_number(wanted):
            compared = f"({sql} #>> '{{}}')::numeric {symbol} %s::numeric"
            kind, bound = "number", str(wanted)
        elif isinstance(wanted, str):
            compared = f"({sql} #>> '{{}}') COLLATE \"C\" {symbol} %s"
            kind, bound = "string", wanted
        else:
            return FALSE
        return (
            f"COALESCE(CASE WHEN jsonb_typeof({sql}) = '{kind}' THEN {compared} END, FALSE)",
            [*params, *params, bound],
        )

    def any_element(self, value: Sql, operator: str, wanted: Any) -> Sql:
        sql, params = value
        test, values = self.compared(("e.x", []), operator, wanted)
        items = f"CASE WHEN jsonb_typeof({sql}) = 'array' THEN {sql} ELSE '[]'::jsonb END"
        # the parts are our own SQL, values are parameters
        found = f"EXISTS (SELECT 1 FROM jsonb_array_elements({items}) AS e(x) WHERE {test})"  # noqa: S608
        return found, [*params, *params, *values]


_TEXTS, _NUMBERS = "'text'", "'integer', 'real'"


def _has(values: list[Any], flag: bool) -> bool:
    return any(value is flag for value in values)


class Sqlite:
    """JSON values in SQLite's words; a value is a type and what it holds."""

    def __init__(self, key: str | None):
        self.path = "$" if key is None else f"$.{json.dumps(key)}"

    def whole(self, column: str, params: list[Any]) -> tuple[Sql, Sql]:
        return (
            (f"JSON_TYPE({column}, %s)", [*params, self.path]),
            (f"JSON_EXTRACT({column}, %s)", [*params, self.path]),
        )

    def has_key(self, column: str, params: list[Any]) -> Sql:
        return f"(JSON_TYPE({column}, %s) IS NOT NULL)", [*params, self.path]

    def held(self, column: str, params: list[Any], test: Test) -> None:
        """There is no index over values in JSON here."""

    def is_null(self, value: tuple[Sql, Sql]) -> Sql:
        kind, params = value[0]
        return f"(COALESCE({kind}, 'null') = 'null')", params

    def has_length(self, value: tuple[Sql, Sql], length: int) -> Sql:
        (kind, params), (held, more) = value
        return (
            f"COALESCE(CASE WHEN {kind} = 'array' THEN JSON_ARRAY_LENGTH({held}) = %s END, 0)",
            [*params, *more, length],
        )

    def compared(self, value: tuple[Sql, Sql], operator: str, wanted: Any) -> Sql:
        if operator == "in":
            return self._one_of(value, wanted)
        (kind, params), (held, more) = value
        if wanted is None:
            return self.is_null(value) if operator == "eq" else FALSE
        if isinstance(wanted, bool):
            word = "true" if wanted else "false"
            return (f"COALESCE({kind} = '{word}', 0)", params) if operator == "eq" else FALSE
        kinds = _NUMBERS if is_number(wanted) else _TEXTS
        symbol = "=" if operator == "eq" else SYMBOLS[operator]
        return (
            f"COALESCE(CASE WHEN {kind} IN ({kinds}) THEN {held} {symbol} %s END, 0)",
            [*params, *more, wanted],
        )

    def _one_of(self, value: tuple[Sql, Sql], wanted: list[Any]) -> Sql:
        (kind, params), (held, more) = value
        parts = [self.compared(value, "eq", flag) for flag in (True, False) if _has(wanted, flag)]
        texts = [part for part in wanted if isinstance(part, str)]
        for kinds, group in ((_TEXTS, texts), (_NUMBERS, list(filter(is_number, wanted)))):
            if group:
                places = ", ".join(["%s"] * len(group))
                found = f"COALESCE(CASE WHEN {kind} IN ({kinds}) THEN {held} IN ({places}) END, 0)"
                parts.append((found, [*params, *more, *group]))
        return _joined(" OR ", parts) if parts else FALSE

    def any_element(self, value: tuple[Sql, Sql], operator: str, wanted: Any) -> Sql:
        (kind, params), (held, more) = value
        test, values = self.compared((("e.type", []), ("e.value", [])), operator, wanted)
        items = f"CASE WHEN {kind} = 'array' THEN {held} ELSE '[]' END"
        found = f"EXISTS (SELECT 1 FROM JSON_EACH({items}) AS e WHERE {test})"  # noqa: S608
        return found, [*params, *more, *values]
