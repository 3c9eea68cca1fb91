"""Mails about one's own account: through the outbox, and without their secrets."""

import json
import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Invitation, User
from accounts.tests.doors import AUTH, post
from conftest import PASSWORD
from crm.core.models import Event
from crm.messaging import operations, sending
from crm.messaging.models import Email, Suppression
from crm.messaging.tests.factories import EmailFactory

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"/(?:reset-password|accept-invite)/(\S+)")


@pytest.fixture(autouse=True)
def nobody_asked_before():
    cache.clear()


def forgot(email):
    return post("forgot-password", {"email": email})


def everything_stored():
    rows = [*Email.all_objects.values(), *Event.objects.values(), *Invitation.objects.values()]
    return json.dumps(rows, default=str)


def secret_of(message):
    return SECRET.search(message.body).group(1)


def test_the_secret_is_in_the_mail_and_nowhere_else(ann, max, client_of, work_off, caplog):
    forgot("ann@example.com")
    client_of(max).post(f"{AUTH}/invite", {"email": "ida@example.com"})
    before = everything_stored()
    with caplog.at_level("DEBUG"):
        assert work_off() == 2
    secrets = [secret_of(message) for message in mail.outbox]
    assert len(set(secrets)) == 2
    for secret in secrets:
        token = secret.partition(".")[2] or secret
        assert token not in before + everything_stored()
        assert token not in caplog.text
    for email in Email.objects.all():
        assert email.status == "sent"
        assert "not kept" in email.body
        row = client_of(max).get(f"/api/v1/emails/{email.pk}").json()["data"]
        assert not {"account_mail", "account_subject", "reference"} & set(row)


def test_an_account_mail_goes_to_suppressed_addresses_too_and_untracked(ann, work_off):
    Suppression.objects.create(address="ann@example.com", reason="complained")
    forgot("ann@example.com")
    assert work_off() == 1
    [message] = mail.outbox
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert message.alternatives == []
    assert "List-Unsubscribe" not in message.extra_headers


def test_a_reset_link_works_after_a_retry(ann, work_off, monkeypatch):
    forgot("ann@example.com")
    work_off()
    email = Email.objects.get()
    Email.objects.update(status="queued")
    assert sending.send_waiting() == 1
    for message in mail.outbox:
        assert message.extra_headers["Message-ID"] == sending.composing.message_id_of(email)
    answer = post(f"reset-password/{secret_of(mail.outbox[-1])}", {"password": "new-horse-77"})
    assert answer.status_code == 200


def test_what_nobody_needs_any_more_is_not_sent(ann, max, client_of, work_off):
    forgot("ann@example.com")
    client_of(max).post(f"{AUTH}/invite", {"email": "ida@example.com"})
    from crm.core import outbox

    outbox.deliver_all()
    User.objects.filter(pk=ann.pk).update(status="suspended")
    Invitation.objects.update(expires_at=Invitation.objects.get().created_at)
    assert sending.send_waiting() == 0
    assert mail.outbox == []
    assert set(Email.objects.values_list("status", flat=True)) == {"failed"}


def test_an_invitation_survives_a_new_key_while_the_old_is_known(
    max, client_of, work_off, settings
):
    client = client_of(max)
    client.post(f"{AUTH}/invite", {"email": "ida@example.com"})
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" * 5
    work_off()
    taken = {"password": PASSWORD, "full_name": "Ida"}
    assert post(f"accept-invite/{secret_of(mail.outbox[0])}", taken).status_code == 201


def test_an_invitation_whose_key_is_gone_says_so(max, client_of, work_off, settings):
    client_of(max).post(f"{AUTH}/invite", {"email": "ida@example.com"})
    settings.SECRET_KEY = "another-key-" * 5
    work_off()
    assert mail.outbox == []
    assert "key" in Email.objects.get().error


def test_known_and_unknown_addresses_cost_the_same(ann):
    forgot("warm@example.com")

    def statements(email):
        with CaptureQueriesContext(connection) as captured:
            forgot(email)
        return [re.sub(r"'[^']*'|[0-9a-f-]{32,}", "?", q["sql"])[:60] for q in captured]

    assert statements("ann@example.com") == statements("nobody@example.com")


def test_asking_for_an_unknown_address_mails_nobody(ann, work_off):
    forgot("nobody@example.com")
    User.objects.filter(pk=ann.pk).update(status="inactive")
    forgot("ann@example.com")
    work_off()
    assert mail.outbox == []
    assert not Email.objects.exists()


@pytest.mark.parametrize("name", ["account_mail", "account_subject", "reference", "reply_to"])
def test_no_client_makes_an_account_mail(name, max, client_of):
    client = client_of(max)
    body = {"to_email": "ida@example.com", "subject": "a", "body": "b", name: "password_reset"}
    assert client.post("/api/v1/emails", body).status_code == 400
    email = EmailFactory()
    assert client.put(f"/api/v1/emails/{email.pk}", {name: "password_reset"}).status_code == 400
    email.refresh_from_db()
    assert email.account_mail == ""


def test_an_account_mail_is_not_sent_again_by_hand(ann, max, client_of, work_off):
    forgot("ann@example.com")
    work_off()
    Email.objects.update(status="failed")
    email = Email.objects.get()
    with pytest.raises(operations.Conflict):
        operations.queue(email, by=max)
