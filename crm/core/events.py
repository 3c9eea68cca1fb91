"""Write down what happened, in the transaction in which it happens.

The rows are the history of a record and the outbox of everything that reacts to it.
Nothing in this module knows the name of an entity.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from . import jobs, wakeups
from .context import origin
from .models import Event

#: the task that tells the events, by the name under which workers know it
DELIVER = "deliver_events"


def record(name: str, subject: models.Model, /, *, by: Any, **data: Any) -> Event:
    """Store the event ``<entity>.<name>`` about ``subject``; ``by`` None is the system itself.

    Workers are hinted at it after the commit, and those who listen are woken, unless it is
    history that is being loaded.
    """
    if not origin().history:
        jobs.after_commit(DELIVER)
        wakeups.after_commit()
    return Event.objects.create(**event_values(name, subject, by=by, **data))


def event_values(name: str, subject: models.Model, /, *, by: Any, **data: Any) -> dict[str, Any]:
    """Return the columns of an event, for those who store many at once."""
    entity = subject._meta.model_name
    source = origin()
    return {
        "name": f"{entity}.{name}",
        "record_type": entity,
        "record_id": subject.pk,
        "actor": by,
        "door": source.door,
        "request_id": source.request_id,
        "change_set": source.change_set,
        "data": plain(data),
        "delivered_at": timezone.now() if source.history else None,
    }


def history(subject: models.Model) -> models.QuerySet[Event]:
    """Return the events about ``subject``, newest first."""
    return (
        Event.objects.filter(record_type=subject._meta.model_name, record_id=subject.pk)
        .select_related("actor")
        .order_by("-id")
    )


def plain(value: Any) -> Any:
    """Return ``value`` as JSON holds it: money and ids as text, times in ISO 8601."""
    match value:
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case datetime():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case models.Model():
            return str(value.pk)
    return value
