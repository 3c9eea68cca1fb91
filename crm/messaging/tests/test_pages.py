"""Pixels and unsubscribing: what strangers ask for, and what it counts."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from crm.core.models import Event
from crm.marketing.tests.factories import CampaignFactory
from crm.messaging import operations, tracking
from crm.messaging.models import Email, Suppression
from crm.messaging.tests.factories import EmailFactory
from crm.people.tests.factories import ContactFactory
from crm.tests.threads import times

pytestmark = pytest.mark.django_db
READER = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_1) AppleWebKit/605.1.15 Mail/16"


@pytest.fixture
def sent(work_off):
    """A campaign's mail that left a while ago."""
    cache.clear()
    row = Email(
        to_email="ida@example.com",
        subject="Spring",
        body="Hi",
        html_body="<p>Hi</p>",
        campaign=CampaignFactory(status="active"),
        track=True,
    )
    operations.queue_many([row], by=None)
    work_off()
    Email.objects.update(sent_at=timezone.now() - timedelta(minutes=5))
    return Email.objects.get()


def in_mail(pattern):
    markup = mail.outbox[-1].alternatives[0].content
    return re.search(pattern, markup).group(1)


def pixel():
    return in_mail(r'src="https?://[^/"]+(/o/[^"]+)"')


def look(path, agent=READER, method="get", **headers):
    return getattr(Client(), method)(path, HTTP_USER_AGENT=agent, **headers)


def counts(email):
    email.refresh_from_db()
    return (email.opens_count, email.machine_opens_count)


def test_an_opening_is_counted_and_the_first_is_dated(sent):
    revision = sent.revision
    answer = look(pixel())
    assert (answer.status_code, answer["Content-Type"], len(answer.content)) == (
        200,
        "image/gif",
        43,
    )
    assert "no-store" in answer["Cache-Control"]
    assert counts(sent) == (1, 0)
    first = sent.opened_at
    look(pixel())
    assert counts(sent) == (2, 0)
    assert sent.opened_at == first is not None
    assert sent.revision == revision


@pytest.mark.parametrize("token", ["x", "a.b", "0" * 32, "ü", "x" * 3000, "%00", "{}.{}"])
def test_whatever_the_token_the_picture_is_the_same(token, sent):
    answer = look(f"/o/{token}.gif")
    assert (answer.status_code, answer.content) == (200, look(pixel()).content)


@pytest.mark.parametrize(
    ("agent", "headers"),
    [
        ("Mozilla/5.0", {}),
        ("", {}),
        ("Barracuda Sentinel (EE)", {}),
        ("python-requests/2.32", {}),
        ("Mozilla/5.0 (compatible; bingbot/2.0)", {}),
        (READER, {"HTTP_PURPOSE": "prefetch"}),
        (READER, {"HTTP_SEC_PURPOSE": "prefetch;prerender"}),
        (READER, {"HTTP_X_MOZ": "prefetch"}),
    ],
)
def test_machines_are_counted_apart(agent, headers, sent):
    look(pixel(), agent, **headers)
    assert counts(sent) == (0, 1)
    assert sent.opened_at is None


def test_what_is_opened_at_once_was_opened_by_a_machine(sent):
    Email.objects.update(sent_at=timezone.now())
    look(pixel())
    assert counts(sent) == (0, 1)


def test_gmails_picture_proxy_asks_for_a_reader(sent):
    look(pixel(), "Mozilla/5.0 (Windows NT 5.1) Firefox/11.0 (via ggpht.com GoogleImageProxy)")
    assert counts(sent) == (1, 0)


def test_a_head_request_counts_nothing_and_a_flood_is_not_counted(sent, settings):
    look(pixel(), method="head")
    assert counts(sent) == (0, 0)
    settings.RATE_LIMIT_PUBLIC = 3
    answers = [look(pixel()).status_code for _ in range(6)]
    assert answers == [200] * 6
    assert counts(sent) == (3, 0)


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="threads share one SQLite database in memory, no locks"
)
@pytest.mark.django_db(transaction=True)
def test_openings_at_once_are_all_counted(sent):
    path = pixel()
    times(8, lambda: look(path))
    assert counts(sent) == (8, 0)


def test_only_mail_that_asked_is_tracked_and_nobody_who_refused(max, client_of, work_off):
    ContactFactory(email="shy@example.com", tracking_opt_out=True)
    body = {"subject": "Hi", "html": "<p>Hi</p>"}
    client = client_of(max)
    for to, track in (("a@example.com", True), ("b@example.com", False), ("shy@example.com", True)):
        client.post("/api/v1/emails/send", {**body, "to": to, "track": track})
    work_off()
    tracked = {m.to[0] for m in mail.outbox if "/o/" in m.alternatives[0].content}
    assert tracked == {"a@example.com"}


def test_a_mail_without_tracking_counts_nothing_even_with_a_token(sent):
    Email.objects.update(track=False)
    look(f"/o/{tracking.token_of(sent, tracking.OPENED)}.gif")
    assert counts(sent) == (0, 0)


def test_links_are_led_through_a_function(settings, work_off):
    settings.CRM_MAIL_LINKS = "crm.messaging.tests.test_pages.elsewhere"
    row = EmailFactory(
        html_body='<a href="https://a.example/?x=1&amp;y=2">a</a><a href="mailto:b@c.de">b</a>',
        track=True,
    )
    operations.queue(row, by=None)
    work_off()
    markup = mail.outbox[0].alternatives[0].content
    assert 'href="https://t.example/?u=https://a.example/?x=1&amp;y=2"' in markup
    assert 'href="mailto:b@c.de"' in markup


def elsewhere(email, address):
    return f"https://t.example/?u={address}"


# -- unsubscribing -------------------------------------------------------------------------


def way_out():
    return in_mail(r'href="https?://[^/"]+(/u/[^"]+)"')


def test_a_look_changes_nothing_and_the_button_unsubscribes(sent):
    contact = ContactFactory(email="ida@example.com")
    page = Client().get(way_out())
    assert page.status_code == 200
    assert b"<button" in page.content
    assert "no-store" in page["Cache-Control"]
    assert not Suppression.objects.exists()
    done = Client(enforce_csrf_checks=True).post(way_out())
    assert done.status_code == 200
    assert b"ida@example.com" in done.content
    row = Suppression.objects.get()
    assert (row.address, row.reason, row.email) == ("ida@example.com", "unsubscribed", sent)
    contact.refresh_from_db()
    assert contact.email_opt_out is True
    event = Event.objects.get(name="contact.updated")
    assert event.data["changes"]["email_opt_out"] == [False, True]
    assert contact.opted_out_at is not None
    assert Client().post(way_out()).status_code == 200  # again: nothing new
    assert Suppression.objects.count() == 1
    assert Event.objects.filter(name="contact.updated").count() == 1


def test_one_click_of_a_mail_program_is_enough(sent):
    [message] = mail.outbox
    link = message.extra_headers["List-Unsubscribe"].strip("<>")
    path = "/u/" + link.partition("/u/")[2]
    answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Suppression.objects.get().address == "ida@example.com"


def test_a_token_of_another_purpose_unsubscribes_nobody(sent):
    token = pixel().removeprefix("/o/").removesuffix(".gif")
    for wrong in (token, "x", sent.reference.hex, str(sent.pk)):
        assert Client().post(f"/u/{wrong}").status_code == 404
    assert not Suppression.objects.exists()


def test_unsubscribing_has_a_limit_of_its_own(sent, settings):
    settings.RATE_LIMIT_PUBLIC = 2
    answers = [Client().get(way_out()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "60"


def test_other_methods_are_refused(sent):
    assert Client().put(way_out()).status_code == 405
    assert Client().post(pixel()).status_code == 405
