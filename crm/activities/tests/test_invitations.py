"""People are asked to a meeting by mail, told of changes, and of its end."""

import pytest
from django.core import mail

from crm.activities.tests.factories import MeetingFactory
from crm.core import outbox
from crm.messaging import sending
from crm.messaging.models import Email
from crm.people.tests.factories import ContactFactory

pytestmark = pytest.mark.django_db
GUESTS = [{"email": "ida@example.com", "name": "Ida Berg"}, {"email": "tove@example.com"}]


@pytest.fixture
def meeting(ann):
    return MeetingFactory(title="Demo of lamps", host=ann, attendees=GUESTS)


def invite(client, meeting):
    return client.post(f"/api/v1/meetings/{meeting.pk}/invite")


def post_office():
    """Do what the workers do, and give what left."""
    mail.outbox.clear()
    while outbox.deliver_all():
        pass
    sending.send_waiting()
    return sorted(mail.outbox, key=lambda message: message.to)


def calendar_of(message):
    (part,) = [
        part for part in message.message().walk() if part.get_content_type() == "text/calendar"
    ]
    return part.get_param("method"), part.get_payload(decode=True).decode()


def line(calendar, name):
    return next(line for line in calendar.splitlines() if line.startswith(name))


def test_everybody_who_is_to_attend_gets_an_invitation(meeting, ann, client_of):
    contact = ContactFactory(email="ida@example.com")
    answer = invite(client_of(ann), meeting)
    assert answer.status_code == 200
    assert answer.json()["data"]["invited_at"] is not None
    first, second = post_office()
    assert (first.to, second.to) == (["ida@example.com"], ["tove@example.com"])
    assert first.subject == "Invitation: Demo of lamps"
    assert first.reply_to == [ann.email]
    method, calendar = calendar_of(first)
    assert method == "REQUEST"
    assert line(calendar, "UID:") == f"UID:{meeting.pk}@nexa-crm"
    assert line(calendar, "SEQUENCE:") == "SEQUENCE:0"
    stored = Email.objects.get(to_email="ida@example.com")
    assert (stored.related_to_type, stored.related_to_id) == ("contact", contact.pk)
    assert stored.created_by == ann


def test_those_who_were_invited_hear_of_changes_under_a_higher_number(meeting, ann, client_of):
    client = client_of(ann)
    url = f"/api/v1/meetings/{meeting.pk}"
    client.patch(url, {"location": "Room 1"})
    assert post_office() == []  # nobody was invited yet
    invite(client, meeting)
    post_office()
    client.patch(url, {"notes": "Bring the blue one"})
    assert post_office() == []  # our own notes are nobody's business
    client.patch(url, {"location": "Room 2"})
    changed, _ = post_office()
    assert changed.subject == "Changed: Demo of lamps"
    method, calendar = calendar_of(changed)
    assert (method, line(calendar, "SEQUENCE:")) == ("REQUEST", "SEQUENCE:2")
    assert "Room 2" in calendar
    client.patch(url, {"status": "cancelled"})
    cancelled, _ = post_office()
    assert cancelled.subject == "Cancelled: Demo of lamps"
    method, calendar = calendar_of(cancelled)
    assert (method, line(calendar, "SEQUENCE:")) == ("CANCEL", "SEQUENCE:3")
    assert line(calendar, "UID:") == f"UID:{meeting.pk}@nexa-crm"


@pytest.mark.parametrize(
    ("values", "status", "named"),
    [({"attendees": []}, 400, "attendees"), ({"status": "cancelled"}, 409, None)],
)
def test_there_has_to_be_somebody_and_a_meeting(values, status, named, ann, client_of):
    meeting = MeetingFactory(host=ann, **{"attendees": GUESTS, **values})
    answer = invite(client_of(ann), meeting)
    assert answer.status_code == status
    assert named is None or named in answer.json()["errors"]
    assert post_office() == []
    meeting.refresh_from_db()
    assert meeting.invited_at is None
