"""The engine: which mails leave, in which order, how fast and how often."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from crm.core import jobs
from crm.core.models import Event
from crm.marketing.tests.factories import CampaignFactory
from crm.messaging import operations, pace, sending
from crm.messaging.models import Email
from crm.messaging.tests.conftest import names, of, queued
from crm.messaging.tests.factories import EmailFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pause")]


def test_a_queued_mail_leaves_and_says_so():
    email = queued()
    assert sending.send_waiting() == 1
    row = of(email)
    assert (row.status, row.attempts, row.error) == ("sent", 1, "")
    assert row.sent_at is not None
    [message] = mail.outbox
    assert row.message_id == message.extra_headers["Message-ID"]
    assert names(email) == ["email.queued", "email.sent"]
    assert sending.send_waiting() == 0
    assert len(mail.outbox) == 1


def test_only_what_is_queued_leaves():
    for status in Email.Status:
        if status != "queued":
            EmailFactory(status=status)
    queued(deleted_at=None)
    binned = queued()
    Email.objects.filter(pk=binned.pk).update(deleted_at=timezone.now())
    assert sending.send_waiting() == 1


@pytest.mark.django_db(transaction=True)
def test_queueing_hints_at_the_workers_after_the_commit(monkeypatch):
    hints = []
    monkeypatch.setattr(jobs.current_app, "send_task", lambda task, **rest: hints.append(task))
    queued()
    assert hints.count("send_mail") == 1


def test_account_mails_go_before_people_before_campaigns(provider):
    campaign = CampaignFactory(status="active")
    for kind, values in {"c": {"campaign": campaign}, "p1": {}, "p2": {}}.items():
        queued(to_email=f"{kind}@example.com", **values)
    account = queued(to_email="a@example.com")
    Email.objects.filter(pk=account.pk).update(priority=Email.Priority.ACCOUNT)
    sending.send_waiting()
    assert [address[:2] for address in provider.took] == ["a@", "p1", "p2", "c@"]


@pytest.mark.parametrize("status", ["draft", "scheduled", "paused", "completed"])
def test_a_campaign_that_is_not_active_holds_its_mails_back(status, provider):
    campaign = CampaignFactory(status=status)
    email = queued(campaign=campaign)
    assert sending.send_waiting() == 0
    assert of(email).status == "queued"
    campaign.status = "active"
    campaign.save()
    assert sending.send_waiting() == 1


@pytest.mark.django_db(transaction=True)
def test_a_run_calls_for_help_once_and_tells_its_events_together(provider, monkeypatch):
    rows = [Email(to_email=f"p{n}@example.com", subject="a", body="b") for n in range(30)]
    operations.queue_many(rows, by=None)
    hints = []
    monkeypatch.setattr(sending.jobs, "hint", hints.append)
    monkeypatch.setattr(sending, "TELLING", 3600.0)  # however slow the machine
    monkeypatch.setattr(sending, "LONGEST_RUN", 3600.0)
    assert sending.send_waiting() == 30
    assert hints == ["send_mail", "deliver_events"]


def test_scheduled_mail_waits_for_its_time(provider):
    soon = EmailFactory(status="scheduled", scheduled_at=timezone.now() - timedelta(seconds=1))
    later = EmailFactory(status="scheduled", scheduled_at=timezone.now() + timedelta(hours=1))
    sending.look_for_due()
    assert sending.send_waiting() == 1
    assert (of(soon).status, of(later).status) == ("sent", "scheduled")
    assert names(soon) == ["email.queued", "email.sent"]


def test_a_rate_holds_over_all_processes(provider, settings, monkeypatch):
    """Ten a second: the eleventh mail of a second waits for the next one."""
    clock = [1000.0]
    waits = []

    def sleep(seconds):
        waits.append(seconds)
        clock[0] += seconds

    settings.MAIL_RATE_PER_SECOND = 10
    monkeypatch.setattr("crm.core.limits.time.time", lambda: clock[0])
    monkeypatch.setattr(pace.time, "sleep", sleep)
    for _ in range(25):
        queued()
    assert sending.send_waiting() == 25
    assert len(waits) == 2


def test_many_are_queued_at_once_and_each_leaves_once(provider, max):
    campaign = CampaignFactory(status="active")
    rows = [
        Email(to_email=f"p{n}@example.com", subject="Spring", body="Hi", campaign=campaign)
        for n in range(30)
    ]
    operations.queue_many(rows, by=max)
    assert sending.send_waiting() == 30
    assert len(set(provider.took)) == 30
    stored = Email.objects.filter(campaign=campaign)
    assert set(stored.values_list("status", "created_by", "priority")) == {("sent", max.pk, 2)}
    assert Event.objects.filter(name="email.created").count() == 30
