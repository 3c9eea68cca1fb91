"""A campaign that real workers send while they are killed, and what has to hold afterwards."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from subprocess import Popen
from typing import Any

from django.conf import settings
from django.utils import timezone

from crm.marketing import operations, sending
from crm.marketing.models import Campaign, CampaignRecipient
from crm.marketing.report import report
from crm.marketing.tests.factories import CampaignFactory
from crm.messaging.models import Email
from crm.messaging.sending import mark_lost
from crm.messaging.tests.postbox import Postbox
from crm.people.models import Contact
from crm.tests.serving import BIN

PARTS = ("queued", "sending", "unknown", "sent", "failed")
CONTENT = {
    "subject": "Hello {{ first_name }}",
    "html": '<p>Hi</p><a href="https://example.com/a">A</a>',
    "text": "Hi",
}


def start_campaign(number: int, by: Any) -> Campaign:
    """Start a campaign to so many contacts; only the workers know that it is to be sent."""
    Contact.objects.bulk_create(
        Contact(first_name=f"P{n}", last_name="Berg", email=f"p{n}@example.com")
        for n in range(number)
    )
    campaign = CampaignFactory(content=CONTENT, audience={"contacts": {}}, created_by=by)
    return operations.send_campaign(campaign, by=by)


class Workers:
    """Two Celery workers and a clock; whoever is killed is started again."""

    def __init__(self, env: dict[str, str], folder: Path):
        self.env, self.folder = env, folder
        self.clock = self.celery("beat", "--schedule", str(folder / "beat"))
        self.running: dict[int, Popen] = {number: self.start() for number in range(2)}
        self.killed = 0

    def celery(self, *command: str) -> Popen:
        with (self.folder / "log").open("ab") as log:
            return Popen(
                [str(BIN / "celery"), "-A", "nexa", *command, "--loglevel", "ERROR"],
                cwd=settings.BASE_DIR,
                env=self.env,
                stdout=log,
                stderr=log,
            )

    def start(self) -> Popen:
        # The clock is a process of its own: one inside a killed worker would outlive it.
        options = ("--pool", "threads", "--concurrency", "2")
        return self.celery("worker", *options, "--without-gossip", "--without-mingle")

    def kill(self, number: int) -> None:
        self.running[number].kill()
        self.killed += 1

    def revive(self) -> None:
        for number, process in self.running.items():
            if process.poll() is not None:
                self.running[number] = self.start()

    def stop(self) -> None:
        """End all of them; what they leave undone is what the test looks at."""
        for process in (self.clock, *self.running.values()):
            process.kill()
            process.wait()


def wait_until_sent(
    campaign: Campaign, workers: Workers, *, seconds: float, meanwhile: Callable[[], None]
) -> None:
    """Wait until no mail waits any more, starting killed workers again."""
    deadline = time.monotonic() + seconds
    while is_under_way(campaign):
        assert time.monotonic() < deadline, report(campaign)
        workers.revive()
        meanwhile()
        time.sleep(0.1)  # nothing else tells when a process ends


def is_under_way(campaign: Campaign) -> bool:
    frozen = Campaign.objects.filter(pk=campaign.pk, audience_frozen_at=None)
    waiting = CampaignRecipient.objects.filter(campaign=campaign, mailed_at=None)
    queued = Email.objects.filter(campaign=campaign, status="queued")
    return frozen.exists() or waiting.exists() or queued.exists()


def assert_accounted_for(campaign: Campaign, box: Postbox, number: int, kills: int) -> str:
    """Close the books, and return their figures in one line."""
    Email.objects.filter(status="sending").update(claimed_at=timezone.now() - timedelta(minutes=6))
    mark_lost()
    sending.run_campaigns()
    campaign.refresh_from_db()
    figures = report(campaign)
    delivered = Counter(address for envelope in box.envelopes for address in envelope)
    unknown = set(Email.objects.filter(outcome_unknown=True).values_list("to_email", flat=True))
    sent = set(Email.objects.filter(status="sent").values_list("to_email", flat=True))

    assert max(delivered.values()) == 1
    assert campaign.status == "completed"
    assert CampaignRecipient.objects.filter(campaign=campaign).count() == number
    assert Email.objects.filter(campaign=campaign).count() == number
    assert figures["recipients"] == number == sum(figures[part] for part in PARTS)
    assert (figures["queued"], figures["sending"], figures["failed"]) == (0, 0, 0)
    assert len(unknown) == figures["unknown"] <= kills
    assert sent <= set(delivered) <= sent | unknown
    return (
        f"{number} recipients, {kills} kills: {figures['sent']} sent, {figures['failed']} failed, "
        f"{len(unknown)} unknown of which {len(unknown & set(delivered))} arrived; most to one "
        f"address: {max(delivered.values())}"
    )
