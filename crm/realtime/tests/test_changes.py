"""Reading changes in the order in which they are committed, none twice and none never."""

from threading import Event as Moment
from threading import Thread

import pytest
from django.db import connection, connections, transaction

from crm.core import records
from crm.core.context import acting
from crm.core.models import Event
from crm.people.models import Account, Contact
from crm.realtime import changes, words
from crm.realtime.changes import Tail
from crm.sales.models import Lead

committed = pytest.mark.django_db(transaction=True)


def account(name="Roofs"):
    return records.create(Account(account_name=name), by=None)


def contact(name):
    """Make a record without a number: the next number waits for the last one's commit."""
    email = f"{name.lower()}@example.com"
    return records.create(Contact(first_name=name, last_name="D", email=email), by=None)


def taken(tail):
    return [(change.type, change.record_id) for change in tail.take()]


@pytest.fixture
def tail(db):
    tail = Tail()
    tail.begin()
    return tail


def test_what_was_there_before_is_not_told(db):
    account()
    tail = Tail()
    tail.begin()
    new = account("Walls")

    assert taken(tail) == [("create", new.pk)]
    assert taken(tail) == []


def test_what_one_request_does_to_a_record_is_one_change(tail):
    with acting(door="api"):
        lead = records.create(Lead(first_name="L", last_name="D", email="lea@example.com"), by=None)
        records.change(lead, {"status": "contacted"}, by=None)
    with acting(door="api"):
        records.change(lead, {"status": "qualified"}, by=None)
    with acting(door="api"):
        records.remove(lead, by=None)
    with acting(door="api"):
        records.restore(lead, by=None)

    names = Event.objects.filter(record_id=lead.pk).values_list("name", flat=True)
    assert names.filter(name="lead.status_changed").count() == 2
    assert taken(tail) == [(type, lead.pk) for type in ("create", "update", "delete", "create")]


def test_an_event_of_no_entity_tells_nothing(tail):
    subject = account()
    tail.take()
    Event.objects.create(name="group.updated", record_type="group", record_id=subject.pk)
    Event.objects.create(name="account.exported", record_type="account", record_id=subject.pk)

    assert taken(tail) == []


def test_what_could_not_be_told_is_given_back(tail):
    first, second = account(), account("Walls")
    found = tail.take()
    tail.give_back(found)
    third = account("Floors")

    assert taken(tail) == [("create", first.pk), ("create", second.pk)]
    assert taken(tail) == [("create", third.pk)]


def test_many_changes_come_in_batches_and_are_forgotten_when_old(tail, monkeypatch):
    monkeypatch.setattr(changes, "BATCH", 7)
    monkeypatch.setattr(changes, "REMEMBERED", 10)
    made = [account(f"Firm {number}").pk for number in range(30)]

    found = []
    while batch := taken(tail):
        assert len(batch) <= 7
        found += [pk for _, pk in batch]

    assert found == made
    assert taken(tail) == []


@committed
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_a_transaction_that_commits_late_is_told_late_and_once():
    tail = Tail()
    tail.begin()
    written, may_commit = Moment(), Moment()
    late = []

    def write():
        with transaction.atomic():
            late.append(contact("Late").pk)
            written.set()
            may_commit.wait(30)
        connections.close_all()

    writer = Thread(target=write)
    writer.start()
    try:
        assert written.wait(30)
        early = contact("Early").pk
        assert taken(tail) == [("create", early)]
        mark = tail.newest()
    finally:
        may_commit.set()
        writer.join()

    assert late[0] < early
    assert taken(tail) == [("create", late[0])]
    assert taken(tail) == []
    assert [change.record_id for change in tail.missed(mark)] == late


@committed
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_the_look_goes_back_as_far_as_the_longest_transaction(monkeypatch):
    """Not only as far as clocks may differ."""
    monkeypatch.setattr(changes, "SKEW", changes.SKEW * 0)
    test_a_transaction_that_commits_late_is_told_late_and_once()


@committed
@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite ids follow commits")
def test_another_process_tells_what_was_missed_and_rather_twice_than_never():
    told, other = Tail(), Tail()
    told.begin()
    other.begin()
    first = account("First").pk
    told.take()
    mark = told.newest()
    other.take()
    second = account("Second").pk
    other.take()

    assert [change.record_id for change in other.missed(mark)] == [second]
    assert [change.record_id for change in Tail().missed(mark)] == []

    stranger = Tail()
    stranger.begin()
    assert {change.record_id for change in stranger.missed(mark)} >= {second}
    assert first not in {change.record_id for change in told.missed(mark)}


def test_too_much_to_catch_up_with_is_none(tail, monkeypatch):
    mark = tail.newest()
    monkeypatch.setattr(changes, "MOST_MISSED", 3)
    made = [account(f"Firm {number}").pk for number in range(3)]
    tail.take()
    assert [change.record_id for change in tail.missed(mark)] == made
    account("One more")
    tail.take()
    assert tail.missed(mark) is None


def test_a_row_that_is_too_long_is_told_without_its_long_values():
    row = {"id": 1, "description": "ü" * 200_000, "name": "Roof", "tags": list(range(400))}

    assert words.slim(row) == {"id": 1, "name": "Roof", "_oversize": True}
    assert words.slim({"description": "x" * 200_000}) == {"description": "x" * 200_000}
