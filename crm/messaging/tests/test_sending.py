"""The engine: what becomes of a queued mail, whatever the provider says."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from crm.core import jobs
from crm.core.models import Event
from crm.marketing.tests.factories import CampaignFactory
from crm.messaging import operations, pace, sending
from crm.messaging.gateways import Permanent, Transient, Unknown, Unreachable
from crm.messaging.models import Email, Suppression
from crm.messaging.tests.factories import EmailFactory
from crm.people.tests.factories import ContactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_pause():
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
    email = EmailFactory(**values)
    return operations.queue(email, by=None)


def of(email):
    return Email.all_objects.get(pk=email.pk)


def names(email):
    events = Event.objects.filter(record_id=email.pk).order_by("id")
    return [event.name for event in events]


def let_time_pass():
    """Make every retry due and end every pause."""
    Email.objects.exclude(retry_at=None).update(retry_at=timezone.now())
    cache.clear()


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


def test_what_may_work_later_is_tried_five_times_more(provider):
    email = queued()
    waits = []
    for _ in range(6):
        provider.answers = [Transient("450 try later")]
        before = timezone.now()
        sending.send_waiting()
        if of(email).status == "queued":
            waits.append(round((of(email).retry_at - before) / timedelta(minutes=1)))
            assert sending.send_waiting() == 0  # not before its time
        let_time_pass()
    row = of(email)
    assert waits == [1, 5, 30, 120, 360]
    assert (row.status, row.attempts) == ("failed", 6)
    assert "450 try later" in row.error
    assert names(email)[-1] == "email.failed"
    assert provider.took == []


def test_what_never_will_work_fails_at_once(provider):
    email, other = queued(), queued()
    provider.answers = [Permanent("550 no such person")]
    assert sending.send_waiting() == 1
    assert (of(email).status, of(email).error) == ("failed", "550 no such person")
    assert of(other).status == "sent"


def test_a_provider_that_is_away_costs_no_attempts(provider):
    emails = [queued() for _ in range(20)]
    provider.answers = [Unreachable("nobody there")] * 3
    for _ in range(3):
        assert sending.send_waiting() == 0
        assert sending.send_waiting() == 0  # paused: not even tried
        let_time_pass()
    assert provider.answers == []
    rows = Email.objects.filter(pk__in=[email.pk for email in emails])
    assert set(rows.values_list("status", "attempts")) == {("queued", 0)}
    assert "nobody there" in set(rows.values_list("error", flat=True))
    assert sending.send_waiting() == 20
    assert set(rows.values_list("status", "attempts", "error")) == {("sent", 1, "")}
    assert len(set(provider.took)) == len(provider.took) == 20


def test_pauses_grow_to_a_minute_and_end_with_the_first_mail_that_leaves(provider):
    assert [pace.pause() for _ in range(7)] == [5, 10, 20, 40, 60, 60, 60]
    cache.set(pace.PAUSED, (4, 0.0))
    queued()
    sending.send_waiting()
    assert pace.pause() == 5


def test_a_busy_provider_is_left_alone_and_the_attempt_counts(provider):
    first, second = queued(), queued()
    provider.answers = [Transient("Throttling", everybody=True)]
    assert sending.send_waiting() == 0
    assert (of(first).attempts, of(second).attempts) == (1, 0)
    let_time_pass()
    assert sending.send_waiting() == 2


@pytest.mark.parametrize("surprise", [Unknown("no answer"), RuntimeError("out of ink")])
def test_what_may_have_left_is_not_sent_again(surprise, provider):
    email = queued()
    provider.answers = [surprise]
    sending.send_waiting()
    let_time_pass()
    sending.look_for_due()
    assert sending.send_waiting() == 0
    row = of(email)
    assert (row.status, row.outcome_unknown) == ("sending", True)
    assert str(surprise) in row.error
    assert provider.took == []
    assert names(email)[-1] == "email.outcome_unknown"


def test_a_mail_whose_process_died_is_marked_after_five_minutes(provider):
    email = queued()
    assert sending.claim() == email
    assert sending.claim() is None
    assert sending.mark_lost() == 0
    Email.objects.update(claimed_at=timezone.now() - timedelta(minutes=5, seconds=1))
    assert sending.mark_lost() == 1
    assert sending.mark_lost() == 0
    assert of(email).outcome_unknown is True
    assert "cut off" in of(email).error
    assert sending.send_waiting() == 0
    assert provider.took == []


@pytest.mark.django_db(transaction=True)
def test_a_run_calls_for_help_once_and_tells_its_events_together(provider, monkeypatch):
    rows = [Email(to_email=f"p{n}@example.com", subject="a", body="b") for n in range(30)]
    operations.queue_many(rows, by=None)
    hints = []
    monkeypatch.setattr(sending.jobs, "hint", hints.append)
    assert sending.send_waiting() == 30
    assert hints == ["send_mail", "deliver_events"]


def test_a_mail_that_bounced_before_it_was_marked_stays_bounced(provider):
    email = queued()
    sending.claim()
    Email.objects.update(status="bounced")
    sending.mark_sent(email, "id-9")
    assert (of(email).status, of(email).message_id) == ("bounced", "id-9")
    assert of(email).sent_at is not None


def test_a_mail_that_cannot_be_composed_yet_is_tried_later(provider, monkeypatch):
    def fail(email):
        raise OSError("the storage does not answer")

    monkeypatch.setattr(sending.composing, "message_of", fail)
    email = queued()
    sending.send_waiting()
    assert (of(email).status, of(email).attempts) == ("queued", 1)
    assert "the storage does not answer" in of(email).error


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


# -- who is not written to -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "campaign", "goes"),
    [
        ("bounced", False, False),
        ("complained", False, False),
        ("unsubscribed", False, True),
        ("manual", False, True),
        ("bounced", True, False),
        ("complained", True, False),
        ("unsubscribed", True, False),
        ("manual", True, False),
    ],
)
def test_suppressed_addresses_are_left_alone(reason, campaign, goes, provider):
    extra = {"campaign": CampaignFactory(status="active")} if campaign else {}
    email = queued(to_email="ida@example.com", **extra)
    Suppression.objects.create(address="ida@example.com", reason=reason)
    sending.send_waiting()
    assert of(email).status == ("sent" if goes else "failed")
    assert provider.took == (["ida@example.com"] if goes else [])
    if not goes:
        assert "ida@example.com is suppressed" in of(email).error


def test_a_copy_to_a_suppressed_address_stops_the_mail(provider):
    email = queued(cc=["ida@example.com"])
    Suppression.objects.create(address="ida@example.com", reason="bounced")
    sending.send_waiting()
    assert of(email).status == "failed"
    assert provider.took == []


def test_campaigns_leave_out_who_opted_out(provider):
    ContactFactory(email="ida@example.com", email_opt_out=True)
    email = EmailFactory(to_email="ida@example.com", campaign=CampaignFactory(status="active"))
    operations.queue_many(
        [Email(to_email="ida@example.com", subject="Hi", body="Hi", campaign=email.campaign)],
        by=None,
    )
    personal = queued(to_email="ida@example.com")
    sending.send_waiting()
    assert of(personal).status == "sent"
    assert Email.objects.get(campaign=email.campaign, status="failed").error.endswith(
        "has opted out of campaign mail."
    )


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
