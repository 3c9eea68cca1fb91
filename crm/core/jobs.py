"""Work that nobody should wait for: hints to the workers, and what is due by the clock.

The database is the truth: every job finds its own work in the tables. A hint only makes
it look sooner; one that is lost, or arrives twice, costs or gains a few seconds.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from .models import Job

log = logging.getLogger(__name__)

#: a run that has not ended by then died with its process, and is due again
LONGEST_RUN = timedelta(minutes=10)
BROKER_PAUSE = 5.0
_broker_is_down_until = 0.0


@dataclass(frozen=True)
class Scheduled:
    """A job that runs by the clock: at the latest ``every`` so often, and never twice at once."""

    run: Callable[[], object]
    every: timedelta
    does: str


@dataclass(frozen=True)
class Queue:
    """Work that waits in a table: how much of it, and how much was given up."""

    name: str
    waiting: Callable[[], QuerySet]
    given_up: Callable[[], QuerySet]
    #: the page of the staff site that shows the rows
    page: str

    def depth(self) -> int:
        """Return how many rows wait for a worker."""
        return self.waiting().count()

    def failures(self) -> int:
        """Return how many rows wait for a person."""
        return self.given_up().count()


def after_commit(task: str, *arguments: str) -> None:
    """Hint at a task once the present transaction is committed, however often it is asked for.

    Nothing is sent for a transaction that is rolled back, and a broker that is down never
    fails a request: the schedule finds the work all the same.
    """
    wish = (task, *arguments)
    connection = transaction.get_connection()
    waiting = (entry[1] for entry in connection.run_on_commit)
    if any(isinstance(call, partial) and call.args == wish for call in waiting):
        return
    transaction.on_commit(partial(hint, *wish), robust=True)


def hint(task: str, *arguments: str) -> None:
    """Ask a worker to run a task now; after a failure the broker gets a few seconds' rest."""
    global _broker_is_down_until
    if time.monotonic() < _broker_is_down_until:
        return
    try:
        current_app.send_task(task, args=arguments, retry=False, ignore_result=True)
    except Exception as error:  # whatever the broker's client raises, the work is in the tables
        _broker_is_down_until = time.monotonic() + BROKER_PAUSE
        log.warning("The broker can't be reached, the schedule takes over: %s", error)


def run_due(schedule: Mapping[str, Scheduled]) -> Iterator[str]:
    """Run what is due and yield each name; a job that fails is logged and told in its row.

    What was missed while no worker ran is done once, not once for each time. Of several
    schedulers one gets a job's turn.
    """
    rows = {row.name: row for row in Job.objects.all()}
    missing = [Job(name=name) for name in schedule if name not in rows]
    Job.objects.bulk_create(missing, ignore_conflicts=True)
    rows |= {row.name: row for row in missing}
    for name, job in schedule.items():
        now = timezone.now()
        if is_due(rows[name], job.every, now=now) and _take_turn(rows[name], now):
            run(name, job)
            yield name


def is_due(row: Job, every: timedelta, *, now: datetime) -> bool:
    """Whether a job's time has come, or its last run died with its process."""
    if row.started_at is None:
        return True
    ended = row.finished_at is not None and row.finished_at >= row.started_at
    return row.started_at <= now - (every if ended else LONGEST_RUN)


def _take_turn(row: Job, now: datetime) -> bool:
    untouched = Job.objects.filter(name=row.name, started_at=row.started_at)
    return bool(untouched.update(started_at=now))


def run(name: str, job: Scheduled) -> None:
    """Run a job whose turn was taken, and write down how it went."""
    begun = time.monotonic()
    error = ""
    try:
        job.run()
    except Exception as failure:
        log.exception("The job '%s' failed", name)
        error = f"{type(failure).__name__}: {failure}"[:1000]
    Job.objects.filter(name=name).update(
        finished_at=timezone.now(),
        seconds=time.monotonic() - begun,
        error=error,
        runs=F("runs") + 1,
        failures=F("failures") + int(bool(error)),  # PostgreSQL adds no booleans
    )
