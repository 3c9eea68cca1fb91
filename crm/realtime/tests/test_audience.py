"""Who hears of declared entities, and what that costs the database."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import sessions
from conftest import Request
from crm.core import records
from crm.declared.models import DeclaredEntity, DeclaredRecord
from crm.realtime import audience, topics
from crm.realtime.changes import Tail
from crm.realtime.listeners import Listener
from crm.realtime.words import SOCKET

SCHEMA = {"properties": {"title": {"type": "string"}}}


@pytest.fixture
def notes(db):
    return records.create(DeclaredEntity(name="Note", schema=SCHEMA), by=None)


@pytest.fixture
def tail(notes):
    tail = Tail()
    tail.begin()
    return tail


def listener(person, name):
    session = sessions.open_session(person, request=Request()).session
    return Listener(session, SOCKET, {name})


def write(notes, by, number):
    for turn in range(number):
        values = {"title": f"Note {turn}"}
        records.create(DeclaredRecord(declaration=notes, custom_fields=values), by=by)


def asked(listeners, changes):
    """Return how many messages are told, and by how many queries."""
    with CaptureQueriesContext(connection) as queries:
        told = list(audience.told(listeners, changes, audience.open_sessions(listeners)))
    return len(told), len(queries)


def test_many_changes_and_listeners_cost_no_more_queries_than_one(tail, notes, ann):
    write(notes, ann, 1)
    one, few = asked([listener(ann, "Note")], tail.take())
    write(notes, ann, 30)
    many, same = asked([listener(ann, "Note") for _ in range(5)], tail.take())

    assert (one, many) == (1, 30 * 5)
    assert same == few


def test_who_sees_all_of_an_entity_shares_the_reading(tail, notes, ann, zoe, max):
    def of_people(*people):
        write(notes, ann, 2)
        changes = tail.take()
        listeners = [listener(person, "Note") for person in people]
        opened = audience.open_sessions(listeners)
        for session in opened.values():  # what a person may is asked for each, and known here
            topics.named("Note").is_open_to(session.user)
        with CaptureQueriesContext(connection) as queries:
            told = list(audience.told(listeners, changes, opened))
        assert len(told) == 2 * len(people)
        return len(queries)

    assert of_people(ann) == of_people(ann, zoe, max)


def test_what_nobody_listens_to_is_not_read(tail, notes, ann):
    write(notes, ann, 3)
    changes = tail.take()
    assert len(changes) == 3
    with CaptureQueriesContext(connection) as queries:
        assert list(audience.told([], changes, {})) == []
    assert len(queries) == 0


def test_each_entity_has_a_room_of_its_own(tail, notes, ann):
    other = records.create(DeclaredEntity(name="Other", schema=SCHEMA), by=None)
    write(other, ann, 1)
    write(notes, ann, 1)
    hears = listener(ann, "Note")

    [(who, message)] = audience.told([hears], tail.take(), audience.open_sessions([hears]))

    assert who is hears
    assert message["room"] == "entities:nexa-crm:Note"
    assert json.loads(message["data"])["data"]["title"] == "Note 0"


def test_a_renamed_entity_is_heard_by_its_new_name_only(tail, notes, ann):
    before, by_new_name = listener(ann, "Note"), listener(ann, "Memo")
    notes = records.change(notes, {"name": "Memo"}, by=None)
    write(notes, ann, 1)
    listeners = [before, by_new_name]

    [(who, message)] = audience.told(listeners, tail.take(), audience.open_sessions(listeners))

    assert who is by_new_name
    assert message["room"] == "entities:nexa-crm:Memo"


def test_what_was_declared_before_the_house_had_it_is_not_told_in_its_room(tail, notes, ann):
    DeclaredEntity.objects.filter(pk=notes.pk).update(name="Lead")
    write(notes, ann, 1)
    hears = listener(ann, "Lead")

    assert asked([hears], tail.take())[0] == 0
    assert topics.named("Lead").declaration is None


def test_a_row_that_cannot_be_written_keeps_no_other_from_being_told(tail, notes, ann):
    write(notes, ann, 3)
    odd = DeclaredRecord.objects.get(custom_fields__title="Note 1")
    DeclaredRecord.objects.filter(pk=odd.pk).update(custom_fields={"size": 10**30})
    hearer = listener(ann, "Note")
    told = audience.told([hearer], tail.take(), audience.open_sessions([hearer]))
    names = [json.loads(message["data"])["data"]["title"] for _hearer, message in told]
    assert names == ["Note 0", "Note 2"]
