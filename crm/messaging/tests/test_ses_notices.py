"""What SES reports over SNS: what it does to mails and addresses, once."""

import pytest
from django.db import connection
from django.utils import timezone

from crm.core.models import Event
from crm.messaging.models import Email, ProviderNotice, Suppression
from crm.messaging.tests.conftest import CERTIFICATE, bounce, post
from crm.messaging.tests.factories import EmailFactory
from crm.tests.threads import times

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_bounce_marks_the_mail_and_suppresses_the_address(version, email, signed, wire):
    answer = post(signed(bounce(email), version=version))
    assert answer.status_code == 200, answer.content
    email.refresh_from_db()
    assert email.status == "bounced"
    assert "550 unknown" in email.error
    row = Suppression.objects.get()
    assert (row.address, row.reason, row.email) == ("ida@example.com", "bounced", email)
    event = Event.objects.get(record_id=email.pk)
    assert (event.name, event.data["changes"]) == (
        "email.bounced",
        {"status": ["sent", "bounced"]},
    )
    assert ProviderNotice.objects.get().email == email
    assert wire == [CERTIFICATE]


def test_a_message_is_acted_on_once(email, signed, wire):
    message = signed(bounce(email))
    assert [post(message).status_code for _ in range(3)] == [200] * 3
    assert Event.objects.count() == ProviderNotice.objects.count() == 1
    assert wire == [CERTIFICATE]  # kept, not fetched again


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="threads share one SQLite database in memory, no locks"
)
@pytest.mark.django_db(transaction=True)
def test_a_message_that_arrives_five_times_at_once_is_acted_on_once(email, signed, wire):
    message = signed(bounce(email))
    assert {answer.status_code for answer in times(5, lambda: post(message))} == {200}
    assert Event.objects.filter(name="email.bounced").count() == 1


def test_a_full_mailbox_is_noted_and_no_more(email, signed, wire):
    post(signed(bounce(email, "Transient")))
    email.refresh_from_db()
    assert email.status == "sent"
    assert "Transient" in email.error
    assert not Suppression.objects.exists()


def test_a_copy_that_bounces_is_suppressed_and_the_mail_stays_sent(email, signed, wire):
    post(signed(bounce(email, address="Copy@example.com")))
    email.refresh_from_db()
    assert email.status == "sent"
    assert Suppression.objects.get().address == "copy@example.com"


@pytest.mark.parametrize("before", ["sent", "bounced"])
def test_a_complaint_is_graver_than_all_else(before, email, signed, wire):
    Email.objects.update(status=before)
    Suppression.objects.create(address="ida@example.com", reason="bounced")
    report = {
        "notificationType": "Complaint",
        "mail": {"messageId": "0102-ses"},
        "complaint": {"complainedRecipients": [{"emailAddress": "IDA@example.com"}]},
    }
    post(signed(report))
    email.refresh_from_db()
    assert email.status == "complained"
    assert Suppression.objects.get().reason == "complained"


def test_a_delivery_settles_an_unknown_outcome_by_the_tag(signed, wire):
    email = EmailFactory(status="sending", outcome_unknown=True, claimed_at=timezone.now())
    email.reference = email.pk
    email.save()
    about = {"messageId": "never-heard", "tags": {"reference": [email.reference.hex]}}
    post(signed({"eventType": "Delivery", "mail": about, "delivery": {}}))
    email.refresh_from_db()
    assert (email.status, email.outcome_unknown, email.error) == ("sent", False, "")
    assert email.sent_at == email.claimed_at
    assert Event.objects.get(record_id=email.pk).name == "email.sent"


@pytest.mark.parametrize("kind", ["Delivery", "Open", "Click", "Send", "DeliveryDelay", "Other"])
def test_what_is_known_already_changes_nothing(kind, email, signed, wire):
    post(signed({"eventType": kind, "mail": {"messageId": "0102-ses"}}))
    before = email.revision
    email.refresh_from_db()
    assert (email.status, email.revision, email.opens_count) == ("sent", before, 0)


@pytest.mark.parametrize(
    "report",
    [
        None, [], "x", 1, {"eventType": 7}, {"eventType": "Bounce"},
        {"eventType": "Bounce", "bounce": [], "mail": "x"},
        {"eventType": "Bounce", "bounce": {"bounceType": "Permanent", "bouncedRecipients": [1]}},
        {"eventType": "Complaint", "complaint": {"complainedRecipients": [{"emailAddress": 1}]}},
        {"eventType": "Send", "mail": {"messageId": "\x00", "tags": {"reference": ["x"]}}},
    ],
)  # fmt: skip
def test_a_report_that_makes_no_sense_breaks_nothing(report, signed, wire, db):
    assert post(signed(report)).status_code == 200
    assert not Suppression.objects.exists()
