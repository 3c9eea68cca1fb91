"""The read path: declared fields, one query, plain rows ready for JSON."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from .bases import Record
from .entity import ALIASES, Computed, Entity, entity_of
from .links import short_forms

Row = dict[str, Any]


class Reader:
    """Reads rows of one entity as its caller may see them.

    ``only`` names the fields wanted on the wire; none is all. Links come with the short
    form of their target, joined in the same query; typed links cost one query a page.
    ``deleted`` tells when and by whom the rows were put into the recycle bin.
    """

    def __init__(
        self, entity: Entity, *, user: Any, only: Iterable[str] = (), deleted: bool = False
    ):
        self.entity = entity
        wanted = set(only)
        self.paths: list[str] = []
        self._steps: list[Callable[[tuple, Row], None]] = []
        columns = entity.readable(user)
        for name, column in columns.items():
            if not wanted or name in wanted:
                self._add_value(name, column.path)
        for name, computed in entity.computed.items():
            if not wanted or name in wanted:
                self._add_computed(name, computed)
        for alias, name in ALIASES.items():
            if name in columns and (not wanted or alias in wanted):
                self._add_value(alias, columns[name].path)
        for name, relation in entity.relations.items():
            if not wanted or name in wanted:
                self._add_short_form(name, relation.column.field.name, relation.target)
        if deleted:
            self._add_value("deleted_at", "deleted_at")
            self._add_short_form("deleted_by", "deleted_by", get_user_model())
        self.reads_link = entity.is_linked and (not wanted or "related_to" in wanted)
        if self.reads_link:
            self._link_at = (self._path("related_to_type"), self._path("related_to_id"))

    def rows(self, queryset: QuerySet) -> list[Row]:
        """Return the rows of ``queryset``, in its order."""
        fetched = list(queryset.values_list(*self.paths))
        rows = [self._row(values) for values in fetched]
        if self.reads_link:
            self._add_links(fetched, rows)
        return rows

    def _row(self, values: tuple) -> Row:
        row: Row = {}
        for step in self._steps:
            step(values, row)
        return row

    def _path(self, path: str) -> int:
        self.paths.append(path)
        return len(self.paths) - 1

    def _add_value(self, name: str, path: str) -> None:
        at = self._path(path)

        def step(values: tuple, row: Row) -> None:
            row[name] = values[at]

        self._steps.append(step)

    def _add_computed(self, name: str, computed: Computed) -> None:
        places = [self._path(path) for path in computed.paths]

        def step(values: tuple, row: Row) -> None:
            row[name] = computed.make(*[values[at] for at in places])

        self._steps.append(step)

    def _add_short_form(self, name: str, link: str, target: type[Record]) -> None:
        names = ("id", *target.short_fields)
        start = self._path(f"{link}__id")
        for field in names[1:]:
            self._path(f"{link}__{field}")
        deleted_at = self._path(f"{link}__deleted_at")

        def step(values: tuple, row: Row) -> None:
            if values[start] is None:
                row[name] = None
                return
            form = dict(zip(names, values[start:deleted_at], strict=True))
            if values[deleted_at] is not None:
                form["deleted"] = True
            row[name] = form

        self._steps.append(step)

    def _add_links(self, fetched: list[tuple], rows: list[Row]) -> None:
        kind_at, id_at = self._link_at
        forms = short_forms({(values[kind_at], values[id_at]) for values in fetched})
        for values, row in zip(fetched, rows, strict=True):
            row["related_to"] = forms.get((values[kind_at], values[id_at]))


def expand(entity: Entity, rows: list[Row], names: Iterable[str], *, user: Any) -> None:
    """Put the whole related record where its short form stands, if ``user`` may see it.

    One query a relation; a record out of sight keeps its short form.
    """
    for name in names:
        relation = entity.relations[name]
        target = entity_of(relation.target)
        ids = {row[name]["id"] for row in rows if row.get(name)}
        if target is None or not ids or not user.has_perm(_view_permission(relation.target)):
            continue
        found = relation.target.objects.visible_to(user).filter(pk__in=ids)
        whole = {row["id"]: row for row in Reader(target, user=user).rows(found)}
        for row in rows:
            if row.get(name):
                row[name] = whole.get(row[name]["id"], row[name])


def derive(entity: Entity, key: Any, only: Iterable[str], *, user: Any) -> Row:
    """Return the figures that one record's answer ends with: those in ``only``, or all."""
    if entity.derived is None:
        return {}
    wanted = entity.derived.kinds.keys() & (set(only) or entity.derived.kinds.keys())
    found = entity.derived.find(key, user) if wanted else {}
    return {name: found[name] for name in entity.derived.kinds if name in wanted}


def _view_permission(model: type[Record]) -> str:
    return f"{model._meta.app_label}.view_{model._meta.model_name}"
