"""Worker processes that are killed while they send: nobody gets two mails, none is lost."""

import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from crm.messaging import operations, sending
from crm.messaging.models import Email
from crm.messaging.tests.postbox import postbox
from crm.messaging.tests.workers import environment, start_sender

PATIENCE_SECONDS = 120
MAILS = 40
KILL_AT = (7, 19)


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="processes share no SQLite database in memory"
)
@pytest.mark.django_db(transaction=True)
def test_a_kill_leaves_at_most_one_mail_unknown():
    rows = [Email(to_email=f"p{n}@example.com", subject="Hi", body="Hi") for n in range(MAILS)]
    operations.queue_many(rows, by=None)
    with postbox() as box:
        workers = []

        def kill_while_sending(content):
            """The message is taken, and its sender dies before it hears so."""
            if len(box.raw) in KILL_AT:
                workers[0].kill()
            return ""

        box.refuse_message = kill_while_sending
        env = environment(box.port)
        workers += [start_sender(env), start_sender(env)]
        kills, deadline = 0, time.monotonic() + PATIENCE_SECONDS
        while any(worker.poll() is None for worker in workers):
            assert time.monotonic() < deadline
            if workers[0].poll() not in (None, 0):
                kills += 1
                workers[0] = start_sender(env)
            time.sleep(0.05)  # nothing else tells when a process ends
    assert kills == len(KILL_AT)

    delivered = Counter(address for envelope in box.envelopes for address in envelope)
    assert max(delivered.values()) == 1
    assert len(delivered) == MAILS
    states = Counter(Email.objects.values_list("status", flat=True))
    assert set(states) <= {"sent", "sending"}
    assert states["sending"] <= kills

    Email.objects.filter(status="sending").update(claimed_at=timezone.now() - timedelta(minutes=6))
    assert sending.mark_lost() == states["sending"]
    assert sending.send_waiting() == 0
    unknown = Email.objects.filter(outcome_unknown=True)
    assert unknown.count() == states["sending"]
    assert all("Nobody knows" in email.error for email in unknown)
    assert Email.objects.exclude(status="sending").filter(attempts=1).count() == states["sent"]
