"""Whatever is refused below /api comes as JSON, is counted, and says where the caller stands."""

import json
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.tests.doors import refused
from crm.core import limits

pytestmark = pytest.mark.django_db

MANY = "/api/v1/leads?" + "&".join(f"a{number}=1" for number in range(1001))
COUNTED = ("/api/v1/nothing", "/api/nothing", "/api/v2/leads", "/api/schema", "/api/docs")
NOWHERE = ("/api", "/api/", "/api//", "/api/v1", "/api/v1/", "/api/x/y/", "/api/v1/leads/a/b/c/d")


@pytest.fixture(params=[False, True], ids=["production", "DEBUG"])
def debug(request, settings):
    settings.DEBUG = request.param


@pytest.fixture
def limited(settings, monkeypatch):
    """Switch the limits on, in a window that doesn't end while we look."""
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 1_800_000_000.0))
    cache.clear()
    settings.RATE_LIMIT_MAX_REQUESTS = 3
    settings.RATE_LIMIT_USER_PER_MINUTE = 50
    yield settings
    cache.clear()


@pytest.fixture
def browser():
    """What shows people HTML wherever it can."""
    client = Client(raise_request_exception=False)
    client.defaults["HTTP_ACCEPT"] = "text/html"
    return client


@pytest.mark.parametrize("path", [*NOWHERE, "/api/\nx", "/health/nothing"])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
def test_nothing_is_told_in_json(method, path, debug, browser):
    answer = getattr(browser, method)(path)
    assert refused(answer) == (404, "not_found")
    assert "address" in answer.json()["message"]


def test_a_foreign_host_is_told_in_json(debug, browser):
    for path in ("/api/v1/leads", "/api", "/health", "/api/docs"):
        answer = browser.get(path, HTTP_HOST="evil.example.com")
        assert refused(answer) == (400, "invalid")
    page = browser.get("/admin/", HTTP_HOST="evil.example.com")
    assert page.status_code == 400
    assert page["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", [MANY, MANY.replace("leads", "nothing")])
def test_too_many_parameters_are_told_in_json(path, debug, max, client_of, browser):
    assert refused(browser.get(path)) == (400, "invalid")
    client = client_of(max)
    client.raise_request_exception = False
    answer = client.get(path)
    assert refused(answer) == (400, "invalid")
    assert "parameters" in answer.json()["message"]


# -- counting ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", COUNTED)
def test_every_address_is_counted(path, limited, browser):
    answer = browser.get(path)
    assert (answer["RateLimit-Limit"], answer["RateLimit-Remaining"]) == ("3", "2")
    browser.get(path)
    browser.get(path)

    throttled = browser.get(path)

    assert refused(throttled) == (429, "throttled")
    assert throttled["Retry-After"]
    assert throttled["RateLimit-Remaining"] == "0"


@pytest.mark.parametrize("path", COUNTED)
def test_whoever_is_signed_in_has_an_allowance_of_their_own(path, limited, ann, client_of, browser):
    client = client_of(ann)
    for left in range(49, 44, -1):
        answer = client.get(path)
        assert (answer["RateLimit-Limit"], answer["RateLimit-Remaining"]) == ("50", str(left))
    assert browser.get(path)["RateLimit-Remaining"] == "2"
    assert limits.count("address", "127.0.0.1", limit=3, window=900).remaining >= 0


def test_unknown_addresses_take_all_methods_and_no_forgery_token(limited):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/api/v1/nothing", {"a": 1}, content_type="application/json")
    assert refused(answer) == (404, "not_found")
    assert answer["RateLimit-Remaining"] == "2"


def test_schema_and_docs_can_only_be_read(browser):
    for path in ("/api/schema/", "/api/docs/"):
        assert browser.get(path).status_code == 200
        assert refused(browser.post(path)) == (405, "method_not_allowed")
        answer = browser.get(path, HTTP_AUTHORIZATION="Bearer nonsense")
        assert refused(answer) == (401, "not_authenticated")


# -- the document ------------------------------------------------------------------------------


def test_every_security_scheme_of_the_document_is_declared():
    document = json.loads(Client().get("/api/schema", HTTP_ACCEPT="application/json").content)
    operations = [
        operation
        for path in document["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
    ]
    needs = [need for operation in operations for need in operation.get("security", [])]
    named = {name for need in needs for name in need}
    assert named == {"bearer"}
    schemes = document["components"]["securitySchemes"]
    assert set(schemes) == named
    assert schemes["bearer"] == {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
