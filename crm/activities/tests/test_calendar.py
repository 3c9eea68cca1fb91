"""The calendar between two moments, and the private feed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from crm.activities.models import CalendarFeed
from crm.activities.tests.factories import CallFactory, MeetingFactory, TaskFactory

URL = "/api/v1/calendar"
MARCH = f"{URL}?from=2026-03-01&to=2026-03-31"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def entries(client, url=MARCH):
    answer = client.get(url)
    assert answer.status_code == 200, answer.json()
    return answer.json()["data"]


def titles(client, url=MARCH):
    return [entry["title"] for entry in entries(client, url)]


@pytest.fixture
def full(ann):
    """Something of each kind in March, and what does not belong there."""
    CallFactory(subject="Call", start_time=NOON, duration=60, user=ann)
    CallFactory(subject="Made", start_time=NOON, status="completed", user=ann)
    TaskFactory(title="Task", due_date=NOON + HOUR, assigned_to=ann)
    TaskFactory(title="Dropped", due_date=NOON, status="cancelled", assigned_to=ann)
    TaskFactory(title="Some day", assigned_to=ann)
    meeting = {"start_time": NOON + 2 * HOUR, "end_time": NOON + 3 * HOUR, "host": ann}
    MeetingFactory(title="Meeting", **meeting)
    MeetingFactory(title="Called off", status="cancelled", **meeting)
    TaskFactory(title="April", due_date=datetime(2026, 4, 1, tzinfo=UTC), assigned_to=ann)
    TaskFactory(title="Last", due_date=datetime(2026, 3, 31, 23, 59, tzinfo=UTC), assigned_to=ann)


def test_a_month_in_order(full, ann, client_of):
    client = client_of(ann)
    assert titles(client) == ["Call", "Task", "Meeting", "Last"]
    call, task, meeting, _ = entries(client)
    assert (call["kind"], call["end"]) == ("call", "2026-03-02T12:01:00Z")
    assert (task["kind"], task["end"], task["status"]) == ("task", None, "pending")
    assert (meeting["kind"], meeting["end"]) == ("meeting", "2026-03-02T15:00:00Z")
    assert meeting["owner"] == {"id": str(ann.pk), "full_name": "Ann"}


def test_everybody_sees_what_they_see_elsewhere(full, tom, mia, zoe, client_of):
    TaskFactory(title="Of Mia", due_date=NOON, assigned_to=mia)
    assert titles(client_of(tom)) == []
    assert titles(client_of(zoe)) == []
    assert titles(client_of(mia)) == ["Call", "Of Mia", "Task", "Meeting", "Last"]
    assert titles(client_of(mia), f"{MARCH}&mine=true") == ["Of Mia"]


def test_days_are_those_of_the_caller(ann, client_of):
    User.objects.filter(pk=ann.pk).update(timezone="America/New_York")
    late = datetime(2026, 4, 1, 2, tzinfo=UTC)  # still March over there
    TaskFactory(title="Late", due_date=late, assigned_to=ann)
    assert titles(client_of(ann)) == ["Late"]


def test_a_meeting_that_repeats_keeps_its_time_of_day(ann, client_of):
    User.objects.filter(pk=ann.pk).update(timezone="Europe/Berlin")
    start = datetime(2026, 3, 16, 8, tzinfo=UTC)  # nine in Berlin
    MeetingFactory(start_time=start, end_time=start + HOUR, host=ann, recurrence="FREQ=WEEKLY")
    client = client_of(ann)
    found = entries(client, f"{URL}?from=2026-03-20&to=2026-04-10")
    assert [entry["start"] for entry in found] == [
        "2026-03-23T08:00:00Z",
        "2026-03-30T07:00:00Z",
        "2026-04-06T07:00:00Z",
    ]
    assert {entry["recurring"] for entry in found} == {True}


def test_a_meeting_over_midnight_stands_on_both_days(ann, client_of):
    start = datetime(2026, 3, 2, 23, tzinfo=UTC)
    MeetingFactory(start_time=start, end_time=start + 2 * HOUR, host=ann)
    client = client_of(ann)
    for day in ("2026-03-02", "2026-03-03"):
        assert len(entries(client, f"{URL}?from={day}&to={day}")) == 1
    assert entries(client, f"{URL}?from=2026-03-04&to=2026-03-04") == []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("from=2026-01-01&to=2027-03-01", ["to"]),
        ("from=2026-03-02&to=2026-03-01", ["to"]),
        ("from=soon&to=later", ["from", "to"]),
        ("when=now", ["when"]),
        ("mine=perhaps", ["mine"]),
        ("from=9999-12-29", ["to"]),
    ],
)
def test_a_bad_question_is_told_by_name(ann, client_of, query, names):
    answer = client_of(ann).get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert sorted(answer.json()["errors"]) == names


def test_more_than_can_be_shown_is_refused(ann, client_of, monkeypatch):
    monkeypatch.setattr("crm.activities.calendar.MOST_ENTRIES", 30)
    start = datetime(2026, 3, 1, 8, tzinfo=UTC)
    MeetingFactory(start_time=start, end_time=start + HOUR, host=ann, recurrence="FREQ=DAILY")
    client = client_of(ann)
    assert client.get(MARCH).status_code == 400
    assert len(entries(client, f"{URL}?from=2026-03-01&to=2026-03-30")) == 30


def test_query_counts_do_not_grow(full, ann, client_of, django_assert_num_queries):
    client = client_of(ann)
    entries(client)
    with django_assert_num_queries(5):  # the session, the caller's groups, one of each kind
        entries(client)
    for number in range(5):
        TaskFactory(due_date=NOON, assigned_to=ann)
        MeetingFactory(start_time=NOON, end_time=NOON + HOUR, host=ann, recurrence="FREQ=DAILY")
        CallFactory(start_time=NOON + number * HOUR, user=ann)
    with django_assert_num_queries(5):
        entries(client)


def test_nobody_without_a_sign_in(client):
    assert client.get(URL).status_code == 401
    assert client.post(f"{URL}/token").status_code == 401


# -- the private feed --------------------------------------------------------------------------


@pytest.fixture
def address(ann, client_of):
    answer = client_of(ann).post(f"{URL}/token")
    assert answer.status_code == 201
    return answer.json()["data"]["url"]


def events_of(answer):
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_the_feed_has_what_is_ones_own(address, ann, tom, mia, client):
    soon = timezone.now().replace(microsecond=0) + timedelta(days=1)
    meeting = MeetingFactory(
        title="Demo", start_time=soon, end_time=soon + HOUR, host=ann, recurrence="FREQ=DAILY"
    )
    TaskFactory(title="Offer", due_date=soon, assigned_to=ann)
    TaskFactory(title="Done", due_date=soon, assigned_to=ann, status="completed")
    CallFactory(subject="Hello", start_time=soon, user=ann)
    TaskFactory(title="Of Tom", due_date=soon, assigned_to=tom)
    MeetingFactory(title="Off", start_time=soon, end_time=soon + HOUR, host=ann, status="cancelled")
    found = {str(event["SUMMARY"]): event for event in events_of(client.get(address))}
    assert set(found) == {"Demo", "Task: Offer", "Call: Hello"}
    assert found["Demo"]["UID"] == f"{meeting.pk}@nexa-crm"
    assert found["Demo"]["RRULE"]["FREQ"] == ["DAILY"]


def test_the_address_stays_until_it_is_revoked(address, ann, client, client_of):
    owner = client_of(ann)
    again = owner.post(f"{URL}/token")
    assert (again.status_code, again.json()["data"]["url"]) == (200, address)
    assert owner.delete(f"{URL}/token").status_code == 200
    assert client.get(address).status_code == 404
    fresh = owner.post(f"{URL}/token").json()["data"]["url"]
    assert fresh != address
    assert client.get(address).status_code == 404
    assert client.get(fresh).status_code == 200


def test_who_may_not_sign_in_has_no_feed(address, ann, client):
    User.objects.filter(pk=ann.pk).update(status="suspended")
    assert client.get(address).status_code == 404


def test_a_new_key_lets_the_former_one_go_on(address, client, settings):
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key" * 5, [old]
    assert client.get(address).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: "", lambda t: t[:33], lambda t: "é"]
)
def test_a_bad_token_is_unknown_in_the_envelope(address, client, change):
    token = address.partition("token=")[2]
    answer = client.get(f"{URL}.ics", {"token": change(token)})
    assert answer.status_code == 404
    assert answer.json()["success"] is False


def test_the_token_of_another_person_is_none(address, ann, tom, client):
    token = address.partition("token=")[2]
    CalendarFeed.objects.create(user=tom, nonce=CalendarFeed.objects.get(user=ann).nonce)
    forged = f"{tom.pk.hex}.{token.partition('.')[2]}"
    assert client.get(f"{URL}.ics", {"token": forged}).status_code == 404
