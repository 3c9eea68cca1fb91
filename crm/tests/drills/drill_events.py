"""How fast two worker processes tell what waits in the outbox, with reactions that write."""

import time
from multiprocessing import get_context

import pytest
from django.db import connection, connections

from crm.activities.models import Activity
from crm.core import outbox
from crm.core.models import Event
from crm.people.tests.factories import AccountFactory

EVENTS, PROCESSES = 20_000, 2


def write_activity(event):
    """A reaction as most are: one row about the record."""
    Activity.objects.create(
        activity_type="other",
        title=event.name,
        related_to_type="account",
        related_to_id=event.record_id,
    )


def drain(wakes):
    connections.close_all()
    reactions = {"account.greeted": (write_activity,)} if wakes else {}
    while outbox.deliver(reactions):
        pass


@pytest.mark.parametrize("wakes", [True, False], ids=["each writes a row", "nothing waits for it"])
@pytest.mark.django_db(transaction=True)
def test_two_processes_drain_the_outbox(wakes):
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite one writer at a time is the rule; the figure is for PostgreSQL")
    account = AccountFactory()
    Event.objects.bulk_create(
        Event(name="account.greeted", record_type="account", record_id=account.pk)
        for _ in range(EVENTS)
    )
    connections.close_all()
    fork = get_context("fork")
    workers = [fork.Process(target=drain, args=(wakes,)) for _ in range(PROCESSES)]
    begun = time.monotonic()
    for process in workers:
        process.start()
    for process in workers:
        process.join()
    seconds = time.monotonic() - begun
    assert [process.exitcode for process in workers] == [0] * PROCESSES
    assert not outbox.waiting().exists()
    assert Activity.objects.count() == (EVENTS if wakes else 0)
    print(f"\n{EVENTS} events told by {PROCESSES} processes in {seconds:.1f} s: ", end="")
    print(f"{EVENTS / seconds:.0f} a second")
