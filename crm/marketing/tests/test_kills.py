"""A worker dies in the middle of a campaign: nobody gets it twice, everybody is accounted for."""

import pytest
from django.db import connection

from crm.marketing.tests.underfire import (
    Workers,
    assert_accounted_for,
    start_campaign,
    wait_until_sent,
)
from crm.messaging.tests.postbox import postbox
from crm.messaging.tests.workers import environment

RECIPIENTS, KILL_AT = 60, 25


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="processes share no SQLite database in memory"
)
@pytest.mark.django_db(transaction=True)
def test_a_campaign_survives_the_death_of_a_worker(max, tmp_path):
    campaign = start_campaign(RECIPIENTS, max)
    with postbox() as box:
        queue = {"BROKER_URL": "filesystem://localhost", "QUEUE_DIR": str(tmp_path / "queue")}
        workers = Workers(environment(box.port, **queue), tmp_path)

        def kill_once(content):
            """The message is taken, and whoever sent it may die before it hears so."""
            if len(box.raw) == KILL_AT:
                workers.kill(0)
            return ""

        box.refuse_message = kill_once
        try:
            wait_until_sent(campaign, workers, seconds=120, meanwhile=lambda: None)
        finally:
            workers.stop()
    assert workers.killed == 1
    assert_accounted_for(campaign, box, RECIPIENTS, workers.killed)
