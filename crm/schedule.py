"""The index of the jobs: what runs by the clock, and where work waits."""

from datetime import timedelta

from crm.core import outbox, purge
from crm.core.jobs import Queue, Scheduled
from crm.sales import scoring

schedule: dict[str, Scheduled] = {
    "tell events": Scheduled(
        outbox.deliver_all,
        every=timedelta(seconds=15),
        does="Tells the events that a crash or a lost hint left untold.",
    ),
    "purge": Scheduled(
        purge.purge_expired,
        every=timedelta(hours=6),
        does="Removes for good what has been in the recycle bin for PURGE_DAYS.",
    ),
    "rescore leads": Scheduled(
        scoring.rescore_expired,
        every=timedelta(hours=1),
        does="Lowers the scores that rest on a contact which is 30 days ago by now.",
    ),
}

queues: tuple[Queue, ...] = (
    Queue("Events", outbox.waiting, outbox.given_up, page="admin:crm_event_changelist"),
)
