"""``/api/v1`` in the words of an app of Base44's time (base44.md §15).

Such an app reads and sends its own names beside ours. It is chosen by ``API_COMPAT=base44``;
the names themselves stand in :mod:`crm.base44.naming`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import ForeignKey
from django.utils.datastructures import MultiValueDict

from crm.core.conditions import CUSTOM, OPERATORS
from crm.core.dialect import Dialect
from crm.core.entity import ALIASES, Column, Entity, filters_of
from crm.core.listing import PARAMETERS
from crm.core.reading import Row

from .bodies import taken
from .fields import is_key, is_legacy_id
from .naming import EXTRA_DEFAULTS, EXTRA_FLAGS, EXTRA_NUMBERS, Names, names_of
from .rows import names_in, shown

#: told of what is in the recycle bin, whichever fields are asked for
OF_THE_BIN = ("deleted_at", "deleted_by")


class Base44Dialect(Dialect):
    """Their names beside ours on the way out, either on the way in."""

    def parameters(self, entity: Entity, params: Any, *, user: Any) -> Any:
        words = Words(entity, user)
        known = filters_of(entity.model).base_filters
        found: MultiValueDict = MultiValueDict()
        for key in params:
            values = params.getlist(key)
            match key:
                case "sort":
                    found.setlist(key, [words.sort(",".join(values))])
                case "fields":
                    found.setlist(key, words.fields(",".join(values)))
                case "is_sample":
                    if not all(value.lower() in ("false", "0", "") for value in values):
                        found.setlist(f"{CUSTOM}{key}", values)
                case _:
                    is_ours = key in PARAMETERS or key in known or key == "search"
                    name = key if is_ours else words.filter(key, values)
                    if name == key or name not in params:
                        found.setlist(name, values)
        return found

    def body(
        self, entity: Entity, data: Row, *, stored: Callable[[], Row] | None, user: Any
    ) -> Row:
        return taken(entity, data, stored=stored() if stored else None, user=user)

    def rows(self, entity: Entity, rows: list[Row], asked: Any) -> list[Row]:
        told = [self._told(entity, row) for row in rows]
        names = names_in(",".join(asked.getlist("fields")))
        if not names:
            return told
        wanted = {"id", *names, *OF_THE_BIN}
        return [{name: value for name, value in row.items() if name in wanted} for row in told]

    def _told(self, entity: Entity, row: Row) -> Row:
        """Return a row with their names and ours; where they call a method there is no null."""
        names = names_of(entity.model.__name__)
        theirs = shown(entity, row)
        ours = {name: value for name, value in row.items() if value not in (None, "")}
        whole = {**row, **theirs, **ours, "created_by": theirs["created_by"] or ""}
        for name, column in entity.columns.items():
            if column.kind == "text" and name in whole and whole[name] is None:
                whole[name] = ""
        for name, link in names.emails.items():
            linked = row.get(entity.columns[link].field.name) or {}
            whole.setdefault(name, linked.get("email", ""))
        for name in names.extra:
            if name not in EXTRA_NUMBERS | EXTRA_FLAGS and whole.get(name) is None:
                whole[name] = EXTRA_DEFAULTS.get(name, "")
        return _with_dates(entity, whole, names)


class Words:
    """The names of one entity as one person may use them in an address."""

    def __init__(self, entity: Entity, user: Any):
        self.entity = entity
        self.names: Names = names_of(entity.model.__name__)
        self.readable = entity.readable(user)

    def own(self, name: str) -> str:
        """Return our name for a field of theirs; a field that we don't have is a custom value."""
        entity = self.entity
        if name in entity.columns or name in ALIASES:
            return name
        if name == "created_by_id":
            return "created_by"
        if name in self.names.aliases:
            return self.names.aliases[name]
        return f"{CUSTOM}{name}" if is_key(name) and name not in entity.computed else name

    def sort(self, text: str) -> str:
        """Return an order in our words. Lists and objects have none, and are passed over."""
        parts = []
        for part in text.split(","):
            name = part.strip().lstrip("-+ ")
            sign = "-" if part.strip().startswith("-") else ""
            own = name if not name or name.startswith(CUSTOM) else self.own(name)
            column = self.readable.get(own)
            if column is None or column.kind != "json":
                parts.append(f"{sign}{own}")
        return ",".join(part for part in parts if part)

    def fields(self, text: str) -> list[str]:
        """Return what has to be read to tell the named fields."""
        asked = names_in(text)
        found: list[str] = []
        for name in asked:
            found += self._read_for(name)
        return [*found, "created_at"] if asked else []

    def _read_for(self, name: str) -> list[str]:
        halves = [whole for pair, whole in self.names.halves.items() if name in pair]
        if halves:
            return [*halves, "custom_fields"]
        if name == "created_by":
            return ["created_by", "creator"]
        if name == "is_sample":
            return []
        if name in self.names.emails:
            column = self.entity.columns[self.names.emails[name]]
            return ["custom_fields", column.field.name]
        if name in ("start_date", "end_date"):
            dates = [self.own(date) for date in ("start_date", "end_date")]
            if not any(date.startswith(CUSTOM) for date in dates):
                return dates
        own = self.own(name)
        is_derived = self.entity.derived is not None and name in self.entity.derived.kinds
        is_link = name in self.entity.relations or (self.entity.is_linked and name == "related_to")
        if own.startswith(CUSTOM) and not is_derived:
            return ["custom_fields", *([name] if is_link else [])]
        return [name if is_derived else own]

    def filter(self, key: str, values: list[str]) -> str:
        """Return the name of a filter in our words."""
        if key.startswith(CUSTOM):
            return key
        name, *rest = key.split("__")
        if name in self.entity.relations and rest and rest[0] not in OPERATORS:
            return key
        own = "external_id" if name == "id" and _are_old(values) else self.own(name)
        column = self.entity.columns.get(own)
        if column is not None and (not rest or rest[0] in ("in", "ne")):
            own += _way_to(column, values)
        return "__".join([own, *rest])


def _way_to(column: Column, values: list[str]) -> str:
    """Return what to compare of a linked record: a person's address, or the id it once had."""
    field = column.field
    if not isinstance(field, ForeignKey):
        return ""
    if field.related_model is get_user_model() and any("@" in value for value in values):
        return "__email"
    return "__external_id" if _are_old(values) else ""


def _are_old(values: list[str]) -> bool:
    return bool(values) and all(is_legacy_id(value) for value in values)


def _with_dates(entity: Entity, row: Row, names: Names) -> Row:
    """Fill the dates that such apps format unasked: a record begins when it was made."""
    made: datetime | None = row.get("created_at")
    if made is None:
        return row
    made = made.replace(microsecond=0)
    for name in ("order_date", "start_date", "end_date"):
        is_known = name in entity.columns or name in names.aliases
        if not is_known or row.get(name) is not None or name not in row:
            continue
        other = row.get("end_date" if name == "start_date" else "start_date")
        row[name] = made if not other else (min if name == "start_date" else max)(made, other)
    return row
