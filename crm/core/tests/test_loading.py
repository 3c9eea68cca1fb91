"""Loading history: any state, in silence, and only what is new."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from crm.core import events, loading
from crm.core.entries import (
    BINNED,
    CREATED,
    REFUSED,
    UNCHANGED,
    UPDATED,
    Entry,
    continue_numbers,
    history,
    id_at,
)
from crm.core.models import Counter, Event
from crm.core.numbering import next_number
from crm.people.models import Account, Supplier
from crm.support.models import Ticket

pytestmark = pytest.mark.django_db
MADE = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)


def entry(external_id="a", content="1", **values):
    return Entry(
        uuid4(), external_id, {"name": "Lamp works", "created_at": MADE, **values}, content
    )


def load(*entries, model=Supplier):
    with history():
        loading.load(model, entries)
    return [one.outcome for one in entries]


def test_a_record_is_stored_as_it_was_with_its_history():
    assert load(entry(city="Kiel", rating=5)) == [CREATED]
    stored = Supplier.objects.get()
    assert (stored.created_at, stored.updated_at, stored.revision) == (MADE, MADE, 1)
    assert stored.search_text == "lamp works kiel"
    event = Event.objects.get()
    assert (event.name, event.door, event.happened_at) == ("supplier.created", "import", MADE)
    assert event.delivered_at is not None


def test_the_same_content_is_left_alone_and_another_is_written():
    load(entry())
    assert load(entry(name="Other words for the same")) == [UNCHANGED]
    assert load(entry(content="2", name="Lamp works North")) == [UPDATED]
    assert load(entry(content="3", name="Lamp works North")) == [UNCHANGED]
    stored = Supplier.objects.get()
    assert (stored.name, stored.revision) == ("Lamp works North", 2)
    assert stored.updated_at == MADE
    assert Event.objects.filter(name="supplier.updated").count() == 1


def test_custom_fields_that_people_added_stay():
    load(entry(custom_fields={"a": 1}))
    Supplier.objects.update(custom_fields={"a": 1, "ours": 2})
    load(entry(content="2", custom_fields={"a": 3}))
    assert Supplier.objects.get().custom_fields == {"a": 3, "ours": 2}


def test_what_is_in_the_bin_stays_there():
    load(entry())
    Supplier.objects.update(deleted_at=MADE)
    assert load(entry(content="2")) == [BINNED]


def test_a_value_of_another_kind_is_refused_and_the_others_are_stored():
    bad = entry("b", rating=9)
    assert load(entry("a"), bad, entry("c")) == [CREATED, REFUSED, CREATED]
    assert "5" in bad.reason


def test_two_without_an_external_id_are_two():
    assert load(entry(""), entry("")) == [CREATED, CREATED]


def test_a_rule_of_the_database_takes_out_only_who_breaks_it():
    numbers = [f"A{number % 7}" for number in range(20)]
    entries = [
        Entry(uuid4(), str(at), {"account_name": "Lamps", "account_number": number}, "1")
        for at, number in enumerate(numbers)
    ]
    outcomes = load(*entries, model=Account)
    assert outcomes == [CREATED] * 7 + [REFUSED] * 13
    assert entries[7].reason == "Another account already has this number."


def test_within_history_nothing_that_is_written_wakes_anybody():
    with history():
        events.record("greeted", Supplier(name="x"), by=None)
    events.record("greeted", Supplier(name="x"), by=None)
    waiting = Event.objects.filter(delivered_at=None)
    assert [event.door for event in waiting] == ["shell"]


def test_series_go_on_above_and_never_go_back():
    continue_numbers(Ticket, ["T-00007", "T-3", "X-99", "T-", "T-１２", "T-00009x"])
    assert next_number("ticket", prefix="T") == "T-00008"
    continue_numbers(Ticket, ["T-00002"])
    assert next_number("ticket", prefix="T") == "T-00009"
    continue_numbers(Ticket, [])
    assert Counter.objects.get(pk="ticket").value == 9


def test_ids_tell_when_they_were_made():
    earlier, later = id_at(MADE), id_at(MADE.replace(year=2025))
    assert earlier < later
    assert isinstance(id_at(datetime(1000, 1, 1, tzinfo=UTC)), UUID)
