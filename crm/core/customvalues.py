"""Values inside ``custom_fields`` as columns that both databases read and compare alike."""

import json
from typing import Any

from django.db.models import Case, CharField, Expression, F, FloatField, Value, When
from django.db.models.lookups import IsNull


class CustomValue(Expression):
    """One value of ``custom_fields``; null where the key is missing, or not of the kind."""

    #: SQL with the JSON column, and how often the key stands in it
    postgresql: tuple[str, int]
    sqlite: tuple[str, int]

    def __init__(self, column: Any, key: str):
        super().__init__(output_field=self._output())
        self.column = column
        self.key = key

    def _output(self) -> Any:
        return CharField()

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.column,) = exprs

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self._sql(compiler, *self.postgresql, self.key)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self._sql(compiler, *self.sqlite, f"$.{json.dumps(self.key)}")

    def _sql(self, compiler: Any, template: str, times: int, key: str) -> Any:
        column, params = compiler.compile(self.column)
        return template.replace("{}", column), [*params, key] * times


class AsText(CustomValue):
    """Whatever the value is, as JSON writes it, text without quotes."""

    postgresql = ("({} ->> %s::text)", 1)
    sqlite = (
        "(CASE JSON_TYPE({}, %s) WHEN 'null' THEN NULL WHEN 'true' THEN 'true' "
        "WHEN 'false' THEN 'false' ELSE CAST(JSON_EXTRACT({}, %s) AS TEXT) END)",
        2,
    )


class OnlyText(CustomValue):
    """A text, compared letter by letter, which puts dates in ISO 8601 in order."""

    postgresql = (
        "(CASE JSONB_TYPEOF({} -> %s::text) WHEN 'string' THEN {} ->> %s::text END COLLATE \"C\")",
        2,
    )
    sqlite = ("(CASE JSON_TYPE({}, %s) WHEN 'text' THEN JSON_EXTRACT({}, %s) END)", 2)


class OnlyNumber(CustomValue):
    """A number."""

    postgresql = (
        "(CASE JSONB_TYPEOF({} -> %s::text) WHEN 'number' THEN ({} ->> %s::text)::float8 END)",
        2,
    )
    sqlite = (
        "(CASE WHEN JSON_TYPE({}, %s) IN ('integer', 'real') "
        "THEN CAST(JSON_EXTRACT({}, %s) AS REAL) END)",
        2,
    )

    def _output(self) -> Any:
        return FloatField()


def custom_order(key: str, *, falling: bool) -> list[Any]:
    """Return what sorts rows by a custom value: numbers before texts, none at all last."""
    number, words = OnlyNumber(F("custom_fields"), key), OnlyText(F("custom_fields"), key)
    kinds = [When(IsNull(number, False), then=Value(1)), When(IsNull(words, False), then=Value(2))]
    kind = Case(*kinds, default=Value(0 if falling else 3))
    if falling:
        return [kind.desc(), number.desc(nulls_last=True), words.desc(nulls_last=True)]
    return [kind.asc(), number.asc(nulls_last=True), words.asc(nulls_last=True)]
