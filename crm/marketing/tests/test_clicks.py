"""Clicks: each counted once, people apart from machines, nobody's address kept."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from crm.marketing import clicks
from crm.marketing.models import Click
from crm.marketing.tests.factories import CampaignFactory, LinkAnalyticsFactory
from crm.marketing.visitors import device_class, referrer_host, visitor_hash
from crm.tests.threads import times

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
ADDRESS = "198.51.100.77"


@pytest.mark.django_db
def test_people_and_machines_are_counted_apart(client):
    link = LinkAnalyticsFactory()
    url = f"/l/{link.short_code}"
    client.get(url, HTTP_USER_AGENT=BROWSER)
    client.head(url, HTTP_USER_AGENT=BROWSER)
    client.get(url, HTTP_USER_AGENT=BROWSER, HTTP_SEC_PURPOSE="prefetch;prerender")
    client.get(url, HTTP_USER_AGENT=BROWSER, HTTP_PURPOSE="prefetch")
    client.get(url, HTTP_USER_AGENT="Googlebot/2.1 (+http://www.google.com/bot.html)")
    client.get(url, HTTP_USER_AGENT="curl/8.5.0")
    client.get(url)
    link.refresh_from_db()
    assert (link.clicks, link.unique_clicks, link.machine_clicks) == (1, 1, 6)
    assert len(link.click_data) == 1
    assert link.revision == 1


@pytest.mark.django_db
def test_a_visitor_is_one_however_often_and_no_address_is_kept(client):
    link = LinkAnalyticsFactory()
    url = f"/l/{link.short_code}"
    for agent in (BROWSER, BROWSER, PHONE):
        client.get(
            url,
            HTTP_USER_AGENT=agent,
            REMOTE_ADDR=ADDRESS,
            HTTP_REFERER="https://user@news.example.com/private?token=1",
        )
    link.refresh_from_db()
    assert (link.clicks, link.unique_clicks) == (3, 2)
    assert [click["device"] for click in link.click_data] == ["phone", "desktop", "desktop"]
    assert {click["referrer"] for click in link.click_data} == {"news.example.com"}
    stored = str(list(Click.objects.values()) + link.click_data)
    assert ADDRESS not in stored
    assert "token=1" not in stored


def test_a_visitor_of_today_is_a_stranger_tomorrow():
    now = timezone.now()
    today = visitor_hash(ADDRESS, BROWSER, now)
    assert today == visitor_hash(ADDRESS, BROWSER, now)
    assert today != visitor_hash(ADDRESS, BROWSER, now + timedelta(days=1))
    assert today != visitor_hash("198.51.100.78", BROWSER, now)


@pytest.mark.django_db
def test_the_newest_fifty_clicks_are_shown(client):
    link = LinkAnalyticsFactory()
    for number in range(53):
        client.get(
            f"/l/{link.short_code}",
            HTTP_USER_AGENT=BROWSER,
            HTTP_REFERER=f"https://{number}.example.com/",
        )
    link.refresh_from_db()
    assert link.clicks == 53
    assert len(link.click_data) == 50
    assert link.click_data[0]["referrer"] == "52.example.com"
    assert link.click_data[-1]["referrer"] == "3.example.com"


@pytest.mark.django_db
def test_what_a_crash_left_uncounted_is_counted_later():
    link = LinkAnalyticsFactory()
    for machine in (False, False, True):
        Click.objects.create(link=link, visitor="v", machine=machine)
    assert clicks.count_waiting() == 3
    assert clicks.count_waiting() == 0
    link.refresh_from_db()
    assert (link.clicks, link.unique_clicks, link.machine_clicks) == (2, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_clicks_raise_the_figures_of_the_campaign(client):
    campaign = CampaignFactory()
    links = [LinkAnalyticsFactory(campaign=campaign) for _ in range(2)]
    for link in (*links, links[0]):
        client.get(f"/l/{link.short_code}", HTTP_USER_AGENT=BROWSER)
    campaign.refresh_from_db()
    assert campaign.metrics["clicks"] == 3
    assert campaign.metrics["impressions"] == 0
    assert campaign.revision == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="row locks are only real on PostgreSQL")
def test_a_hundred_clicks_at_once_count_a_hundred():
    campaign = CampaignFactory()
    link = LinkAnalyticsFactory(campaign=campaign)
    url = f"/l/{link.short_code}"

    def click():
        return Client().get(url, HTTP_USER_AGENT=BROWSER).status_code

    answers = [status for _ in range(5) for status in times(20, click)]
    assert answers == [302] * 100
    link.refresh_from_db()
    campaign.refresh_from_db()
    assert (link.clicks, link.unique_clicks) == (100, 1)
    assert campaign.metrics["clicks"] == 100
    assert Click.objects.filter(counted=True).count() == 100


@pytest.mark.django_db
def test_single_clicks_are_forgotten_and_the_figures_stay(client):
    link = LinkAnalyticsFactory()
    client.get(f"/l/{link.short_code}", HTTP_USER_AGENT=BROWSER)
    assert clicks.forget_clicks() == 0
    Click.objects.update(at=timezone.now() - timedelta(days=91))
    assert clicks.forget_clicks() == 1
    link.refresh_from_db()
    assert link.clicks == 1


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (BROWSER, "desktop"),
        (PHONE, "phone"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)", "tablet"),
        ("Mozilla/5.0 (Linux; Android 15; SM-X710) Safari/537.36", "tablet"),
        ("", "other"),
    ],
)
def test_devices_are_told_by_class(agent, device):
    assert device_class(agent) == device


@pytest.mark.parametrize("header", ["https://[", "nonsense", "https://a\x00b/", "javascript:1", ""])
def test_a_strange_referrer_is_none(header):
    assert referrer_host(header) in ("", "a\x00b"[:0])
