"""The words in which a change is told, to sockets and to streams."""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from crm.core.wire import to_bytes

from .changes import Change
from .listeners import Words
from .topics import Topic

Row = dict[str, Any]
#: a record that is longer is told without its long values
LONGEST_ROW, LONGEST_VALUE = 256_000, 1000
SEPARATOR = ":"


def own_row(topic: Topic, row: Row) -> Row:
    """Return a row as the API lists it; what the API doesn't list is told as sockets tell it."""
    return foreign_row(topic, row) if topic.declaration else slim(row)


def foreign_row(topic: Topic, row: Row) -> Row:
    """Return a row as the clients of the sockets know it: by ``CRM_REALTIME_ROWS``, or our own."""
    if settings.CRM_REALTIME_ROWS:
        row = import_string(settings.CRM_REALTIME_ROWS)(topic.entity, row, topic.declaration)
    return slim(row)


def slim(row: Row) -> Row:
    """Return a row that is not too long for a message; one that was cut says ``_oversize``."""
    if len(to_bytes(row)) <= LONGEST_ROW:
        return row
    short = {name: value for name, value in row.items() if len(to_bytes(value)) <= LONGEST_VALUE}
    return {**short, "_oversize": True}


def room_of(topic: Topic) -> str:
    """Return the room in which the changes of a kind of record are told (base44.md §7)."""
    return SEPARATOR.join(("entities", settings.BASE44_APP_ID, topic.name))


def for_socket(topic: Topic, change: Change, row: Row) -> dict[str, str]:
    """Return the message of a socket: the room again, and JSON in a text."""
    told = {"type": change.type, "id": change.record_id, "data": row, "timestamp": change.at}
    return {"room": room_of(topic), "data": to_bytes(told).decode()}


SOCKET = Words(foreign_row, for_socket)
