"""Mail over a real SMTP server: what arrives, and what a refusal at each step means."""

import os
from email.header import decode_header, make_header

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from crm.documents.tests.factories import DocumentFactory
from crm.marketing.tests.factories import CampaignFactory
from crm.messaging import operations, sending
from crm.messaging.models import Email
from crm.messaging.tests.factories import EmailFactory
from crm.messaging.tests.postbox import Taker, postbox, use
from crm.tests.serving import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings, tmp_path):
    cache.clear()
    settings.MEDIA_ROOT = tmp_path
    with postbox() as box:
        use(settings, box.port)
        yield box


def queued(by=None, **values):
    return operations.queue(EmailFactory(**values), by=by)


def of(email):
    return Email.objects.get(pk=email.pk)


def stored_file(name, data, **values):
    key = default_storage.save(f"documents/{name}", ContentFile(data))
    return DocumentFactory(
        s3_key=key, file_name=name, file_size=len(data), file_type="application/pdf", **values
    )


def test_a_mail_arrives_whole(box, max, settings):
    data = os.urandom(5000)
    document = stored_file("Angebot Grün.pdf", data)
    email = queued(
        by=max,
        to_email="ida@example.com",
        cc=["copy@example.com"],
        bcc=["secret@example.com"],
        subject="Grüße aus Łódź – 你好",
        body="Hallo Ida,\n.\n.. Punkte am Zeilenanfang bleiben.\nGrüße 🙂",
        html_body="<p>Hallo <b>Ida</b> – 你好</p>",
        attachments=[str(document.pk)],
    )
    assert sending.send_waiting() == 1
    [message] = box.messages
    assert box.envelopes == [["ida@example.com", "copy@example.com", "secret@example.com"]]
    assert str(make_header(decode_header(message["Subject"]))) == "Grüße aus Łódź – 你好"
    assert (message["To"], message["Cc"], message["Bcc"]) == (
        "ida@example.com",
        "copy@example.com",
        None,
    )
    assert b"secret@example.com" not in box.raw[0]
    assert message["From"] == settings.DEFAULT_FROM_EMAIL
    assert message["Reply-To"] == max.email
    assert message["Message-ID"] == of(email).message_id
    assert message["List-Unsubscribe"] is None
    assert email.pk.hex not in message["Message-ID"]
    text, markup = message.get_body(("plain",)), message.get_body(("html",))
    assert text.get_content().replace("\r\n", "\n").strip() == email.body
    assert text.get_content_charset() == "utf-8"
    assert "<b>Ida</b> – 你好" in markup.get_content()
    [attached] = message.iter_attachments()
    assert attached.get_filename() == "Angebot Grün.pdf"
    assert attached.get_content() == data
    assert attached.get_content_type() == "application/pdf"


def test_a_campaigns_mail_shows_the_way_out(box, settings):
    settings.TRACKING_URL = "https://news.example.org"
    campaign = CampaignFactory(status="active")
    row = Email(
        to_email="ida@example.com",
        subject="Spring",
        body="Hi",
        html_body="<p>Hi</p>",
        campaign=campaign,
        from_name="The Lamp Works",
        reply_to="lamps@example.com",
        track=True,
    )
    operations.queue_many([row], by=None)
    sending.send_waiting()
    [message] = box.messages
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message["List-Unsubscribe"].strip(" <>")
    assert link.startswith("https://news.example.org/u/")
    assert "The Lamp Works" in message["From"]
    assert message["Reply-To"] == "lamps@example.com"
    text = message.get_body(("plain",)).get_content()
    markup = message.get_body(("html",)).get_content()
    assert link in text
    assert f'href="{link}"' in markup
    assert "https://news.example.org/o/" in markup
    assert row.pk.hex not in box.raw[0].decode()
    assert str(row.pk) not in box.raw[0].decode()


def test_personal_mail_carries_no_pixel(box):
    queued(html_body="<p>Hi</p>")
    sending.send_waiting()
    assert "/o/" not in box.messages[0].get_body(("html",)).get_content()


def test_an_attachment_that_is_gone_fails_the_mail_clearly(box):
    document = stored_file("offer.pdf", b"x")
    email = queued(attachments=[str(document.pk)])
    default_storage.delete(document.s3_key)
    sending.send_waiting()
    assert of(email).status == "failed"
    assert of(email).error == f"The file of the attachment '{document.title}' is missing."
    assert box.raw == []


@pytest.mark.parametrize(
    ("refusal", "status", "word"),
    [("550 no such person", "failed", "550"), ("451 greylisted", "queued", "451")],
)
def test_a_refused_receiver_decides_for_the_whole_mail(refusal, status, word, box):
    box.refuse_receiver = lambda address: refusal if address.startswith("bad") else ""
    email = queued(to_email="good@example.com", cc=["bad@example.com"])
    other = queued()
    assert sending.send_waiting() == 1
    assert of(email).status == status
    assert word in of(email).error
    assert "bad@example.com" in of(email).error
    assert of(other).status == "sent"
    assert len(box.raw) == 1


@pytest.mark.parametrize(
    ("refusal", "status"), [("554 looks like spam", "failed"), ("452 disk full", "queued")]
)
def test_a_refused_message_is_told(refusal, status, box):
    box.refuse_message = lambda content: refusal
    email = queued()
    sending.send_waiting()
    assert of(email).status == status
    assert refusal[:3] in of(email).error


def test_a_server_that_hangs_up_after_the_message_leaves_the_outcome_open(box, monkeypatch):
    async def hang_up(taker, server, session, envelope):
        box.raw.append(envelope.content)
        server.transport.abort()
        return "250 never heard"

    monkeypatch.setattr(Taker, "handle_DATA", hang_up)
    email = queued()
    sending.send_waiting()
    assert (of(email).status, of(email).outcome_unknown) == ("sending", True)
    assert sending.send_waiting() == 0
    assert len(box.raw) == 1


def test_a_server_that_is_away_for_a_while_loses_nothing(settings):
    """Nobody does anything: the mails wait, say why, and leave once it is back."""
    cache.clear()
    port = free_port()
    use(settings, port)
    emails = [queued() for _ in range(5)]
    assert sending.send_waiting() == 0
    rows = Email.objects.filter(pk__in=[email.pk for email in emails])
    assert set(rows.values_list("status", "attempts")) == {("queued", 0)}
    [error] = set(rows.exclude(error="").values_list("error", flat=True))
    assert "can't be reached" in error
    with postbox(port) as box:
        rows.exclude(retry_at=None).update(retry_at=rows[0].created_at)
        cache.clear()  # what the passing of a minute does
        sending.look_for_due()
        assert sending.send_waiting() == 5
    assert set(rows.values_list("status", "attempts")) == {("sent", 1)}
    assert len(box.raw) == 5


def test_a_connection_that_was_closed_meanwhile_is_opened_again(box):
    gateway = sending.Gateway()
    first, second = (sending.composing.message_of(queued()) for _ in range(2))
    gateway.send(first)
    gateway._backend.connection.sock.close()
    gateway.send(second)
    gateway.close()
    assert len(box.raw) == 2
