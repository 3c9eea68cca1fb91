"""Links in mails: who clicked is known to the mail, scanners apart."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from crm.core.models import Event
from crm.marketing import clicks, links, operations, sending
from crm.marketing.models import Click, LinkAnalytics
from crm.marketing.tests.factories import CampaignFactory, LinkAnalyticsFactory
from crm.messaging import tracking
from crm.messaging.models import Email
from crm.messaging.sending import send_waiting
from crm.messaging.tests.factories import EmailFactory
from crm.people.tests.factories import ContactFactory

pytestmark = pytest.mark.django_db
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HTML = '<a href="https://example.com/a">A</a> <a href="https://example.com/b">B</a>'


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()
    links._made.clear()


@pytest.fixture
def campaign(max):
    ContactFactory(email="ida@example.com")
    campaign = CampaignFactory(
        content={"subject": "Hello", "html": HTML}, audience={"contacts": {}}, created_by=max
    )
    operations.send_campaign(campaign, by=max)
    sending.run_campaigns()
    send_waiting()
    return campaign


@pytest.fixture
def paths(campaign):
    """The addresses of the links in the mail that arrived."""
    [message] = mail.outbox
    return re.findall(r'href="https?://[^/]+(/l/[^"]+)"', message.alternatives[0][0])


def settle():
    """Let so much time pass that it is known of every click who made it."""
    return clicks.count_waiting(now=timezone.now() + clicks.SETTLED_AFTER)


def test_a_click_is_counted_for_the_link_and_the_mail(campaign, paths, client):
    assert len(paths) == 2
    response = client.get(paths[0], HTTP_USER_AGENT=BROWSER)
    assert response["Location"] == "https://example.com/a"
    client.get(paths[0], HTTP_USER_AGENT=BROWSER)
    client.head(paths[0], HTTP_USER_AGENT=BROWSER)
    assert LinkAnalytics.objects.filter(clicks=0).count() == 2  # not yet known to be people's
    assert settle() == 3
    assert settle() == 0

    email = Email.objects.get()
    assert (email.clicks_count, email.machine_clicks_count) == (2, 1)
    assert email.clicked_at is not None
    assert Event.objects.filter(name="email.clicked", record_id=email.pk).count() == 1
    link = LinkAnalytics.objects.get(original_url="https://example.com/a")
    assert (link.clicks, link.unique_clicks) == (2, 1)
    assert link.short_code in paths[0]


def test_who_follows_all_links_at_once_is_a_scanner(campaign, paths, client):
    for path in paths:
        client.get(path, HTTP_USER_AGENT=BROWSER)
    later = Click.objects.order_by("at").last().at + timedelta(seconds=30)
    settle()
    email = Email.objects.get()
    assert (email.clicks_count, email.machine_clicks_count, email.clicked_at) == (0, 2, None)
    assert LinkAnalytics.objects.filter(clicks=0, machine_clicks=1).count() == 2
    assert not Event.objects.filter(name="email.clicked").exists()

    client.get(paths[0], HTTP_USER_AGENT=BROWSER)
    Click.objects.filter(counted=False).update(at=later)
    clicks.count_waiting(now=later + clicks.SETTLED_AFTER)
    email.refresh_from_db()
    assert (email.clicks_count, email.clicked_at) == (1, later)


def test_who_takes_a_while_for_all_links_is_a_person(campaign, paths, client):
    for path in paths:
        client.get(path, HTTP_USER_AGENT=BROWSER)
    first, second = Click.objects.order_by("at")
    Click.objects.filter(pk=second.pk).update(at=first.at + timedelta(seconds=2.1))
    clicks.count_waiting(now=first.at + timedelta(seconds=10))
    email = Email.objects.get()
    assert (email.clicks_count, email.machine_clicks_count) == (2, 0)


def test_one_link_alone_tells_nothing_of_scanners(client):
    markup = '<a href="https://example.com/a">A</a>'
    email = EmailFactory(html_body=markup, track=True, reference=uuid4())
    path = links.tracked_address(email, "https://example.com/a").partition("/l/")[2]
    client.get(f"/l/{path}", HTTP_USER_AGENT=BROWSER)
    settle()
    email.refresh_from_db()
    assert (email.clicks_count, email.machine_clicks_count) == (1, 0)


@pytest.mark.parametrize("token", ["nonsense", "a.b", "x" * 500])
def test_a_bad_token_leads_on_and_counts_for_no_mail(token, client):
    link = LinkAnalyticsFactory()
    assert client.get(f"/l/{link.short_code}/{token}", HTTP_USER_AGENT=BROWSER).status_code == 302
    click = Click.objects.get()
    assert click.email is None


def test_a_token_of_another_purpose_is_none(client):
    link, email = LinkAnalyticsFactory(), EmailFactory()
    for purpose in (tracking.OPENED, tracking.UNSUBSCRIBE):
        token = tracking.token_of(email, purpose)
        client.get(f"/l/{link.short_code}/{token}", HTTP_USER_AGENT=BROWSER)
    assert not Click.objects.exclude(email=None).exists()


def test_the_same_target_has_one_link_in_all_mails_of_a_campaign():
    campaign = CampaignFactory()
    first, second = (EmailFactory(campaign=campaign, reference=uuid4()) for _ in range(2))
    target = "https://example.com/a"
    addresses = [links.tracked_address(email, target) for email in (first, second, first)]
    links._made.clear()  # as in another process
    assert links.tracked_address(first, target) == addresses[0] == addresses[2]
    assert addresses[1] != addresses[0]
    assert LinkAnalytics.objects.count() == 1
    links.tracked_address(EmailFactory(campaign=CampaignFactory()), target)
    assert LinkAnalytics.objects.count() == 2


@pytest.mark.parametrize(
    "target", ["https://u:p@example.com/", "https://example.com/" + "x" * 2000]
)
def test_what_no_link_takes_stays_as_it_is(target):
    assert links.tracked_address(EmailFactory(), target) == target
    assert not LinkAnalytics.objects.exists()
