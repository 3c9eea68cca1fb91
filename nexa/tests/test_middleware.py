"""Request id, client address, slash and access line, as every request gets them."""

import re

import pytest
import structlog
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from crm.core.context import origin
from nexa.middleware import RequestMiddleware, SlashMiddleware, client_address, door_of


def through(request, view=lambda request: HttpResponse()):
    return RequestMiddleware(view)(request)


def address(settings, proxies, forwarded):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9")
    if forwarded is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    through(request)
    assert "HTTP_X_FORWARDED_FOR" not in request.META
    return client_address(request)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "1.1.1.1", "10.0.0.9"),
        (1, None, "10.0.0.9"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "1.1.1.1", "10.0.0.9"),
        (1, "1.1.1.1:443", "1.1.1.1"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "6.6.6.6, <script>", "10.0.0.9"),
        (1, "1.1.1.1,", "10.0.0.9"),
        (1, "", "10.0.0.9"),
    ],
)
def test_the_address_is_counted_from_the_right(settings, proxies, forwarded, expected):
    assert address(settings, proxies, forwarded) == expected


def test_a_sane_request_id_is_kept():
    response = through(RequestFactory().get("/", headers={"X-Request-ID": "abc.DEF_1-23"}))
    assert response["X-Request-ID"] == "abc.DEF_1-23"


@pytest.mark.parametrize("sent", ["", "short", "x" * 129, "with space here", "line\nbreak-here"])
def test_any_other_request_id_is_replaced(sent):
    request = RequestFactory().get("/")
    request.META["HTTP_X_REQUEST_ID"] = sent
    assert re.fullmatch("[0-9a-f]{32}", through(request)["X-Request-ID"])


def test_changes_carry_the_door_and_the_request():
    seen = []
    request = RequestFactory().get("/api/v1/leads", headers={"X-Request-ID": "request-1"})
    through(request, lambda request: seen.append(origin()) or HttpResponse())
    assert (seen[0].door, seen[0].request_id) == ("api", "request-1")
    assert origin().request_id == ""


def test_each_path_has_its_door():
    assert [door_of(path) for path in ("/api/v1/x", "/admin/", "/leads/")] == ["api", "admin", "ui"]


def test_nothing_of_one_request_stays_for_the_next():
    timezone.activate("Asia/Tokyo")
    through(RequestFactory().get("/"))
    assert timezone.get_current_timezone_name() == "UTC"
    assert structlog.contextvars.get_contextvars() == {}


def test_api_answers_are_not_stored_unless_they_say_so():
    assert through(RequestFactory().get("/api/v1/x"))["Cache-Control"] == "no-store"
    said = through(
        RequestFactory().get("/api/v1/x"),
        lambda request: HttpResponse(headers={"Cache-Control": "private"}),
    )
    assert said["Cache-Control"] == "private"
    assert "Cache-Control" not in through(RequestFactory().get("/leads/"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v1/leads/", "/api/v1/leads"),
        ("/api/v1/leads", "/api/v1/leads"),
        ("/api/v1/leads//", "/api/v1/leads/"),
        ("/health/", "/health"),
        ("/health/ready/", "/health/ready"),
        ("/leads/", "/leads/"),
        ("/admin/", "/admin/"),
        ("/api/", "/api/"),
    ],
)
def test_one_slash_is_taken_off_api_paths_only(path, expected):
    seen = []
    SlashMiddleware(lambda request: seen.append(request.path_info) or HttpResponse())(
        RequestFactory().post(path)
    )
    assert seen == [expected]


def test_a_slash_never_redirects():
    for path in ("/health", "/health/", "/health/live/"):
        assert Client().get(path).status_code == 200
    assert Client().post("/health/live/").status_code == 405


def test_foreign_pages_may_ask_with_their_headers(settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.com"]
    answer = Client().options(
        "/api/v1/leads/",
        headers={
            "Origin": "https://app.example.com",
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "x-app-id,if-match",
        },
    )
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "https://app.example.com"
    assert {"x-app-id", "if-match", "on-behalf-of", "x-data-env"} <= set(
        answer["Access-Control-Allow-Headers"].split(", ")
    )


def test_strangers_pages_may_not(settings):
    answer = Client().get("/health", headers={"Origin": "https://evil.example.com"})
    assert "Access-Control-Allow-Origin" not in answer
