"""Cursor pages (base44.md §4): each page begins behind the last row of the one before."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing

from crm.core.queries.documents import instant
from crm.core.queries.tree import BadQuery
from crm.core.reading import Row

from . import lists, query
from .entities import Door
from .lists import NEWEST
from .rows import names_in, narrowed

SALT = "crm.base44.cursor"
LARGEST, LARGEST_DISTINCT, DEFAULT = 5000, 1000, 100
FIXED = ("q", "sort", "fields", "distinct")


def page(door: Door, params: Any) -> dict[str, Any]:
    """Return one page of ``/v2/list``. Raises :class:`BadQuery` for a cursor of something else."""
    asked = {name: params.get(name, "") for name in FIXED}
    last = None
    if cursor := params.get("cursor", ""):
        asked, last = _opened(door, cursor, asked)
    node = lists.read_query(_Parameters({"q": asked["q"]}))
    if asked["distinct"]:
        return _of_values(door, node, asked, last, params)
    limit = _limit(params, LARGEST)
    rows, order = lists.ordered(door, door.selected(node), asked["sort"] or NEWEST)
    if last is not None:
        values = [_read(value) for value in last["values"]]
        rows = rows.filter(order.after(values, UUID(last["id"])))
    keys = list(order.sorted(rows).values_list("pk", *order.paths)[: limit + 1])
    found, more = keys[:limit], len(keys) > limit
    wanted = door.rows().filter(pk__in=[key[0] for key in found])
    by_key = {row["id"]: row for row in door.read(wanted)}
    items: list[Row] = [by_key[key[0]] for key in found if key[0] in by_key]
    after = None
    if more:
        pk, *values = found[-1]
        after = {"values": [_written(value) for value in values], "id": str(pk)}
    return _answer(door, narrowed(items, names_in(asked["fields"])), asked, after)


class _Parameters(dict):
    """A plain mapping with the one method more that lists of parameters have."""

    def getlist(self, name: str) -> list[str]:
        return [self[name]]


def _of_values(door: Door, node: Any, asked: dict, last: Any, params: Any) -> dict[str, Any]:
    limit = _limit(params, LARGEST_DISTINCT)
    after = None if last is None else _read(last["value"])
    found = lists.distinct(door, node, asked["distinct"], after=after, limit=limit + 1)
    items, more = found[:limit], len(found) > limit
    return _answer(door, items, asked, {"value": _written(items[-1])} if more else None)


def _limit(params: Any, largest: int) -> int:
    return max(1, min(lists.number(params, "limit", DEFAULT) or DEFAULT, largest))


def _answer(door: Door, items: list, asked: dict[str, str], after: Any) -> dict[str, Any]:
    cursor = None if after is None else _closed(door, asked, after)
    return {"items": items, "next_cursor": cursor, "has_more": cursor is not None}


def _whose(door: Door) -> list[str]:
    return [settings.BASE44_APP_ID, door.name, str(door.user.pk)]


def _closed(door: Door, asked: dict[str, str], after: Any) -> str:
    content = {"for": _whose(door), "asked": asked, "after": after}
    return signing.dumps(content, salt=SALT, compress=True)


def _opened(door: Door, cursor: str, asked: dict[str, str]) -> tuple[dict[str, str], Any]:
    try:
        content = signing.loads(cursor, salt=SALT)
    except signing.BadSignature as error:
        raise BadQuery("This cursor is not one of ours. Begin with the first page.") from error
    if content["for"] != _whose(door):
        raise BadQuery("This cursor belongs to another list. Begin with the first page.")
    carried = content["asked"]
    for name, value in asked.items():
        if value and not _same(name, value, carried[name]):
            raise BadQuery(f"{name} differs from what the cursor began with.")
    return carried, content["after"]


def _same(name: str, sent: str, carried: str) -> bool:
    if sent == carried:
        return True
    if name == "sort":
        return sent.lstrip("+ ") == (carried or NEWEST).lstrip("+ ")
    if name != "q" or not carried:
        return False
    query.from_text(sent)  # refuses what is no query at all
    return json.loads(sent) == json.loads(carried)


def _written(value: Any) -> Any:
    match value:
        case datetime():
            return {"at": value.isoformat()}
        case Decimal():
            return {"amount": str(value)}
        case UUID():
            return {"key": str(value)}
        case dict():
            return {"json": value}
    return value


def _read(value: Any) -> Any:
    match value:
        case {"json": dict(whole)}:
            return whole
        case {"at": str(text)}:
            return instant(text)
        case {"amount": str(text)}:
            return Decimal(text)
        case {"key": str(text)}:
            return UUID(text)
    return value
