"""Drafts over the API, the states that a mail goes through, and outcomes that nobody knows."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from crm.core.models import Event
from crm.marketing.tests.factories import CampaignFactory
from crm.messaging.models import Email
from crm.messaging.tests.conftest import EMAILS
from crm.messaging.tests.factories import EmailFactory
from crm.tests.world import refused

pytestmark = pytest.mark.django_db


def test_a_draft_is_written_scheduled_taken_back_and_sent(ann, client_of, work_off):
    client = client_of(ann)
    body = {"to_email": "ida@example.com", "subject": "Hello", "body": "Hi"}
    url = f"{EMAILS}/{client.post(EMAILS, body).json()['data']['id']}"
    assert client.put(url, {"status": "scheduled"}).json()["errors"].keys() == {"scheduled_at"}
    later = (timezone.now() + timedelta(days=1)).isoformat()
    answer = client.put(url, {"status": "scheduled", "scheduled_at": later})
    assert answer.json()["data"]["status"] == "scheduled"
    assert client.put(url, {"status": "draft"}).json()["data"]["status"] == "draft"
    assert client.put(url, {"subject": "Hello again"}).status_code == 200
    answer = client.post(f"{url}/send")
    assert (answer.status_code, answer.json()["data"]["status"]) == (202, "queued")
    work_off()
    assert mail.outbox[0].subject == "Hello again"


def test_a_scheduled_mail_becomes_a_draft_again(max, client_of):
    email = EmailFactory(status="scheduled", scheduled_at=timezone.now() + timedelta(days=1))
    client = client_of(max)
    assert client.put(f"{EMAILS}/{email.pk}", {"subject": "Later"}).status_code == 200
    answer = client.put(f"{EMAILS}/{email.pk}", {"status": "draft"})
    assert answer.json()["data"]["status"] == "draft"


@pytest.mark.parametrize("present", [*Email.Status.values])
@pytest.mark.parametrize("wanted", [*Email.Status.values])
def test_states_move_by_sending_only(present, wanted, max, client_of):
    allowed = {("draft", "scheduled"), ("draft", "queued"), ("scheduled", "draft")}
    at = timezone.now() + timedelta(days=1)
    email = EmailFactory(status=present, scheduled_at=at)
    answer = client_of(max).put(f"{EMAILS}/{email.pk}", {"status": wanted})
    if present == wanted or (present, wanted) in allowed:
        assert answer.status_code == 200, answer.content
        assert answer.json()["data"]["status"] == wanted
        return
    refused(answer, 409, "conflict")
    assert "Allowed from here" in answer.json()["message"]
    assert Email.objects.get().status == present


@pytest.mark.parametrize("status", ["sent", "failed", "sending", "bounced", "complained"])
def test_no_mail_is_born_sent(status, max, client_of):
    body = {"to_email": "ida@example.com", "subject": "a", "body": "b", "status": status}
    refused(client_of(max).post(EMAILS, body), 409, "conflict")
    assert not Email.objects.exists()


@pytest.mark.parametrize("status", ["queued", "sending", "sent", "failed", "bounced"])
def test_what_has_left_cannot_be_rewritten(status, max, client_of):
    email = EmailFactory(status=status)
    client = client_of(max)
    for change in ({"subject": "Other"}, {"body": "Other"}, {"cc": ["x@example.com"]}):
        refused(client.put(f"{EMAILS}/{email.pk}", change), 409, "conflict")
    whole = client.get(f"{EMAILS}/{email.pk}").json()["data"]
    assert client.put(f"{EMAILS}/{email.pk}", whole).status_code == 200
    assert client.put(f"{EMAILS}/{email.pk}", {"metadata": {"a": 1}}).status_code == 200


@pytest.mark.parametrize("status", ["queued", "sending", "sent", "bounced", "complained"])
def test_a_mail_is_not_sent_twice(status, max, client_of):
    email = EmailFactory(status=status)
    refused(client_of(max).post(f"{EMAILS}/{email.pk}/send"), 409, "conflict")


def test_a_failed_mail_gets_another_chance(ann, client_of, work_off):
    email = EmailFactory(status="failed", attempts=6, error="550", created_by=ann)
    assert client_of(ann).post(f"{EMAILS}/{email.pk}/send").status_code == 202
    work_off()
    row = Email.objects.get()
    assert (row.status, row.attempts, row.error) == ("sent", 1, "")


def test_draft_bodies_are_checked_as_well(max, client_of):
    client = client_of(max)
    email = EmailFactory()
    for change in ({"subject": "a\nb"}, {"cc": ["no"]}, {"attachments": ["x"]}):
        refused(client.put(f"{EMAILS}/{email.pk}", change), 400, "invalid")
    answer = client.put(
        f"{EMAILS}/{email.pk}", {"html_body": "<b onclick=x>y</b><iframe></iframe>"}
    )
    assert answer.json()["data"]["html_body"] == "<b>y</b>"


def test_nobody_sends_a_campaigns_mail_one_by_one(max, client_of):
    email = EmailFactory(campaign=CampaignFactory(status="active"))
    refused(client_of(max).post(f"{EMAILS}/{email.pk}/send"), 409, "conflict")
    refused(client_of(max).put(f"{EMAILS}/{email.pk}", {"status": "queued"}), 409, "conflict")


def test_a_mail_that_reads_like_a_colleagues_is_theirs_to_send(mia, ann, client_of):
    email = EmailFactory(created_by=ann)
    refused(client_of(mia).post(f"{EMAILS}/{email.pk}/send"), 403, "permission_denied")


# -- outcomes that nobody knows ------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "status"), [("sent", "sent"), ("failed", "failed"), ("resend", "queued")]
)
def test_a_person_settles_an_unknown_outcome(outcome, status, ann, client_of):
    email = EmailFactory(
        status="sending", outcome_unknown=True, claimed_at=timezone.now(), created_by=ann
    )
    answer = client_of(ann).post(f"{EMAILS}/{email.pk}/settle", {"outcome": outcome})
    assert answer.status_code == 200, answer.content
    row = answer.json()["data"]
    assert (row["status"], row["outcome_unknown"]) == (status, False)
    assert (row["sent_at"] is not None) == (outcome == "sent")
    event = Event.objects.filter(record_id=email.pk).latest("id")
    assert (event.actor, event.data["settled"]) == (ann, True)


def test_what_is_known_is_not_settled(max, client_of):
    for values in ({"status": "sent"}, {"status": "sending"}, {"status": "draft"}):
        email = EmailFactory(**values)
        answer = client_of(max).post(f"{EMAILS}/{email.pk}/settle", {"outcome": "resend"})
        refused(answer, 409, "conflict")
