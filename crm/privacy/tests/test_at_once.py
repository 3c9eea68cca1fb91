"""Somebody is stored, changed or erased at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, connections, transaction

from crm.activities.tests.factories import MeetingFactory
from crm.core import records
from crm.declared.models import DeclaredRecord
from crm.declared.tests.factories import DeclaredEntityFactory, DeclaredRecordFactory
from crm.people.models import Contact
from crm.people.tests.factories import ContactFactory
from crm.privacy.operations import erase_person
from crm.privacy.tests.conftest import EMAIL
from crm.tests.serving import await_that
from crm.tests.threads import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="locks need PostgreSQL"),
]
#: asked within a transaction: views of activity would stay as they were at first
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def test_whoever_is_first_nobody_with_the_address_is_left(max, client_of):
    storing, erasing = client_of(max), client_of(max)
    for turn in range(10):
        address = f"{turn}.{EMAIL}"
        body = {"first_name": "Ida", "last_name": "Quist", "email": address}
        stored, erased = at_once(
            partial(storing.post, "/api/v1/contacts", body),
            partial(erasing.post, "/api/v1/privacy/erase", {"email": address}),
        )
        assert erased.status_code == 200
        assert stored.status_code in (201, 400)
        found = erased.json()["data"]["erased"]["contacts"]
        assert found == (1 if stored.status_code == 201 else 0)
        assert not Contact.all_objects.filter(email=address).exists()


def test_two_who_are_in_the_records_of_each_other_are_both_erased(max):
    entity = DeclaredEntityFactory(name="Vote")
    for turn in range(8):
        pair = [f"{name}{turn}@example.com" for name in ("ida", "bob")]
        for one, other in (pair, reversed(pair)):
            for _ in range(10):
                held = {"by": one, "note": f"Write to {other}"}
                DeclaredRecordFactory(declaration=entity, custom_fields=held)
        at_once(*(partial(erase_person, address, by=max) for address in pair))
    left = DeclaredRecord.objects.values_list("custom_fields", flat=True)
    assert len(left) == 160
    assert all(values == {"by": "(erased)", "note": "Write to (erased)"} for values in left)


def someone_waits():
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0] > 0


def erased_after(write, *, by):
    """Erase the person while ``write`` is done but not committed; return what was erased."""

    def erasing():
        try:
            return erase_person(EMAIL, by=by)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            write()
            answer = pool.submit(erasing)
            await_that(someone_waits, "the erasure waits for the row")
        return answer.result(timeout=60)


def test_what_somebody_writes_beside_a_mention_is_kept(max):
    record = DeclaredRecordFactory(custom_fields={"note": f"Write to {EMAIL}", "seats": 1})
    values = {"custom_fields": {**record.custom_fields, "seats": 9}}
    done = erased_after(lambda: records.change(record, values, by=max), by=max)
    stored = DeclaredRecord.objects.get(pk=record.pk)
    assert stored.custom_fields == {"note": "Write to (erased)", "seats": 9}
    assert (stored.revision, done.counts["mentions"]) == (record.revision + 1, 1)


def test_whoever_is_invited_meanwhile_stays_invited(max):
    ContactFactory(email=EMAIL)
    meeting = MeetingFactory(attendees=[{"email": EMAIL}])
    others = [{"email": "else@example.com"}]
    values = {"attendees": [*meeting.attendees, *others]}
    erased_after(lambda: records.change(meeting, values, by=max), by=max)
    meeting.refresh_from_db()
    assert meeting.attendees == others


def test_a_row_that_is_gone_meanwhile_is_passed_over(max):
    record = DeclaredRecordFactory(custom_fields={"note": f"Write to {EMAIL}"})
    done = erased_after(record.delete, by=max)
    assert not DeclaredRecord.all_objects.exists()
    assert done.counts["mentions"] == 0
