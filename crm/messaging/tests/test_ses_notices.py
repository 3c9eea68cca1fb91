"""What SES reports over SNS: believed only with a good signature, and acted on once."""

import base64
import json
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from django.db import connection
from django.test import Client
from django.utils import timezone

from crm.core.models import Event
from crm.messaging import gateways, sns
from crm.messaging.models import Email, ProviderNotice, Suppression
from crm.messaging.tests.factories import EmailFactory
from crm.tests.threads import times

pytestmark = pytest.mark.django_db

TOPIC = "arn:aws:sns:eu-central-1:123456789012:ses-events"
CERTIFICATE = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0.pem"
CONFIRM = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def wire(key, monkeypatch, settings):
    """Amazon as the gateway sees it: its certificate, and what was asked of it."""
    settings.AWS_SNS_TOPIC_ARNS = [TOPIC]
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = timezone.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    fetched = []

    def get(url):
        fetched.append(url)
        return certificate

    monkeypatch.setattr(gateways, "_get", get)
    gateways.cache.clear()
    return fetched


@pytest.fixture
def signed(key):
    """Sign a message as Amazon would."""

    def signed(report=None, *, version="2", id="m-1", **values):
        message = {
            "Type": "Notification",
            "MessageId": id,
            "TopicArn": TOPIC,
            "Message": json.dumps(report),
            "Timestamp": "2026-03-01T00:00:00.000Z",
            "SignatureVersion": version,
            "SigningCertURL": CERTIFICATE,
            **values,
        }
        algorithm = hashes.SHA256() if version == "2" else hashes.SHA1()
        signature = key.sign(sns.canonical(message), padding.PKCS1v15(), algorithm)
        return {**message, "Signature": base64.b64encode(signature).decode()}

    return signed


def post(message):
    body = message if isinstance(message, bytes | str) else json.dumps(message)
    return Client(enforce_csrf_checks=True).post(
        "/hooks/ses", body, content_type="text/plain; charset=utf-8"
    )


def bounce(email, kind="Permanent", address=None, **mail):
    return {
        "eventType": "Bounce",
        "mail": {"messageId": email.message_id, **mail},
        "bounce": {
            "bounceType": kind,
            "bounceSubType": "General",
            "bouncedRecipients": [
                {"emailAddress": address or email.to_email, "diagnosticCode": "550 unknown"}
            ],
        },
    }


@pytest.fixture
def email():
    return EmailFactory(
        to_email="ida@example.com",
        cc=["copy@example.com"],
        status="sent",
        message_id="0102-ses",
        sent_at=timezone.now(),
    )


def nothing_happened(email):
    before = email.status
    email.refresh_from_db()
    return (
        email.status == before
        and not Suppression.objects.exists()
        and not ProviderNotice.objects.exists()
    )


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


# -- who is believed -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"Message": "{}"},
        {"MessageId": "m-2"},
        {"Timestamp": "2026-03-02T00:00:00.000Z"},
        {"Subject": "added"},
        {"Signature": base64.b64encode(b"x" * 256).decode()},
        {"Signature": "not base64!"},
        {"SignatureVersion": "1"},
        {"SignatureVersion": "3"},
        {"TopicArn": "arn:aws:sns:eu-central-1:123456789012:others"},
        {"SigningCertURL": "http://sns.eu-central-1.amazonaws.com/x.pem"},
        {"SigningCertURL": "https://sns.eu-central-1.amazonaws.com.evil.example/x.pem"},
        {"SigningCertURL": "https://evil.example/sns.eu-central-1.amazonaws.com/x.pem"},
        {"SigningCertURL": "https://x@sns.eu-central-1.amazonaws.com/x.pem"},
        {"SigningCertURL": "https://sns.eu-central-1.amazonaws.com:8443/x.pem"},
        {"SigningCertURL": "https://s3.amazonaws.com/x.pem"},
        {"SigningCertURL": "https://[::1/x.pem"},
        {"SigningCertURL": "https://sns.eu-central-1.amazonaws.com/x.txt"},
    ],
)
def test_a_message_that_was_touched_is_not_believed(change, email, signed, wire):
    answer = post({**signed(bounce(email)), **change})
    assert answer.status_code == 403
    assert nothing_happened(email)
    assert all(url == CERTIFICATE for url in wire)


def test_another_key_is_not_amazons(email, signed, wire, monkeypatch):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    message = signed(bounce(email))
    signature = other.sign(sns.canonical(message), padding.PKCS1v15(), hashes.SHA256())
    message["Signature"] = base64.b64encode(signature).decode()
    assert post(message).status_code == 403
    assert nothing_happened(email)


def test_without_a_topic_nobody_is_believed(email, signed, wire, settings):
    settings.AWS_SNS_TOPIC_ARNS = []
    assert post(signed(bounce(email))).status_code == 403
    assert nothing_happened(email)
    assert wire == []


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"x", b"\xff\xfe", b'{"Type": "Notification"}', b"[" * 50_000, b"1"]
)
def test_what_is_no_message_is_refused(body, wire, db):
    assert post(body).status_code == 400


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


def test_a_large_body_is_refused(wire, db):
    assert post(b"x" * (256 * 1024 + 1)).status_code == 413


def test_reading_is_not_possible(db):
    assert Client().get("/hooks/ses").status_code == 405


def subscription(signed, **values):
    return signed(
        Type="SubscriptionConfirmation",
        Token="t",
        SubscribeURL=values.pop("url", CONFIRM),
        **values,
    )


def test_a_subscription_to_our_topic_is_confirmed(signed, wire, db):
    assert post(subscription(signed)).status_code == 200
    assert wire == [CERTIFICATE, CONFIRM]
    assert post(subscription(signed)).status_code == 200
    assert wire == [CERTIFICATE, CONFIRM]


def test_a_subscription_to_another_topic_is_not(signed, wire, db):
    assert post(subscription(signed, TopicArn="arn:aws:sns:x:1:others")).status_code == 403
    assert wire == []


def test_a_subscription_leads_nowhere_but_to_amazon(signed, wire, db):
    post(subscription(signed, url="https://169.254.169.254/latest/meta-data"))
    assert wire == [CERTIFICATE]


def test_amazon_comes_again_where_it_could_not_be_asked(signed, wire, db, monkeypatch):
    def fail(url):
        raise OSError("timed out")

    monkeypatch.setattr(gateways, "_get", fail)
    answer = post(subscription(signed))
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert not ProviderNotice.objects.exists()
