"""Sending a campaign: one mail for each address, watched, and accounted for to the last."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from crm.core.models import Event
from crm.marketing import operations, sending
from crm.marketing.models import CampaignRecipient, LinkAnalytics
from crm.marketing.tests.factories import CampaignFactory
from crm.messaging.models import Email, Suppression
from crm.messaging.sending import send_waiting
from crm.people.tests.factories import ContactFactory
from crm.sales.tests.factories import DealFactory, LeadFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/campaigns"
CONTENT = {
    "subject": "Hello {{ first_name|there }}",
    "html": '<p>Hi {{ first_name }}</p><a href="https://example.com/a?x=1&amp;y=2">A</a> '
    '<a href="https://example.com/b">B</a>',
    "text": "Hi {{ first_name }}",
    "from_name": "Nexa",
    "reply_to": "hello@example.com",
}
PARTS = ("queued", "sending", "unknown", "sent", "failed")


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


@pytest.fixture
def api(max, client_of):
    return client_of(max)


@pytest.fixture
def started(max):
    """A campaign to three contacts that was just started."""
    for name in ("Ida", "Leo", "Ute"):
        ContactFactory(first_name=name, email=f"{name}@example.com")
    campaign = CampaignFactory(content=CONTENT, audience={"contacts": {}}, created_by=max)
    return operations.send_campaign(campaign, by=max)


def reported(api, campaign):
    report = api.get(f"{URL}/{campaign.pk}/report").json()["data"]
    assert report["recipients"] == sum(report[part] for part in PARTS)
    return report


def test_everybody_gets_one_mail_of_their_own(started, api, max):
    sending.run_campaigns()
    assert reported(api, started)["queued"] == 3
    assert send_waiting() == 3
    sending.run_campaigns()

    started.refresh_from_db()
    assert started.status == "completed"
    assert started.completed_at is not None
    assert sorted(message.to[0] for message in mail.outbox) == [
        "ida@example.com",
        "leo@example.com",
        "ute@example.com",
    ]
    message = next(m for m in mail.outbox if m.to == ["ida@example.com"])
    assert message.subject == "Hello Ida"
    assert message.reply_to == ["hello@example.com"]
    assert message.from_email.startswith("Nexa <")
    assert "Hi Ida" in message.body
    assert "/u/" in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    html = message.alternatives[0][0]
    assert "/o/" in html
    assert html.count("/l/") == 2
    assert "https://example.com/b" not in html
    targets = set(LinkAnalytics.objects.values_list("original_url", flat=True))
    assert targets == {"https://example.com/a?x=1&y=2", "https://example.com/b"}
    assert set(LinkAnalytics.objects.values_list("campaign", flat=True)) == {started.pk}
    email = Email.objects.get(to_email="ida@example.com")
    assert (email.created_by, email.related_to_type) == (max, "contact")
    report = reported(api, started)
    assert (report["sent"], report["delivered"], report["queued"]) == (3, 3, 0)


def test_running_it_again_sends_nothing_again(started):
    for _ in range(3):
        sending.run_campaigns()
        send_waiting()
    assert len(mail.outbox) == 3
    Email.objects.all().delete()  # purged for good
    assert CampaignRecipient.objects.filter(email=None).count() == 3
    operations.records.write(started, {"status": "active"})
    sending.run_campaigns()
    assert not Email.objects.exists()


def test_a_batch_that_dies_leaves_no_mail_behind(started, monkeypatch):
    def die(*args, **kwargs):
        raise RuntimeError("killed")

    while sending.freeze_batch(started.pk):
        pass
    with monkeypatch.context() as killed:
        killed.setattr(CampaignRecipient.objects, "bulk_update", die)
        with pytest.raises(RuntimeError):
            sending.queue_batch(started.pk)
    assert not Email.objects.exists()
    assert not CampaignRecipient.objects.exclude(mailed_at=None).exists()
    assert sending.queue_batch(started.pk) == 3
    assert sending.queue_batch(started.pk) == 0


def test_a_paused_campaign_sends_nothing_until_it_is_resumed(started, api, max):
    sending.run_campaigns()
    operations.pause_campaign(started, by=max)
    assert send_waiting() == 0
    sending.run_campaigns()
    assert reported(api, started)["queued"] == 3
    operations.resume_campaign(started, by=max)
    assert send_waiting() == 3


def test_who_leaves_in_between_gets_no_mail_and_is_accounted_for(started, api):
    sending.run_campaigns()
    Suppression.objects.create(address="ida@example.com", reason="unsubscribed")
    send_waiting()
    sending.run_campaigns()
    started.refresh_from_db()
    report = reported(api, started)
    assert (started.status, report["sent"], report["failed"]) == ("completed", 2, 1)
    assert len(mail.outbox) == 2


def test_an_unknown_outcome_is_accounted_for_and_not_repeated(started, api):
    sending.run_campaigns()
    Email.objects.filter(to_email="ida@example.com").update(
        status="sending", outcome_unknown=True, claimed_at=timezone.now()
    )
    send_waiting()
    sending.run_campaigns()
    started.refresh_from_db()
    report = reported(api, started)
    assert (started.status, report["unknown"], report["sent"]) == ("completed", 1, 2)
    assert len(mail.outbox) == 2


def test_a_deleted_mail_keeps_no_campaign_open(started, api, max):
    sending.run_campaigns()
    email = Email.objects.get(to_email="ida@example.com")
    operations.records.mark_deleted(email, by=max)
    send_waiting()
    sending.run_campaigns()
    started.refresh_from_db()
    assert started.status == "completed"
    assert reported(api, started)["failed"] == 1


@pytest.mark.parametrize(
    ("bounced", "complained", "sent", "paused"),
    [
        (5, 0, 95, False),
        (6, 0, 94, True),
        (0, 1, 99, True),
        (9, 1, 80, False),  # too few to judge
        (50, 1, 949, False),
        (51, 0, 949, True),
        (0, 2, 998, True),
    ],
)
def test_too_many_bounces_or_complaints_stop_it(bounced, complained, sent, paused, max):
    campaign = CampaignFactory(
        status="active", started_by=max, resumed_at=timezone.now() - timedelta(hours=1)
    )
    statuses = ["bounced"] * bounced + ["complained"] * complained + ["sent"] * sent
    Email.objects.bulk_create(
        Email(
            to_email="x@example.com",
            subject="x",
            body="x",
            status=status,
            campaign=campaign,
            sent_at=timezone.now(),
        )
        for status in statuses
    )
    assert sending.watch(campaign.pk) is paused
    campaign.refresh_from_db()
    assert campaign.status == ("paused" if paused else "active")
    assert bool(campaign.status_reason) is paused
    if paused:
        event = Event.objects.get(name="campaign.paused")
        assert event.data["reason"] == campaign.status_reason
        operations.resume_campaign(campaign, by=max)
        assert not sending.watch(campaign.pk)  # judged afresh
    assert not sending.watch(campaign.pk)


def test_the_report_says_what_came_of_it(started, api):
    sending.run_campaigns()
    send_waiting()
    sending.run_campaigns()
    now = timezone.now()
    Email.objects.filter(to_email="ida@example.com").update(
        opens_count=3, opened_at=now, clicks_count=2, clicked_at=now, machine_opens_count=1
    )
    Email.objects.filter(to_email="leo@example.com").update(
        status="bounced", machine_clicks_count=4
    )
    Suppression.objects.create(
        address="ute@example.com",
        reason="unsubscribed",
        email=Email.objects.get(to_email="ute@example.com"),
    )
    ida = CampaignRecipient.objects.get(address="ida@example.com").contact
    won = {"stage": "Closed Won", "contact": ida}
    DealFactory(**won, amount=100, close_date=now + timedelta(days=3))
    DealFactory(**won, amount=50, close_date=now + timedelta(days=3), currency="EUR")
    DealFactory(**won, amount=7, close_date=now + timedelta(days=31))
    DealFactory(**won, amount=7, close_date=now - timedelta(days=1))
    DealFactory(contact=ida, amount=7, close_date=now + timedelta(days=3))
    sending.refresh_figures()

    report = reported(api, started)
    assert (report["sent"], report["delivered"], report["bounced"]) == (3, 2, 1)
    assert report["unsubscribed"] == 1
    assert report["opens"] == {"unique": 1, "total": 3, "machine": 1, "rate": 0.5}
    assert report["clicks"] == {"unique": 1, "total": 2, "machine": 4, "rate": 0.5}
    assert [link["clicks"] for link in report["top_links"]] == [0, 0]
    assert report["attributed"]["conversions"] == 1
    assert report["attributed"]["revenue"] == [
        {"currency": "EUR", "deals": 1, "amount": 50},
        {"currency": "USD", "deals": 1, "amount": 100},
    ]
    started.refresh_from_db()
    assert started.metrics == {
        "impressions": 1,
        "clicks": 0,
        "conversions": 1,
        "leads_generated": 0,
    }


def test_a_lead_that_was_converted_after_a_click_is_credited(max, api):
    lead = LeadFactory()
    campaign = CampaignFactory(content=CONTENT, audience={"leads": {}})
    operations.send_campaign(campaign, by=max)
    sending.run_campaigns()
    send_waiting()
    now = timezone.now()
    Email.objects.update(clicked_at=now, clicks_count=1)
    deal = DealFactory(stage="Closed Won", amount=80, close_date=now + timedelta(days=2))
    type(lead).objects.filter(pk=lead.pk).update(
        converted_date=now + timedelta(days=1), converted_deal=deal
    )
    sending.refresh_figures()
    attributed = reported(api, campaign)["attributed"]
    assert (attributed["leads"], attributed["conversions"]) == (1, 1)
    assert attributed["revenue"] == [{"currency": "USD", "deals": 1, "amount": 80}]
    campaign.refresh_from_db()
    assert campaign.metrics["leads_generated"] == 1


def test_the_report_costs_the_same_for_any_number(started, api, django_assert_max_num_queries):
    sending.run_campaigns()
    with django_assert_max_num_queries(10):
        api.get(f"{URL}/{started.pk}/report")
