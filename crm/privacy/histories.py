"""What is told of a person in the history of rows: gone as a whole, or word by word."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet

from crm.core.models import Event

from .blanks import ERASED, rewrite
from .dossier import CHUNK, events_about
from .mentions import Mentions

#: words in an event beside its changes that may be anything
FREE = ("label", "detail")
#: ids of rows by kind
Rows = dict[str, set[Any]]


def without_mentions(rows: Rows, mentions: Mentions) -> int:
    """Take the mentions out of the history of rows; return how many of its entries had any."""
    count = 0
    for kind, ids in _chunks(rows):
        for event in events_about(kind, ids):
            values = {"data": _without(event.data, mentions)}
            count += rewrite(event, values | _said(event, mentions, "error"), by=None)
        for entry in _staff_log(kind, ids):
            rewrite(entry, _said(entry, mentions, "object_repr", "change_message"), by=None)
    return count


def bared(rows: Rows, mentions: Mentions) -> int:
    """Leave of the history who, when and which field; return how many entries said more."""
    count = 0
    for kind, ids in _chunks(rows):
        for event in events_about(kind, ids):
            count += rewrite(event, {"data": _bare(event, mentions), "error": ""}, by=None)
        _staff_log(kind, ids).update(object_repr=ERASED, change_message="")
    return count


def _without(data: dict[str, Any], mentions: Mentions) -> dict[str, Any]:
    left = mentions.without(data, keys=False)
    if "label" in data:  # what the record was called
        left["label"] = mentions.without(data["label"], under="name")
    return left


def _said(row: Any, mentions: Mentions, *columns: str) -> dict[str, str]:
    return {name: mentions.without(getattr(row, name)) for name in columns}


def _bare(event: Event, mentions: Mentions) -> dict[str, Any]:
    data = {name: value for name, value in event.data.items() if name not in FREE}
    if isinstance(changes := data.get("changes"), dict):
        data["changes"] = {name: [None, None] for name in changes}
    return mentions.without(data)


def _staff_log(kind: str, ids: Iterable[Any]) -> QuerySet:
    about = {"content_type__app_label": "crm", "content_type__model": kind}
    return LogEntry.objects.filter(**about, object_id__in=[str(pk) for pk in ids])


def _chunks(rows: Rows) -> Iterator[tuple[str, list[Any]]]:
    for kind, ids in rows.items():
        every = sorted(ids)
        for start in range(0, len(every), CHUNK):
            yield kind, every[start : start + CHUNK]
