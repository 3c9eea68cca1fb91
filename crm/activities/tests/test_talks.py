"""Meetings and calls: moves, overlaps, invitations, and contact with people."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from accounts.models import User
from crm.activities.ics import invitation
from crm.activities.models import Call, Meeting
from crm.activities.operations import (
    change_call,
    change_meeting,
    create_call,
    create_meeting,
)
from crm.core.errors import Conflict
from crm.core.models import Event
from crm.people.tests.factories import ContactFactory

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def meet(by, start=NOW, end=None, **values):
    meeting = Meeting(title="Demo", start_time=start, end_time=end or start + HOUR)
    for name, value in values.items():
        setattr(meeting, name, value)
    return create_meeting(meeting, by=by, now=NOW)


def warnings(client, body):
    answer = client.post("/api/v1/meetings", body, format="json")
    assert answer.status_code == 201, answer.json()
    return answer.json().get("warnings", [])


def body(start, end, **more):
    return {"title": "Talk", "start_time": start, "end_time": end, **more}


# -- overlaps ----------------------------------------------------------------------------------


def test_what_the_host_has_at_that_time_is_told_and_not_refused(ann, client_of):
    meet(ann)
    client = client_of(ann)
    at = "2026-03-02T12:30:00Z", "2026-03-02T13:30:00Z"
    assert warnings(client, body(*at)) == ["At this time Ann has 'Demo' as well."]
    before = "2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z"
    assert warnings(client, body(*before)) == []  # one ends as the other begins


def test_what_was_called_off_or_belongs_to_others_is_in_nobodys_way(ann, tom, client_of):
    meet(ann, status="cancelled")
    meet(tom)
    at = "2026-03-02T12:30:00Z", "2026-03-02T13:30:00Z"
    assert warnings(client_of(ann), body(*at)) == []


def test_a_meeting_that_repeats_is_in_the_way_weeks_later(ann, client_of):
    meet(ann, recurrence="FREQ=WEEKLY")
    at = "2026-03-16T12:30:00Z", "2026-03-16T13:30:00Z"
    assert warnings(client_of(ann), body(*at)) == ["At this time Ann has 'Demo' as well."]
    at = "2026-03-17T12:30:00Z", "2026-03-17T13:30:00Z"
    assert warnings(client_of(ann), body(*at)) == []


def test_moving_a_meeting_warns_too(ann, client_of):
    meet(ann)
    other = meet(ann, start=NOW + 3 * HOUR)
    values = {"start_time": NOW.isoformat(), "end_time": (NOW + HOUR).isoformat()}
    answer = client_of(ann).patch(f"/api/v1/meetings/{other.pk}", values, format="json")
    assert answer.json()["warnings"] == ["At this time Ann has 'Demo' as well."]


# -- moves -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("scheduled", "completed", True),
        ("scheduled", "no_show", True),
        ("completed", "cancelled", False),
        ("cancelled", "completed", False),
        ("cancelled", "scheduled", True),
    ],
)
def test_moves_of_a_meeting(ann, before, after, allowed):
    meeting = meet(ann, status=before)
    if allowed:
        change_meeting(meeting, {"status": after}, by=ann, now=NOW)
        assert meeting.status == after
    else:
        with pytest.raises(Conflict, match="can go to: "):
            change_meeting(meeting, {"status": after}, by=ann, now=NOW)


def test_a_call_that_was_made_cannot_be_called_off(ann):
    call = create_call(Call(subject="Hello", status="completed"), by=ann)
    with pytest.raises(Conflict):
        change_call(call, {"status": "cancelled"}, by=ann)


# -- contact with people -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "touched"),
    [
        ({"status": "completed", "duration": 60}, True),
        ({"status": "completed"}, True),
        ({"status": "completed", "duration": 0}, False),
        ({"status": "missed"}, False),
        ({"status": "cancelled"}, False),
    ],
)
def test_a_call_with_a_talk_was_contact(ann, values, touched):
    contact = ContactFactory(assigned_to=ann)
    about = {"related_to_type": "contact", "related_to_id": contact.pk}
    call = create_call(Call(subject="Hello", start_time=NOW - HOUR, **about), by=ann, now=NOW)
    change_call(call, values, by=ann, now=NOW)
    contact.refresh_from_db()
    assert contact.last_contact_date == (NOW - HOUR if touched else None)
    assert Event.objects.filter(name=f"call.{values['status']}", record_id=call.pk).count() == 1


def test_an_older_talk_that_is_entered_later_changes_nothing(ann):
    contact = ContactFactory(assigned_to=ann, last_contact_date=NOW)
    about = {"related_to_type": "contact", "related_to_id": contact.pk}
    old = Call(subject="Old", status="completed", start_time=NOW - 9 * HOUR, **about)
    create_call(old, by=ann, now=NOW)
    contact.refresh_from_db()
    assert contact.last_contact_date == NOW


def test_a_meeting_that_was_held_was_contact_with_its_guest(ann):
    contact = ContactFactory(assigned_to=ann)
    meeting = meet(ann, start=NOW + HOUR, contact=contact)
    change_meeting(meeting, {"status": "completed"}, by=ann, now=NOW)
    contact.refresh_from_db()
    assert contact.last_contact_date == NOW  # it can't have been later than now


# -- invitations -------------------------------------------------------------------------------


def event_of(meeting):
    calendar = Calendar.from_ical(invitation(meeting))
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_an_invitation_keeps_its_uid_and_counts_its_changes(ann):
    guest = {"email": "ida@example.com", "name": 'Ida "Bee"\r\nX-EVIL:1', "response": "accepted"}
    meeting = meet(ann, attendees=[guest], location="Room 1\nX-EVIL:1".replace("\n", " "))
    calendar, event = event_of(meeting)
    uid = event["UID"]
    assert (calendar["METHOD"], event["SEQUENCE"]) == ("REQUEST", 0)
    assert event["ATTENDEE"] == "mailto:ida@example.com"
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert event["ORGANIZER"] == "mailto:ann@example.com"
    assert b"\r\nX-EVIL" not in invitation(meeting)

    change_meeting(meeting, {"notes": "Bring coffee"}, by=ann)  # for the host alone
    assert event_of(meeting)[1]["SEQUENCE"] == 0
    change_meeting(meeting, {"end_time": NOW + 2 * HOUR}, by=ann)
    assert (event_of(meeting)[1]["UID"], event_of(meeting)[1]["SEQUENCE"]) == (uid, 1)
    change_meeting(meeting, {"status": "cancelled"}, by=ann)
    calendar, event = event_of(meeting)
    assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
    assert (event["UID"], event["SEQUENCE"]) == (uid, 2)


def test_one_that_repeats_says_so_in_local_time(ann):
    User.objects.filter(pk=ann.pk).update(timezone="Europe/Berlin")
    ann.refresh_from_db()
    meeting = meet(ann, recurrence="FREQ=WEEKLY;BYDAY=MO;UNTIL=20260401")
    calendar, event = event_of(meeting)
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert event["DTSTART"].dt.hour == 13
    rule = event["RRULE"].to_ical().decode()
    assert sorted(rule.split(";")) == ["BYDAY=MO", "FREQ=WEEKLY", "UNTIL=20260401T215959Z"]
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


def test_the_first_time_must_be_one_of_its_rule(ann, client_of):
    at = "2026-03-02T12:30:00Z", "2026-03-02T13:30:00Z"  # a Monday
    wrong = body(*at, recurrence="FREQ=WEEKLY;BYDAY=TU")
    answer = client_of(ann).post("/api/v1/meetings", wrong, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["recurrence"])


def test_the_invitation_has_an_address(ann, zoe, client_of):
    meeting = meet(ann)
    url = f"/api/v1/meetings/{meeting.pk}/invitation.ics"
    answer = client_of(ann).get(url)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.content == invitation(meeting)
    assert client_of(zoe).get(url).status_code == 404
