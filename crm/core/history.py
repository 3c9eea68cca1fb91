"""The history of a record as a reader sees it."""

from typing import Any

from . import events
from .bases import Record
from .entity import Entity
from .listing import ListQuery, paginated, read_paging
from .models import Event


def history_rows(record: Record, entity: Entity, params: Any, *, user: Any):
    """Return one page of what happened to a record, and the pagination.

    A field that the reader may not see is left out of its past as well.
    """
    query = ListQuery(entity, user)
    read_paging(query, params)
    query.take_only(params, "page", "limit")
    query.check()
    page, pagination = paginated(query, events.history(record))
    readable = {column.field.name: name for name, column in entity.readable(user).items()}
    return [_row(event, readable) for event in page], pagination


def _row(event: Event, readable: dict[str, str]) -> dict[str, Any]:
    actor = event.actor
    return {
        "id": event.pk,
        "event": event.name,
        "at": event.happened_at,
        "actor": actor and {"id": actor.pk, "full_name": actor.full_name, "email": actor.email},
        "via": event.door,
        "request_id": event.request_id,
        "change_set": event.change_set,
        "changes": [
            {"field": readable[name], "old": old, "new": new}
            for name, (old, new) in event.data.get("changes", {}).items()
            if name in readable
        ],
    }
