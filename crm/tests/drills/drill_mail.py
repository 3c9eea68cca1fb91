"""Two thousand mails, two real workers, five kills: nobody gets two, every one accounted for.

Not part of the suite. Run it over PostgreSQL, with its figures printed::

    python -m crm.tests.services python -m pytest -s crm/tests/drills/drill_mail.py
"""

import random
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from crm.messaging import operations, sending
from crm.messaging.models import Email
from crm.messaging.tests.postbox import postbox
from crm.messaging.tests.workers import environment, start_celery

MAILS, KILLS = 2_000, 5
PATIENCE_SECONDS = 300


@pytest.mark.skipif(connection.vendor == "sqlite", reason="two processes need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_two_thousand_mails_through_two_workers_with_kills(tmp_path):
    rows = [Email(to_email=f"p{n}@example.com", subject="Hi", body="Hello") for n in range(MAILS)]
    operations.queue_many(rows, by=None)
    # Killed while mails flow: right after the server took the message of the chosen number.
    points = sorted(random.sample(range(MAILS // 20, MAILS * 9 // 10), KILLS))
    killed = []
    with postbox() as box:
        env = environment(
            box.port, BROKER_URL="filesystem://localhost", QUEUE_DIR=str(tmp_path / "queue")
        )
        workers = {n: start_celery(env, tmp_path / f"worker-{n}") for n in range(2)}

        def kill_at_random(content):
            if len(killed) < KILLS and len(box.raw) >= points[len(killed)]:
                victim = random.choice(list(workers.values()))
                victim.kill()
                killed.append(victim.pid)
            return ""

        box.refuse_message = kill_at_random
        deadline, begun = time.monotonic() + PATIENCE_SECONDS, None
        try:
            while Email.objects.filter(status="queued").exists():
                assert time.monotonic() < deadline
                begun = begun or (box.raw and time.monotonic())
                for number, worker in workers.items():
                    if worker.poll() is not None:
                        workers[number] = start_celery(env, tmp_path / f"worker-{number}")
                time.sleep(0.1)
            seconds = time.monotonic() - begun
        finally:
            for worker in workers.values():
                worker.terminate()
            for worker in workers.values():
                worker.wait(timeout=60)

    Email.objects.filter(status="sending").update(claimed_at=timezone.now() - timedelta(minutes=6))
    sending.mark_lost()
    states = Counter(Email.objects.values_list("status", flat=True))
    delivered = Counter(address for envelope in box.envelopes for address in envelope)
    unknown = set(Email.objects.filter(outcome_unknown=True).values_list("to_email", flat=True))
    print(
        f"\n{MAILS} mails, {len(killed)} kills, {seconds:.0f} s ({MAILS / seconds:.0f} a second): "
        f"{states['sent']} sent, {states['failed']} failed, {len(unknown)} unknown of which "
        f"{len(unknown & set(delivered))} arrived; most to one address: {max(delivered.values())}"
    )
    assert len(killed) == KILLS
    assert max(delivered.values()) == 1
    assert sum(states.values()) == MAILS
    assert set(states) <= {"sent", "sending"}
    assert states["sending"] == len(unknown) <= KILLS
    sent = set(Email.objects.filter(status="sent").values_list("to_email", flat=True))
    assert sent <= set(delivered) <= sent | unknown
