"""The parameters of a list: which rows, in which order, which page, which fields."""

import re
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.utils.datastructures import MultiValueDict
from rest_framework.exceptions import ValidationError

from . import selection
from .customvalues import custom_order
from .entity import ALIASES, Column, Entity

DEFAULT_LIMIT, LARGEST_LIMIT = 10, 1000
LAST_PAGE = 10**9
CUSTOM_SORT = re.compile(r"^[-+]?custom_fields\.(?P<key>[\w -]{1,64})\Z")
NUMBER = re.compile(r"^\d{1,10}\Z", re.ASCII)
#: what is no filter; ``search`` is one
PARAMETERS = ("page", "limit", "count", "sort", "fields", "expand")
UNSORTABLE = ("json",)
#: what JavaScript makes of a value or a name that isn't there
UNDEFINED = "undefined"


@dataclass
class ListQuery:
    """What a caller asked of a list, checked. ``problems`` collects what was wrong."""

    entity: Entity
    user: Any
    page: int = 1
    limit: int = DEFAULT_LIMIT
    count: str = "exact"
    fields: list[str] = field(default_factory=list)
    expand: list[str] = field(default_factory=list)
    problems: dict[str, list[str]] = field(default_factory=dict)

    def complain(self, name: str, message: str) -> None:
        """Remember that a parameter is wrong; all of them are told at once."""
        self.problems.setdefault(name, []).append(message)

    def take_only(self, params: Any, *names: str) -> None:
        """Complain of every parameter that is not one of ``names``."""
        for name in params:
            if name not in names:
                self.complain(name, "There is no such parameter here.")

    def check(self) -> None:
        """Raise what was found wrong."""
        if self.problems:
            raise ValidationError(self.problems)


def read(params: Any, entity: Entity, queryset: QuerySet, *, user: Any, newest: str):
    """Return the checked parameters and the rows they select, in order.

    Without ``sort`` the latest come first by the column ``newest``.
    Raises ``ValidationError`` naming every parameter that is unknown or has a bad value.
    """
    query = ListQuery(entity, user)
    read_paging(query, params)
    query.fields = read_fields(query, params)
    query.expand = read_expand(query, params)
    queryset = select(query, params, queryset)
    if text := params.get("sort", "").strip(", "):
        queryset = order(query, text, queryset)
    else:
        queryset = queryset.order_by(f"-{newest}", "-id")
    query.check()
    return query, queryset


def meant(params: Any) -> Any:
    """Return the parameters without those that a script sent by mistake, named or valued so."""
    if not any(name == UNDEFINED or UNDEFINED in params.getlist(name) for name in params):
        return params
    kept = {
        name: [value for value in params.getlist(name) if value != UNDEFINED]
        for name in params
        if name != UNDEFINED
    }
    return MultiValueDict({name: values for name, values in kept.items() if values})


def select(query: ListQuery, params: Any, queryset: QuerySet) -> QuerySet:
    """Apply the filters and the search among the parameters."""
    filters = MultiValueDict({key: params.getlist(key) for key in params if key not in PARAMETERS})
    return selection.select(
        filters, query.entity, queryset, user=query.user, complain=query.complain
    )


def sortable(entity: Entity, user: Any) -> dict[str, Column]:
    """Return the columns a list can be sorted by."""
    columns = entity.readable(user)
    found = {name: column for name, column in columns.items() if column.kind not in UNSORTABLE}
    return found | {alias: columns[name] for alias, name in ALIASES.items() if name in columns}


def order(query: ListQuery, text: str, queryset: QuerySet) -> QuerySet:
    """Sort by the named fields, nulls last, the id deciding between equals.

    ``custom_fields.key`` is a field too.
    """
    columns = sortable(query.entity, query.user)
    keys: list[Any] = []
    names = [part.strip() for part in text.split(",") if part.strip()]
    for part in names:
        name = part.lstrip("-+ ")
        if custom := CUSTOM_SORT.match(part):
            keys += custom_order(custom["key"], falling=part.startswith("-"))
            continue
        if name not in columns or len(part) - len(name) > 1:
            allowed = ", ".join(sorted(columns))
            query.complain("sort", f"Can't sort by '{part[:60]}'. Allowed: {allowed}.")
            continue
        column, falling = columns[name], part.startswith("-")
        key = F(column.path)
        nulls_last = True if column.field.null else None
        keys.append(key.desc(nulls_last=nulls_last) if falling else key.asc(nulls_last=nulls_last))
    falling = names[0].startswith("-")
    return queryset.order_by(*keys, "-id" if falling else "id")


def read_paging(query: ListQuery, params: Any) -> None:
    """Take over ``page``, ``limit`` and ``count``."""
    query.page = _number(query, params, "page", 1, LAST_PAGE)
    read_limit(query, params)
    query.count = params.get("count") or "exact"
    if query.count not in ("exact", "none", "estimate"):
        query.complain("count", "Write exact, none or estimate.")


def read_limit(query: ListQuery, params: Any) -> None:
    """Take over ``limit``; more than the largest is cut."""
    query.limit = min(_number(query, params, "limit", DEFAULT_LIMIT, LAST_PAGE), LARGEST_LIMIT)


def _number(query: ListQuery, params: Any, name: str, default: int, largest: int) -> int:
    text = params.get(name, "")
    if text == "":
        return default
    if not NUMBER.match(text) or not 1 <= int(text) <= largest:
        query.complain(name, f"Write a whole number from 1 to {largest}.")
        return default
    return int(text)


def _names(params: Any, name: str) -> list[str]:
    texts = params.getlist(name)
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]


def read_fields(query: ListQuery, params: Any, *, single: bool = False) -> list[str]:
    """Return the names in ``fields``, the id always among them; none is all.

    What is derived from other records can be asked of a ``single`` one only.
    """
    names = _names(params, "fields")
    entity = query.entity
    known = {*entity.readable(query.user), *ALIASES, *entity.relations, *entity.computed}
    if query.entity.is_linked:
        known.add("related_to")
    if single and entity.derived:
        known |= entity.derived.kinds.keys()
    for name in names:
        if name not in known:
            allowed = ", ".join(sorted(known))
            query.complain("fields", f"There is no field '{name[:60]}'. Allowed: {allowed}.")
    return ["id", *names] if names else []


def read_expand(query: ListQuery, params: Any) -> list[str]:
    """Return the relations in ``expand``."""
    names = _names(params, "expand")
    for name in names:
        if name not in query.entity.relations:
            allowed = ", ".join(sorted(query.entity.relations)) or "nothing here"
            query.complain("expand", f"Can't expand '{name[:60]}'. Allowed: {allowed}.")
    return names


def paginated(query: ListQuery, queryset: QuerySet) -> tuple[QuerySet, dict[str, int | None]]:
    """Return the rows of the asked page and what ``pagination`` says of the whole."""
    start = (query.page - 1) * query.limit
    total = {"exact": queryset.count, "none": lambda: None, "estimate": lambda: estimate(queryset)}[
        query.count
    ]()
    pages = None if total is None else ceil(total / query.limit)
    summary = {"total": total, "page": query.page, "pages": pages, "limit": query.limit}
    return queryset[start : start + query.limit], summary


def estimate(queryset: QuerySet) -> int:
    """Return about how many rows there are: PostgreSQL's planner knows, others count."""
    if connection.vendor != "postgresql":
        return queryset.count()
    sql, params = queryset.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)  # noqa: S608 (the ORM's own SQL)
        plan = cursor.fetchone()[0]
    return int(plan[0]["Plan"]["Plan Rows"])
