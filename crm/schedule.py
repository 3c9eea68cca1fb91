"""The index of the jobs: what runs by the clock, and where work waits."""

from datetime import timedelta

from crm.commerce.operations import mark_overdue
from crm.core import outbox, purge
from crm.core.jobs import Queue, Scheduled

schedule: dict[str, Scheduled] = {
    "tell events": Scheduled(
        outbox.deliver_all,
        every=timedelta(seconds=15),
        does="Tells the events that a crash or a lost hint left untold.",
    ),
    "stamp overdue invoices": Scheduled(
        mark_overdue,
        every=timedelta(minutes=15),
        does="Marks issued invoices whose due date has passed as overdue.",
    ),
    "purge": Scheduled(
        purge.purge_expired,
        every=timedelta(hours=6),
        does="Removes for good what has been in the recycle bin for PURGE_DAYS.",
    ),
}

queues: tuple[Queue, ...] = (
    Queue("Events", outbox.waiting, outbox.given_up, page="admin:crm_event_changelist"),
)
