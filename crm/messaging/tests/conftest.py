"""Mail over the API, a provider that does as it is told, and Amazon with its signed notices."""

import base64
import json
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from crm.core.models import Event
from crm.messaging import gateways, operations, sending, sns
from crm.messaging.models import Email
from crm.messaging.tests.factories import EmailFactory
from crm.tests.world import refused

EMAILS = "/api/v1/emails"
MAIL = {"to": "ida@example.com", "subject": "Hello", "body": "Hi"}
TOPIC = "arn:aws:sns:eu-central-1:123456789012:ses-events"
CERTIFICATE = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0.pem"
CONFIRM = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"


def errors(response):
    """Return what was wrong with a request for a mail; nothing of it was stored."""
    refused(response, 400, "invalid")
    assert not Email.objects.exists()
    return response.json()["errors"]


@pytest.fixture
def no_pause():
    """Begin without a pause that another test brought about."""
    cache.clear()


@pytest.fixture
def provider(monkeypatch):
    """A provider that does as it is told, mail by mail, and takes everything after that."""

    class Provider:
        answers: list = []  # noqa: RUF012
        took: list = []  # noqa: RUF012

        def send(self, message):
            answer = self.answers.pop(0) if self.answers else None
            if answer is not None:
                raise answer
            self.took.append(message.to[0])
            return f"id-{len(self.took)}"

        def close(self):
            pass

    Provider.answers, Provider.took = [], []
    monkeypatch.setattr(sending, "Gateway", Provider)
    return Provider


def queued(**values):
    """Return a mail that waits to be sent."""
    email = EmailFactory(**values)
    return operations.queue(email, by=None)


def of(email):
    """Return a mail as it is stored now, wherever it is."""
    return Email.all_objects.get(pk=email.pk)


def names(email):
    """Return what happened to a mail, the first event first."""
    events = Event.objects.filter(record_id=email.pk).order_by("id")
    return [event.name for event in events]


def let_time_pass():
    """Make every retry due and end every pause."""
    Email.objects.exclude(retry_at=None).update(retry_at=timezone.now())
    cache.clear()


@pytest.fixture(scope="session")
def key():
    """The key that Amazon signs with."""
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
    """Send a notice to the house as Amazon does, without a cookie or token."""
    body = message if isinstance(message, bytes | str) else json.dumps(message)
    return Client(enforce_csrf_checks=True).post(
        "/hooks/ses", body, content_type="text/plain; charset=utf-8"
    )


def bounce(email, kind="Permanent", address=None, **mail):
    """Return what SES reports of a mail that an address did not take."""
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
    """A mail that SES has taken."""
    return EmailFactory(
        to_email="ida@example.com",
        cc=["copy@example.com"],
        status="sent",
        message_id="0102-ses",
        sent_at=timezone.now(),
    )
