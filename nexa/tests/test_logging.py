"""Lines are JSON with the request's facts, in the right files, and nothing secret is in them."""

import json
import logging
import logging.config

import pytest
import structlog
from django.conf import settings as project
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.functional import SimpleLazyObject

from nexa.logging import BLANK, logging_settings, user_id_of
from nexa.middleware import RequestMiddleware


@pytest.fixture
def lines(tmp_path):
    """Log into files for one test and read them back."""
    logging.config.dictConfig(
        logging_settings(level="INFO", as_json=True, log_dir=tmp_path / "logs")
    )

    def lines(name="combined"):
        file = tmp_path / "logs" / f"{name}.log"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    yield lines
    logging.config.dictConfig(project.LOGGING)


def test_each_line_has_the_same_facts(lines):
    structlog.get_logger("nexa.sample").info("something_happened", lead="L-1")
    logging.getLogger("other.library").warning("It said %s", "hello")
    ours, theirs = lines()
    for line in (ours, theirs):
        assert {"time", "level", "logger", "request_id", "user_id", "event"} <= set(line)
        assert line["time"].endswith("Z")
    assert (ours["logger"], ours["level"], ours["lead"]) == ("nexa.sample", "info", "L-1")
    assert theirs["event"] == "It said hello"


def test_errors_have_a_file_of_their_own(lines):
    log = logging.getLogger("nexa.sample")
    log.info("fine")
    try:
        raise ValueError("broken")
    except ValueError:
        log.exception("not fine")
    assert [line["event"] for line in lines("error")] == ["not fine"]
    assert "ValueError: broken" in lines("error")[0]["exception"]
    assert [line["event"] for line in lines()] == ["fine", "not fine"]


def test_secrets_are_blanked(lines):
    secrets = {
        "password": "hush-1",
        "refreshToken": "hush-2",
        "Authorization": "Bearer hush-3",
        "cookie": "hush-4",
        "client_secret": "hush-5",
        "otp": "hush-6",
        "html": "<p>hush-7</p>",
        "body": "hush-8",
        "headers": {"Set-Cookie": "hush-9", "list": [{"new_password": "hush-10"}]},
    }
    structlog.get_logger("nexa.sample").info("signed_in", **secrets)
    logging.getLogger("other.library").info("call", extra={"api_key": "hush-11"})
    logging.getLogger("other.library").info("sent Authorization: Bearer hush-12 to them")
    logging.getLogger("other.library").info("can't reach redis://:hush-13@cache.example:6379/0")
    written = json.dumps(lines())
    assert "hush" not in written
    assert written.count(BLANK) == 13


def test_the_access_line_has_the_route_and_never_the_path(lines):
    Client().get("/health/live?token=hush", headers={"X-Request-ID": "request-77"})
    Client().get("/api/v1/nothing/hush-token")
    assert "hush" not in json.dumps(lines())
    first = next(line for line in lines() if line["logger"] == "nexa.access")
    assert first["method"] == "GET"
    assert first["path"] == "/health/live"
    assert first["status"] == 200
    assert first["duration_ms"] >= 0
    assert first["request_id"] == "request-77"


def test_lines_inside_a_request_know_it(lines):
    def view(request):
        request.user_id_for_log = "user-1"
        logging.getLogger("nexa.sample").info("inside")
        return HttpResponse()

    RequestMiddleware(view)(RequestFactory().get("/", headers={"X-Request-ID": "request-1"}))
    assert [(line["request_id"], line["user_id"]) for line in lines()] == [
        ("request-1", "user-1"),
        ("request-1", "user-1"),
    ]


def test_djangos_own_lines_lose_the_path(lines):
    request = RequestFactory().get("/o/hush-token")
    request.id = "request-1"
    logging.getLogger("django.request").error(
        "Internal Server Error: %s", request.path, extra={"request": request, "status_code": 500}
    )
    assert lines("error")[0]["event"] == "Internal Server Error: (no route)"
    assert lines("error")[0]["request_id"] == "request-1"
    assert "hush" not in json.dumps(lines())


def test_a_lost_cache_does_not_flood_the_log(lines):
    for _ in range(100):
        try:
            raise ConnectionError("refused")
        except ConnectionError:
            logging.getLogger("nexa.cache").exception("Exception ignored")
    assert [line["event"] for line in lines("error")] == ["The cache fails: refused"]
    assert "exception" not in lines("error")[0]


def test_tracebacks_have_no_local_variables(capsys):
    logging.config.dictConfig(logging_settings(level="INFO", as_json=False, log_dir=None))
    hidden = "".join(["hu", "sh"])
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("nexa.sample").exception("not fine")
    finally:
        logging.config.dictConfig(project.LOGGING)
    written = capsys.readouterr().err
    assert "ValueError: broken" in written
    assert hidden not in written


def test_logging_never_asks_the_database_who_it_is():
    def fail():
        raise AssertionError("the user was looked up")

    request = RequestFactory().get("/")
    assert user_id_of(request) is None
    request.user = SimpleLazyObject(fail)
    assert user_id_of(request) is None
    request.user = AnonymousUser()
    assert user_id_of(request) is None
