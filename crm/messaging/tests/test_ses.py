"""Mail over SES, against moto's server: raw messages, and what SES's refusals mean."""

from email import message_from_string, policy

import boto3
import pytest
from django.core.cache import cache
from moto.core import DEFAULT_ACCOUNT_ID
from moto.server import ThreadedMotoServer
from moto.ses.models import ses_backends

from crm.messaging import operations, sending
from crm.messaging.models import Email
from crm.messaging.tests.factories import EmailFactory
from crm.tests.serving import free_port
from nexa import stores

pytestmark = pytest.mark.django_db
REGION = "us-east-1"


def use(settings, address):
    settings.MAIL = "ses"
    settings.EMAIL_BACKEND = stores.MAILS["ses"]
    settings.USE_SES_V2 = True
    settings.AWS_SES_AUTO_THROTTLE = 0
    settings.AWS_SES_CONFIG = stores.SES_CONFIG
    settings.AWS_SES_REGION_ENDPOINT_URL = address
    settings.AWS_SES_REGION_NAME = REGION
    settings.AWS_ACCESS_KEY_ID = settings.AWS_SECRET_ACCESS_KEY = "testing"
    settings.AWS_SES_CONFIGURATION_SET = "nexa"


@pytest.fixture(scope="module")
def moto():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def ses(moto, settings):
    cache.clear()
    use(settings, moto)
    backend = ses_backends[DEFAULT_ACCOUNT_ID][REGION]
    backend.reset()
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    client = boto3.client("sesv2", endpoint_url=moto, region_name=REGION, **keys)
    client.create_email_identity(EmailIdentity=settings.AWS_SES_FROM_EMAIL)
    return backend


def of(email):
    return Email.objects.get(pk=email.pk)


def test_a_raw_mail_with_its_headers(ses, settings, max):
    email = EmailFactory(
        to_email="ida@example.com",
        bcc=["secret@example.com"],
        subject="Grüße",
        body="Hallo",
        html_body="<p>Hallo</p>",
    )
    operations.queue(email, by=max)
    assert sending.send_waiting() == 1
    [sent] = ses.sent_messages
    message = message_from_string(sent.raw_data, policy=policy.default)
    assert of(email).message_id == sent.id
    assert message["X-SES-CONFIGURATION-SET"] == "nexa"
    assert message["X-SES-MESSAGE-TAGS"] == f"reference={of(email).reference.hex}"
    assert (message["Subject"], message["To"]) == ("Grüße", "ida@example.com")
    assert message["Bcc"] is None
    assert message["Reply-To"] == max.email
    assert message["From"] == settings.DEFAULT_FROM_EMAIL
    assert message.get_body(("html",)).get_content().strip() == "<p>Hallo</p>"
    assert set(sent.destinations) >= {"ida@example.com", "secret@example.com"}


def test_what_ses_rejects_fails_at_once(ses, settings):
    settings.AWS_SES_FROM_EMAIL = "nobody@unknown.example"
    settings.DEFAULT_FROM_EMAIL = "nobody@unknown.example"
    email = operations.queue(EmailFactory(), by=None)
    sending.send_waiting()
    assert (of(email).status, of(email).attempts) == ("failed", 1)
    assert "MessageRejected" in of(email).error


def test_ses_that_is_away_costs_no_attempts(settings):
    cache.clear()
    use(settings, f"http://127.0.0.1:{free_port()}")
    email = operations.queue(EmailFactory(), by=None)
    sending.send_waiting()
    assert (of(email).status, of(email).attempts) == ("queued", 0)
    assert "can't be reached" in of(email).error
