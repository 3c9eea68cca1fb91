"""The events that are still to be told, and telling them.

An event is told after its commit, to every reaction that its name wakes. What the reactions
write and the mark that they did are one transaction: a process that dies leaves the event as
untold as it was, and it is found again by the schedule.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from .context import acting
from .models import MOST_ATTEMPTS, Event

log = logging.getLogger(__name__)

Reaction = Callable[[Event], object]
Reactions = Mapping[str, Iterable[Reaction]]
BATCH = 200
RETRY_AFTER = timedelta(seconds=30)


def waiting() -> models.QuerySet[Event]:
    """Return the events that are still to be told, the oldest first."""
    return Event.objects.filter(delivered_at=None, attempts__lt=MOST_ATTEMPTS).order_by("id")


def given_up() -> models.QuerySet[Event]:
    """Return the events whose reactions failed again and again; a person has to look."""
    return Event.objects.filter(delivered_at=None, attempts__gte=MOST_ATTEMPTS)


def deliver(reactions: Reactions, *, batch: int = BATCH) -> int:
    """Tell up to ``batch`` waiting events and return how many there were.

    Several workers share the work: each takes rows that nobody else holds. An event whose
    reactions fail keeps none of their effects, and is told again after a pause, five times.
    """
    now = timezone.now()
    with transaction.atomic():
        due = waiting().filter(Q(retry_at=None) | Q(retry_at__lte=now))
        found = list(due.select_for_update(skip_locked=True)[:batch])
        told = [event.pk for event in found if _tell(event, reactions.get(event.name, ()))]
        Event.objects.filter(pk__in=told).update(delivered_at=now, error="")
    return len(found)


def deliver_all() -> int:
    """Tell every event that waits, by the house's index of reactions; return how many."""
    reactions = import_string(settings.CRM_REACTIONS)
    told = 0
    while found := deliver(reactions):
        told += found
    return told


def _tell(event: Event, reactions: Iterable[Reaction]) -> bool:
    """Run an event's reactions, all or none of them; whether they all did."""
    reactions = tuple(reactions)
    if not reactions:
        return True
    try:
        with transaction.atomic(), acting(door=event.door, request_id=event.request_id):
            for reaction in reactions:
                reaction(event)
    except Exception as failure:
        log.exception("Telling %s failed", event)
        event.attempts += 1
        event.error = f"{type(failure).__name__}: {failure}"[:1000]
        event.retry_at = timezone.now() + RETRY_AFTER * 2**event.attempts
        event.save(update_fields=["attempts", "error", "retry_at"])
        return False
    return True


def try_again(events: models.QuerySet[Event]) -> int:
    """Put events that were given up back among the waiting ones."""
    return events.filter(delivered_at=None).update(attempts=0, retry_at=None)
