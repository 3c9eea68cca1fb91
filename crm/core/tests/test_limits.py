"""How often one caller may ask, counted in memory and in Redis."""

import pytest
from django.core.cache import cache

from accounts.tests.doors import AUTH, bearer, log_in, post, refused
from conftest import PASSWORD
from crm.core.limits import count
from crm.tests import services
from crm.tests.threads import statuses, times
from nexa import stores

LIMIT, THREADS, EACH = 20, 50, 4
CALLS = THREADS * EACH
FOR_EVER = 10**10  # seconds; the window does not end while the test runs


@pytest.fixture(scope="module")
def redis_address():
    with services.redis() as address:
        yield address


@pytest.fixture(params=["memory", "redis"], autouse=True)
def store(request, settings):
    address = request.getfixturevalue("redis_address") if request.param == "redis" else ""
    settings.CACHES = {"default": stores.cache(address)}
    cache.clear()
    yield request.param
    cache.clear()


def many(call):
    """Make two hundred calls from fifty threads."""
    return [
        result
        for results in times(THREADS, lambda: [call() for _ in range(EACH)])
        for result in results
    ]


def test_of_many_calls_at_once_exactly_the_limit_passes():
    allowed = many(lambda: count("sample", "ann", limit=LIMIT, window=FOR_EVER))

    left = sorted(allowance.remaining for allowance in allowed)
    assert left == list(range(LIMIT - CALLS, LIMIT))
    assert {allowance.limit for allowance in allowed} == {LIMIT}


def test_callers_and_scopes_count_apart():
    for scope, caller in (("sample", "ann"), ("sample", "tom"), ("other", "ann")):
        assert count(scope, caller, limit=1, window=FOR_EVER).remaining == 0
    assert count("sample", "ann", limit=1, window=FOR_EVER).remaining == -1


def test_strangers_are_counted_by_address(settings):
    settings.RATE_LIMIT_MAX_REQUESTS, settings.RATE_LIMIT_WINDOW_SECONDS = LIMIT, FOR_EVER

    answers = many(lambda: bearer().get("/api/v1/leads", REMOTE_ADDR="203.0.113.1"))

    assert statuses(answers) == [401] * LIMIT + [429] * (CALLS - LIMIT)
    throttled = [answer for answer in answers if answer.status_code == 429]
    assert {refused(answer) for answer in throttled} == {(429, "throttled")}
    assert all(int(answer["Retry-After"]) > 0 for answer in throttled)
    other = bearer().get("/api/v1/leads", REMOTE_ADDR="203.0.113.2")
    assert other.status_code == 401
    assert (other["RateLimit-Limit"], other["RateLimit-Remaining"]) == ("20", "19")
    assert int(other["RateLimit-Reset"]) > 0


@pytest.mark.django_db
def test_people_are_counted_by_who_they_are(settings, ann, tom, client_of):
    settings.RATE_LIMIT_USER_PER_MINUTE = 1000
    here, there, other = client_of(ann), client_of(ann), client_of(tom)

    def left(client, **headers):
        return int(client.get(f"{AUTH}/me", **headers)["RateLimit-Remaining"])

    first = left(here, REMOTE_ADDR="203.0.113.1")
    assert left(there, REMOTE_ADDR="203.0.113.2") in (first - 1, 999)  # a new minute may begin
    assert left(other) == 999


@pytest.mark.django_db
def test_the_doors_have_a_limit_of_their_own(settings, ann):
    settings.RATE_LIMIT_LOGIN = 3
    codes = [log_in("ann@example.com", REMOTE_ADDR="203.0.113.1").status_code for _ in range(8)]
    assert 429 in codes
    assert codes.count(200) in range(3, 7)  # at most one minute ends meanwhile
    assert log_in("ann@example.com", REMOTE_ADDR="203.0.113.2").status_code == 200


@pytest.mark.django_db
def test_reset_mails_are_limited_for_each_account(ann):
    answers = [post("forgot-password", {"email": ann.email}) for _ in range(7)]
    assert statuses(answers) == [200] * 7
    assert log_in("ann@example.com", PASSWORD).status_code == 200


def test_no_limit_is_no_limit(settings):
    settings.RATE_LIMIT_MAX_REQUESTS = 0
    answers = [bearer().get("/api/v1/leads") for _ in range(30)]
    assert statuses(answers) == [401] * 30
    assert "RateLimit-Limit" not in answers[0]
