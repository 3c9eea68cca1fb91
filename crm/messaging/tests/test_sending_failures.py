"""The engine: what becomes of a mail that the provider does not take, or not for certain."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from crm.messaging import pace, sending
from crm.messaging.gateways import Permanent, Transient, Unknown, Unreachable
from crm.messaging.models import Email
from crm.messaging.tests.conftest import let_time_pass, names, of, queued

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pause")]


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


def test_a_mail_that_cannot_be_composed_yet_is_tried_later(provider, monkeypatch):
    def fail(email):
        raise OSError("the storage does not answer")

    monkeypatch.setattr(sending.composing, "message_of", fail)
    email = queued()
    sending.send_waiting()
    assert (of(email).status, of(email).attempts) == ("queued", 1)
    assert "the storage does not answer" in of(email).error


# -- outcomes that nobody knows ------------------------------------------------------------


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


def test_a_mail_that_bounced_before_it_was_marked_stays_bounced(provider):
    email = queued()
    sending.claim()
    Email.objects.update(status="bounced")
    sending.mark_sent(email, "id-9")
    assert (of(email).status, of(email).message_id) == ("bounced", "id-9")
    assert of(email).sent_at is not None
