"""The index of the jobs: what runs by the clock, and where work waits."""

from datetime import timedelta

from crm.core import outbox, purge
from crm.core.jobs import Queue, Scheduled
from crm.documents import sweeping

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
    "sweep files": Scheduled(
        sweeping.sweep,
        every=timedelta(minutes=10),
        does="Removes stored files that no document holds: failed uploads and purged documents.",
    ),
    "hash files": Scheduled(
        sweeping.hash_files,
        every=timedelta(minutes=10),
        does="Computes the checksums of large files that were sent straight to the bucket.",
    ),
}

queues: tuple[Queue, ...] = (
    Queue("Events", outbox.waiting, outbox.given_up, page="admin:crm_event_changelist"),
)
