"""The index of what runs by the clock: the one table of all schedules."""

from datetime import timedelta

from crm.core import outbox
from crm.core.jobs import Scheduled

schedule: dict[str, Scheduled] = {
    "tell events": Scheduled(
        outbox.deliver_all,
        every=timedelta(seconds=15),
        does="Tells the events that a crash or a lost hint left untold.",
    ),
}
