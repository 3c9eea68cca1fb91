"""Events are told after the commit, once, and never lost."""

import pytest
from django.db import transaction
from django.utils import timezone

from crm.core import events, jobs, outbox, records
from crm.core.context import acting
from crm.core.models import MOST_ATTEMPTS, Event
from crm.people.models import Account
from crm.people.tests.factories import AccountFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def hints(monkeypatch):
    """Collect the hints that would go to the workers."""
    sent = []
    monkeypatch.setattr(jobs.current_app, "send_task", lambda task, **options: sent.append(task))
    return sent


def told_names(told):
    return [event.name for event in told]


def test_an_event_is_told_once_to_each_reaction_it_wakes():
    first, second = [], []
    account = AccountFactory()
    events.record("greeted", account, by=None)
    reactions = {"account.greeted": (first.append, second.append)}
    assert outbox.deliver(reactions) == 1
    assert outbox.deliver(reactions) == 0
    assert told_names(first) == told_names(second) == ["account.greeted"]
    assert Event.objects.get().delivered_at is not None


def test_an_event_that_wakes_nothing_does_not_wait():
    events.record("greeted", AccountFactory(), by=None)
    outbox.deliver({})
    assert not outbox.waiting().exists()


def test_events_are_told_in_the_order_in_which_they_happened():
    account, told = AccountFactory(), []
    for name in ("one", "two", "three"):
        events.record(name, account, by=None)
    reactions = {f"account.{name}": (told.append,) for name in ("one", "two", "three")}
    outbox.deliver(reactions)
    assert told_names(told) == ["account.one", "account.two", "account.three"]


def test_a_reaction_that_fails_undoes_the_others_and_stops_no_other_event():
    account, told = AccountFactory(), []

    def write(event):
        AccountFactory(account_name="Written by a reaction")

    def fail(event):
        raise ValueError("out of ink")

    events.record("broken", account, by=None)
    events.record("sound", account, by=None)
    outbox.deliver({"account.broken": (write, fail), "account.sound": (told.append,)})
    broken = Event.objects.get(name="account.broken")
    assert broken.delivered_at is None
    assert broken.attempts == 1
    assert broken.error == "ValueError: out of ink"
    assert broken.retry_at > timezone.now()
    assert told_names(told) == ["account.sound"]
    assert not Account.objects.filter(account_name="Written by a reaction").exists()


def test_an_event_is_given_up_after_five_failures_and_can_be_tried_again():
    def fail(event):
        raise ValueError("out of ink")

    told = []
    events.record("broken", AccountFactory(), by=None)
    for _ in range(MOST_ATTEMPTS):
        Event.objects.update(retry_at=None)
        assert outbox.deliver({"account.broken": (fail,)}) == 1
    Event.objects.update(retry_at=None)
    assert outbox.deliver({"account.broken": (fail,)}) == 0
    assert outbox.given_up().count() == 1
    outbox.try_again(outbox.given_up())
    outbox.deliver({"account.broken": (told.append,)})
    assert told_names(told) == ["account.broken"]
    assert not outbox.given_up().exists()


def test_what_a_reaction_writes_tells_through_which_door_it_came():
    def write(event):
        records.create(Account(account_name="Made by a reaction"), by=None)

    with acting(door="import"):
        events.record("greeted", AccountFactory(), by=None)
    outbox.deliver({"account.greeted": (write,)})
    assert Event.objects.get(name="account.created").door == "import"


@pytest.mark.django_db(transaction=True)
def test_workers_are_hinted_once_and_only_after_the_commit(hints):
    with transaction.atomic():
        account = AccountFactory()
        for name in ("one", "two"):
            with transaction.atomic():
                events.record(name, account, by=None)
        assert hints == []
    assert hints == ["deliver_events"]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_event_and_no_hint(hints):
    account = AccountFactory()
    with pytest.raises(ValueError, match="changed my mind"), transaction.atomic():
        events.record("one", account, by=None)
        raise ValueError("changed my mind")
    assert hints == []
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_fails_nobody_and_is_left_alone_for_a_while(monkeypatch):
    calls = []

    def refuse(*args, **options):
        calls.append(args)
        raise ConnectionError("nobody there")

    monkeypatch.setattr(jobs.current_app, "send_task", refuse)
    monkeypatch.setattr(jobs, "_broker_is_down_until", 0.0)
    account = AccountFactory()
    for name in ("one", "two"):
        events.record(name, account, by=None)
    assert len(calls) == 1
    assert Event.objects.count() == 2
