"""A hundred clicks at once on a real server of two processes count a hundred.

Not part of the suite. Run it over PostgreSQL, with its figures printed::

    python -m crm.tests.services python -m pytest -s crm/tests/drills/drill_clicks.py
"""

import http.client
import time
from urllib.parse import urlsplit

import pytest
from django.db import connection

from crm.marketing.models import Click, LinkAnalytics
from crm.marketing.tests.factories import CampaignFactory, LinkAnalyticsFactory
from crm.messaging.tests.workers import environment
from crm.tests.serving import server
from crm.tests.threads import times

CLICKS, ROUNDS = 100, 5
PATIENCE_SECONDS = 60
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.skipif(connection.vendor == "sqlite", reason="two processes need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_a_hundred_clicks_at_once_count_a_hundred(tmp_path):
    campaign = CampaignFactory()
    env = {**environment(1, ALLOWED_HOSTS="127.0.0.1"), "MAIL": "console"}
    with server(env, "--workers", "2", log=tmp_path / "server.log") as address:
        host = urlsplit(address).netloc
        for _ in range(ROUNDS):
            link = LinkAnalyticsFactory(campaign=campaign)

            def click(code=link.short_code):
                started = time.monotonic()
                caller = http.client.HTTPConnection(host, timeout=30)
                caller.request("GET", f"/l/{code}", headers={"User-Agent": BROWSER})
                answer = caller.getresponse()
                answer.read()
                caller.close()
                return answer.status, time.monotonic() - started

            answers = times(CLICKS, click)
            assert {status for status, _ in answers} == {302}
            deadline = time.monotonic() + PATIENCE_SECONDS
            while Click.objects.filter(link=link, counted=True).count() < CLICKS:
                assert time.monotonic() < deadline
                time.sleep(0.05)  # counting goes on after the answers
            slowest = 1000 * max(seconds for _, seconds in answers)
            link = LinkAnalytics.objects.get(pk=link.pk)
            print(f"\n{CLICKS} clicks at once: {link.clicks} counted, slowest {slowest:.0f} ms")
            assert (link.clicks, link.unique_clicks, link.machine_clicks) == (CLICKS, 1, 0)
    campaign.refresh_from_db()
    assert campaign.metrics["clicks"] == CLICKS * ROUNDS
