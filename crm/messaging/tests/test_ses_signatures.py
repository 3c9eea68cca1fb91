"""Who is believed when a notice comes from SES: good signatures on the topics of the house."""

import base64

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.test import Client

from crm.messaging import sns
from crm.messaging.models import ProviderNotice, Suppression
from crm.messaging.tests.conftest import CERTIFICATE, bounce, post

pytestmark = pytest.mark.django_db


def nothing_happened(email):
    before = email.status
    email.refresh_from_db()
    return (
        email.status == before
        and not Suppression.objects.exists()
        and not ProviderNotice.objects.exists()
    )


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


def test_a_large_body_is_refused(wire, db):
    assert post(b"x" * (256 * 1024 + 1)).status_code == 413


def test_reading_is_not_possible(db):
    assert Client().get("/hooks/ses").status_code == 405
