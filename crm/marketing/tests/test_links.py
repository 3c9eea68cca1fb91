"""Short links: where they lead, when they are closed, and what is refused."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.signals import request_finished
from django.db import OperationalError, close_old_connections, connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.core.models import Event
from crm.marketing.links import expire_links
from crm.marketing.models import Click, LinkAnalytics
from crm.marketing.pages import follow_link
from crm.marketing.tests.factories import LinkAnalyticsFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/link-analytics"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def past():
    return timezone.now() - timedelta(seconds=1)


@pytest.fixture
def open_connection():
    """Keep the test's connection when an answer is closed, as Django's own client does."""
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


def test_a_link_leads_to_its_target_after_one_query(open_connection):
    link = LinkAnalyticsFactory(original_url="https://example.com/offer?a=1")
    request = RequestFactory().get("/l/x?url=https://evil.example", HTTP_USER_AGENT=BROWSER)
    with CaptureQueriesContext(connection) as captured:
        response = follow_link(request, link.short_code)
    assert (response.status_code, response["Location"]) == (302, "https://example.com/offer?a=1")
    assert response["Cache-Control"] == "no-store"
    assert len(captured) == 1
    assert not Click.objects.exists()  # nothing is counted while somebody waits

    response.close()
    link.refresh_from_db()
    assert (link.clicks, link.unique_clicks, link.machine_clicks) == (1, 1, 0)
    response.close()
    link.refresh_from_db()
    assert link.clicks == 1


def test_the_whole_way_to_a_redirect_costs_one_query(client):
    link = LinkAnalyticsFactory()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(f"/l/{link.short_code}", HTTP_USER_AGENT=BROWSER)
    assert response.status_code == 302
    first_write = next(number for number, query in enumerate(captured) if "INSERT" in query["sql"])
    assert first_write == 1


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"status": "inactive"}, 410),
        ({"status": "expired"}, 410),
        ({"expires_at": past}, 410),
        ({"deleted_at": past}, 404),
        ({"expires_at": lambda: timezone.now() + timedelta(days=1)}, 302),
    ],
)
def test_a_link_that_is_closed_says_so_at_once(values, status, client):
    values = {name: value() if callable(value) else value for name, value in values.items()}
    link = LinkAnalyticsFactory(**values)
    response = client.get(f"/l/{link.short_code}", HTTP_USER_AGENT=BROWSER)
    assert (response.status_code, response["Cache-Control"]) == (status, "no-store")
    assert Click.objects.count() == (status == 302)


@pytest.mark.parametrize("path", ["/l/nothing", "/l/a%00b", "/l/%ED%A0%80", "/l/" + "x" * 200])
def test_an_unknown_link_is_a_plain_page(path, client):
    response = client.get(path)
    assert response.status_code == 404
    assert b"There is no such link" in response.content


def test_only_reading_is_possible(client):
    link = LinkAnalyticsFactory()
    assert client.post(f"/l/{link.short_code}").status_code == 405


def test_codes_tell_upper_from_lower_case(client, max, client_of):
    LinkAnalyticsFactory(short_code="Offer", original_url="https://example.com/upper")
    LinkAnalyticsFactory(short_code="offer", original_url="https://example.com/lower")
    assert client.get("/l/Offer")["Location"] == "https://example.com/upper"
    assert client.get("/l/offer")["Location"] == "https://example.com/lower"
    assert client.get("/l/OFFER").status_code == 404
    body = {"short_code": "Offer", "original_url": "https://example.com"}
    response = client_of(max).post(URL, body)
    assert response.status_code == 409
    assert LinkAnalytics.objects.count() == 2


def test_a_link_without_a_code_gets_one_that_nobody_guesses(max, client_of):
    client = client_of(max)
    codes = {
        client.post(URL, {"original_url": "https://example.com"}).json()["data"]["short_code"]
        for _ in range(5)
    }
    assert len(codes) == 5
    assert all(len(code) >= 11 for code in codes)


BAD_TARGETS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "ftp://example.com/x",
    "//example.com/x",
    "/x",
    "https://",
    "https://user:secret@example.com/",
    "https://user@example.com/",
    "https://example.com/\nSet-Cookie: a=b",
    "https://example.com/a b",
    "https://[::1",
    "https://example.com/" + "x" * 2000,
    "",
]


@pytest.mark.parametrize("target", BAD_TARGETS)
def test_a_bad_target_is_refused_and_nothing_stored(target, max, client_of):
    client, link = client_of(max), LinkAnalyticsFactory()
    for response in (
        client.post(URL, {"original_url": target}),
        client.put(f"{URL}/{link.pk}", {"original_url": target}),
    ):
        assert response.status_code == 400, target
        assert "original_url" in response.json()["errors"]
    link.refresh_from_db()
    assert (link.original_url, link.revision) == ("https://example.com/offer", 1)
    assert LinkAnalytics.objects.count() == 1


@pytest.mark.parametrize("code", ["a b", "a/b", "é", "x" * 65, "a.b", "a?b"])
def test_a_bad_code_is_refused(code, max, client_of):
    body = {"short_code": code, "original_url": "https://example.com"}
    response = client_of(max).post(URL, body)
    assert response.status_code == 400
    assert "short_code" in response.json()["errors"]
    assert not LinkAnalytics.objects.exists()


def test_figures_can_not_be_written(max, client_of):
    client, link = client_of(max), LinkAnalyticsFactory()
    for name, value in (
        ("clicks", 9),
        ("unique_clicks", 9),
        ("machine_clicks", 9),
        ("click_data", [{}]),
        ("last_clicked_at", "2026-01-01"),
    ):
        assert client.put(f"{URL}/{link.pk}", {name: value}).status_code == 400
    link.refresh_from_db()
    assert (link.clicks, link.click_data, link.last_clicked_at) == (0, [], None)


def test_an_emptied_code_stays_as_it_was(max, client_of):
    link = LinkAnalyticsFactory()
    response = client_of(max).put(f"{URL}/{link.pk}", {"short_code": ""})
    assert response.json()["data"]["short_code"] == link.short_code


def test_the_clock_stamps_what_has_ended():
    ended, open_ended = LinkAnalyticsFactory(expires_at=past()), LinkAnalyticsFactory()
    assert expire_links() == 1
    assert expire_links() == 0
    ended.refresh_from_db()
    open_ended.refresh_from_db()
    assert (ended.status, open_ended.status) == ("expired", "active")
    event = Event.objects.get(record_id=ended.pk)
    assert event.data["changes"] == {"status": ["active", "expired"]}


def test_a_later_end_opens_an_expired_link_and_a_past_one_opens_none(max, client_of, client):
    link = LinkAnalyticsFactory(status="expired", expires_at=past())
    api = client_of(max)
    response = api.put(f"{URL}/{link.pk}", {"status": "active"})
    assert response.status_code == 400
    assert "expires_at" in response.json()["errors"]
    assert client.get(f"/l/{link.short_code}").status_code == 410

    later = (timezone.now() + timedelta(days=1)).isoformat()
    response = api.put(f"{URL}/{link.pk}", {"expires_at": later})
    assert response.json()["data"]["status"] == "active"
    assert client.get(f"/l/{link.short_code}").status_code == 302


@pytest.fixture
def database_down():
    def refuse(execute, sql, params, many, context):
        raise OperationalError("gone")

    return connection.execute_wrapper(refuse)


def test_a_link_that_was_followed_before_works_without_the_database(client, database_down):
    cache.clear()
    known, other = LinkAnalyticsFactory(), LinkAnalyticsFactory()
    client.get(f"/l/{known.short_code}", HTTP_USER_AGENT=BROWSER)
    with database_down:
        assert client.get(f"/l/{known.short_code}").status_code == 302
        response = client.get(f"/l/{other.short_code}")
    assert response.status_code == 503
    assert response["Retry-After"]


def test_an_address_that_asks_too_often_has_to_wait(client, settings):
    cache.clear()
    settings.RATE_LIMIT_PUBLIC = 2
    link = LinkAnalyticsFactory()
    answers = [client.get(f"/l/{link.short_code}") for _ in range(4)]
    assert {answer.status_code for answer in answers} == {302, 429}
    assert answers[-1]["Retry-After"]
    assert Click.objects.count() < 4
