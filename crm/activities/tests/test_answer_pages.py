"""Whoever was invited answers on a page of their own; the host reads it on the meeting."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from crm.activities import answers
from crm.activities.invitations import invite_attendees
from crm.activities.models import Meeting
from crm.activities.operations import answer_invitation
from crm.activities.tests.factories import MeetingFactory
from crm.core import records
from crm.core.errors import Conflict
from crm.core.models import Event

pytestmark = pytest.mark.django_db
GUESTS = [{"email": "ida@example.com", "name": "Ida Berg"}, {"email": "tove@example.com"}]


@pytest.fixture
def meeting(ann):
    ann.timezone = "America/New_York"
    ann.save()
    start = timezone.now().replace(hour=15, minute=0) + timedelta(days=3)
    meeting = MeetingFactory(
        title="Demo of lamps",
        host=ann,
        attendees=GUESTS,
        start_time=start,
        end_time=start + timedelta(hours=1),
        location="Room 1",
    )
    return invite_attendees(meeting, by=ann)


def link(meeting, email="ida@example.com"):
    return f"/r/{answers.token_for(meeting, email, meeting.sequence)}"


def answer(meeting, response, email="ida@example.com"):
    return Client().post(link(meeting, email), {"response": response})


def responses(meeting):
    meeting.refresh_from_db()
    return {one["email"]: one.get("response") for one in meeting.attendees}


def test_each_mail_ends_in_a_link_of_its_own(meeting, work_off):
    work_off()
    work_off()
    bodies = {message.to[0]: message.body for message in mail.outbox}
    assert set(bodies) == {"ida@example.com", "tove@example.com"}
    for email, body in bodies.items():
        assert f"{answers.address_to_answer(meeting, email, 0)}\n" in body
        name, _sep, signature = link(meeting, email).removeprefix("/r/").partition(".")
        assert len(signature) == 43  # 256 bits
        assert meeting.pk.hex not in name
    assert not Event.objects.filter(data__icontains="/r/").exists()


def test_the_page_tells_what_one_is_invited_to_and_looking_changes_nothing(meeting):
    before = Meeting.objects.values().get()
    page = Client().get(link(meeting))
    text = page.content.decode()
    assert page.status_code == 200
    for told in ("Demo of lamps", "Ann invites you", "Room 1", "America/New_York", "(UTC-0"):
        assert told in text
    local = meeting.start_time.astimezone(ZoneInfo("America/New_York"))
    assert f"{local:%H:%M}" in text
    assert str(meeting.pk) not in text
    assert "no-store" in page["Cache-Control"]
    Client().get(f"{link(meeting)}?response=accepted")
    assert Meeting.objects.values().get() == before


def test_an_answer_is_stored_once_and_mails_nobody(meeting, work_off):
    work_off()
    work_off()
    mail.outbox.clear()
    reply = answer(meeting, "accepted")
    assert (reply.status_code, reply["Location"]) == (302, link(meeting))
    assert responses(meeting) == {"ida@example.com": "accepted", "tove@example.com": None}
    revision, sequence = meeting.revision, meeting.sequence
    answer(meeting, "accepted")
    meeting.refresh_from_db()
    assert (meeting.revision, meeting.sequence) == (revision, sequence)
    event = Event.objects.get(name="meeting.answered")
    assert (event.actor, event.data["response"]) == (None, "accepted")
    work_off()
    assert mail.outbox == []
    assert "You said that you will come." in Client().get(link(meeting)).content.decode()


def test_a_mind_can_be_changed_and_others_keep_theirs(meeting):
    answer(meeting, "accepted")
    answer(meeting, "declined", email="tove@example.com")
    answer(meeting, "tentative")
    assert responses(meeting) == {"ida@example.com": "tentative", "tove@example.com": "declined"}


@pytest.mark.parametrize("response", ["", "yes", "needs-action", "accepted, declined"])
def test_what_is_no_answer_is_refused(response, meeting):
    page = answer(meeting, response)
    assert page.status_code == 200
    assert "Answer with one of" in page.content.decode()
    assert responses(meeting) == {"ida@example.com": None, "tove@example.com": None}


def test_nobody_answers_without_a_true_link(meeting):
    token = link(meeting)
    name, _sep, signature = token.partition(".")
    key = name.partition("-")[0]
    tries = ["/r/x", "/r/x-1.y", f"{name}.", f"{name}.{signature[:-2]}AA", f"{key}-5.{signature}"]
    tries += [f"/r/{meeting.pk.hex}-0.{signature}", f"/r/{'9' * 3000}", "/r/ü-0.x"]
    for bad in tries:
        assert Client().post(bad, {"response": "accepted"}).status_code == 404
        assert Client().get(bad).status_code == 404
    assert responses(meeting) == {"ida@example.com": None, "tove@example.com": None}


def test_the_link_of_somebody_who_is_no_longer_invited_is_dead(meeting, ann):
    old = link(meeting)
    records.change(meeting, {"attendees": [GUESTS[1]]}, by=ann)
    assert Client().get(old).status_code == 404


def test_a_changed_meeting_says_so(meeting, ann):
    old = link(meeting)
    records.change(meeting, {"location": "Room 2"}, by=ann)
    text = Client().get(old).content.decode()
    assert "has changed since the mail was written" in text
    assert "Room 2" in text
    meeting.refresh_from_db()
    assert "has changed" not in Client().get(link(meeting)).content.decode()


def test_a_cancelled_meeting_takes_no_answers(meeting, ann):
    records.change(meeting, {"status": "cancelled"}, by=ann)
    page = answer(meeting, "accepted").content.decode()
    assert "This meeting is cancelled" in page
    assert 'name="response"' not in page
    assert responses(meeting) == {"ida@example.com": None, "tove@example.com": None}


def test_a_meeting_that_is_over_takes_no_answers_but_a_series_does(meeting):
    late = meeting.end_time + timedelta(minutes=1)
    with pytest.raises(Conflict, match="over"):
        answer_invitation(meeting, "ida@example.com", "accepted", now=late)
    Meeting.objects.update(recurrence="FREQ=DAILY")
    answer_invitation(meeting, "ida@example.com", "accepted", now=late)
    assert responses(meeting)["ida@example.com"] == "accepted"


def test_pages_for_strangers_have_a_limit(meeting, settings):
    cache.clear()
    settings.RATE_LIMIT_PUBLIC = 3
    statuses = [Client().get("/r/x-0.y").status_code for _ in range(4)]
    assert statuses == [404, 404, 404, 429]
    assert answer(meeting, "accepted").status_code == 429
    assert responses(meeting)["ida@example.com"] is None
    cache.clear()


def test_a_form_from_elsewhere_is_refused(meeting):
    client = Client(enforce_csrf_checks=True)
    assert client.post(link(meeting), {"response": "accepted"}).status_code == 403
    assert responses(meeting)["ida@example.com"] is None
