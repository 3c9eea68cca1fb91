"""What an app keeps of its own about a person is told to them, and forgets them."""

import json
from unicodedata import normalize

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.core import records
from crm.core.models import Event
from crm.declared.models import DeclaredRecord
from crm.declared.tests.factories import DeclaredRecordFactory
from crm.people.tests.factories import ContactFactory, CustomerFactory
from crm.privacy.tests.conftest import EMAIL, NAME, PHONE, SAID
from crm.privacy.tests.test_erase import erase
from crm.privacy.tests.test_export import archive_of
from crm.tests.world import stored

pytestmark = pytest.mark.django_db


def test_the_archive_has_them_with_the_name_of_their_entity(person, hold, max, client_of):
    record = hold(guest=EMAIL, room="Blue")
    records.change(record, {"custom_fields": {"guest": EMAIL, "room": "Red"}}, by=max)
    archive = archive_of(client_of(max))
    (row,) = json.loads(archive.read("app_records.json"))
    assert (row["entity"], row["id"]) == ("Booking", str(record.pk))
    assert row["custom_fields"] == {"guest": EMAIL, "room": "Red"}
    assert json.loads(archive.read("manifest.json"))["counts"]["app_records"] == 1
    events = json.loads(archive.read("events.json"))
    assert str(record.pk) in {event["record_id"] for event in events}


def test_an_address_that_only_an_app_knows_has_an_archive(hold, max, client_of):
    hold(guest=EMAIL)
    counts = json.loads(archive_of(client_of(max)).read("manifest.json"))["counts"]
    assert {name for name, count in counts.items() if count} == {"app_records"}


def test_erasing_takes_names_numbers_and_addresses_out(person, hold, max, client_of):
    record = hold(guest=EMAIL, note=f"Ask {SAID}", more=[{"who": NAME}], seats=2)
    records.change(record, {"custom_fields": {**record.custom_fields, "room": NAME}}, by=max)
    LogEntry.objects.create(
        user=max,
        content_type=ContentType.objects.get_for_model(DeclaredRecord),
        object_id=str(record.pk),
        object_repr=NAME,
        action_flag=CHANGE,
    )
    revision = record.revision

    done = erase(client_of(max))

    record.refresh_from_db()
    assert record.custom_fields == {
        "guest": "(erased)",
        "note": "Ask (erased) <(erased)>, (erased)",
        "more": [{"who": "(erased)"}],
        "seats": 2,
        "room": "(erased)",
    }
    assert "quist" not in record.search_text
    assert record.revision == revision + 1
    assert done["erased"]["app_records"] == 1
    history = Event.objects.filter(record_id=record.pk)
    assert "declaredrecord.erased" in {event.name for event in history}
    assert "Quist" not in str([event.data for event in history])
    assert LogEntry.objects.get(object_id=str(record.pk)).object_repr == "(erased)"


def test_keys_stay_whatever_the_person_is_called(hold, folder, max, client_of):
    ContactFactory(email=EMAIL, first_name="Room", last_name="Guest")
    record = hold(**{"Room Guest": "Room Guest", "guest": EMAIL})
    erase(client_of(max))
    record.refresh_from_db()
    assert record.custom_fields == {"Room Guest": "(erased)", "guest": "(erased)"}


def test_an_address_goes_even_where_it_is_a_key(person, hold, max, client_of):
    record = hold(votes={EMAIL: "yes"})
    erase(client_of(max))
    record.refresh_from_db()
    assert record.custom_fields == {"votes": {"(erased)": "yes"}}


def test_what_is_to_be_looked_through_is_told(person, hold, max, client_of):
    hold(guest=EMAIL)
    hold(guest=str(person.pk))
    DeclaredRecordFactory(declaration__name="Pass", custom_fields={"of": "quist-1"})
    DeclaredRecordFactory(declaration__name="Else")
    done = erase(client_of(max))
    (warning,) = [one for one in done["warnings"] if "Booking" in one]
    assert "Booking (2), Pass (1)" in warning
    assert done["erased"]["app_records"] == 1
    assert erase(client_of(max))["warnings"] == []


def test_records_of_others_are_left_alone(person, hold, max, client_of):
    other = hold(guest="else@example.com", note=f"As {NAME} said, {PHONE}")
    before = stored(other)
    erase(client_of(max))
    assert stored(other) == before


@pytest.mark.parametrize("path", ["export", "erase"])
def test_no_more_is_read_for_many_records_than_for_one(path, hold, folder, max, client_of):
    def reads(address, count):
        person = ContactFactory(email=address)
        for _ in range(count):
            hold(guest=address, by=str(person.pk))
        with CaptureQueriesContext(connection) as queries:
            answer = client_of(max).post(f"/api/v1/privacy/{path}", {"email": address})
            assert answer.status_code == 200
            assert answer.getvalue()
        return len([query for query in queries if query["sql"].startswith("SELECT")])

    assert reads("one@example.com", 1) == reads("many@example.com", 30)


def test_a_customer_called_by_a_word_takes_it_from_nobody(hold, folder, max, client_of):
    CustomerFactory(name="Open", email=EMAIL, customer_type="individual")
    record = hold(guest=EMAIL, name="Open", state="open", note="Bob left the door open")
    records.remove(record, by=max)
    Event.objects.filter(record_id=record.pk).update(data={"label": "Open", "state": "open"})
    erase(client_of(max))
    record = DeclaredRecord.all_objects.get(pk=record.pk)
    left = {"guest": "(erased)", "name": "(erased)", "state": "open"}
    assert record.custom_fields == {**left, "note": "Bob left the door open"}
    data = Event.objects.get(record_id=record.pk, name="declaredrecord.deleted").data
    assert data == {"label": "(erased)", "state": "open"}


def test_first_and_last_name_apart_and_numbers_go(person, hold, max, client_of):
    record = hold(guest=EMAIL, first_name="Ida", last_name="Quist", phone=491705551234, seats=2)
    erase(client_of(max))
    record.refresh_from_db()
    left = dict.fromkeys(("guest", "first_name", "last_name"), "(erased)")
    assert record.custom_fields == {**left, "phone": None, "seats": 2}


def test_what_the_staff_log_keeps_as_json_goes_too(hold, folder, max, client_of):
    ContactFactory(email=EMAIL, first_name="Zoë", last_name="Quist")
    record = hold(guest=EMAIL)
    said = [{"changed": {"name": "x", "object": "Zoë Quist"}}]
    entry = LogEntry.objects.create(
        user=max,
        content_type=ContentType.objects.get_for_model(DeclaredRecord),
        object_id=str(record.pk),
        object_repr="x",
        change_message=json.dumps(said),
        action_flag=CHANGE,
    )
    erase(client_of(max))
    entry.refresh_from_db()
    assert json.loads(entry.change_message) == [{"changed": {"name": "x", "object": "(erased)"}}]


def test_two_who_are_keys_of_one_object_leave_both_values(folder, hold, max, client_of):
    record = hold(votes={EMAIL: "yes", "bob@example.com": "no"})
    erase(client_of(max))
    erase(client_of(max), email="bob@example.com")
    record.refresh_from_db()
    assert record.custom_fields == {"votes": {"(erased)": "yes", "(erased) 2": "no"}}


@pytest.mark.parametrize(
    "said",
    [
        f"https://x.org/?email={EMAIL.replace('@', '%40')}",
        f"_{EMAIL}_",
        f"-{EMAIL}",
        f'see {{"a": "Hi\\n{EMAIL}"}}',
    ],
)
def test_an_address_in_the_text_of_any_record_goes(said, hold, max, client_of):
    record, other = hold(note=said), hold(note=f"fr{EMAIL}")
    erase(client_of(max))
    for row in (record, other):
        row.refresh_from_db()
    assert "ida.quist" not in record.custom_fields["note"]
    assert other.custom_fields == {"note": f"fr{EMAIL}"}


def changed(hold, *, by):
    """Return a record that named the person and names somebody else now."""
    record = hold(guest=EMAIL, name=NAME, phone=PHONE)
    values = {"guest": "bob@example.com", "name": "Bob", "phone": "1"}
    records.change(record, {"custom_fields": values}, by=by)
    return record


@pytest.mark.parametrize("purged", [False, True])
def test_history_that_names_the_person_is_told(purged, person, hold, max, client_of):
    record = changed(hold, by=max)
    if purged:
        records.purge(record)
    archive = archive_of(client_of(max))
    assert len(json.loads(archive.read("app_records.json"))) == (0 if purged else 1)
    events = json.loads(archive.read("events.json"))
    assert NAME in str([one["data"] for one in events if one["record_id"] == str(record.pk)])


@pytest.mark.parametrize("purged", [False, True])
def test_history_that_names_the_person_forgets_them(purged, person, hold, max, client_of):
    record = changed(hold, by=max)
    values = record.custom_fields
    if purged:
        records.purge(record)
    erase(client_of(max))
    history = Event.objects.get(name="declaredrecord.updated")
    left = dict.fromkeys(values, "(erased)")
    assert history.data["changes"]["custom_fields"] == [left, values]
    assert [row.custom_fields for row in DeclaredRecord.objects.all()] == [values] * (not purged)


def test_history_of_a_purged_record_alone_has_an_archive(hold, max, client_of):
    records.purge(changed(hold, by=max))
    assert NAME in archive_of(client_of(max)).read("events.json").decode()


def test_letters_beyond_ascii_go_however_they_are_written(folder, hold, max, client_of):
    ContactFactory(email="asa@exämple.com")
    texts = ["ASA@EXÄMPLE.COM", "Write to ASA@EXÄMPLE.COM.", "An asa@xn--exmple-cua.com"]
    texts.append(normalize("NFD", "An asa@exämple.com"))
    held = [hold(note=text) for text in texts]
    erase(client_of(max), email="asa@exämple.com")
    for record in held:
        record.refresh_from_db()
    left = [record.custom_fields["note"] for record in held]
    assert left == ["(erased)", "Write to (erased).", "An (erased)", "An (erased)"]


def test_names_beside_an_address_that_is_a_key_go(person, hold, max, client_of):
    record = hold(votes={EMAIL: {"by": NAME, "first_name": "Ida", "is": "yes"}})
    erase(client_of(max))
    record.refresh_from_db()
    left = {"by": "(erased)", "first_name": "(erased)", "is": "yes"}
    assert record.custom_fields == {"votes": {"(erased)": left}}
