"""Web and worker processes are killed: what was acknowledged is told all the same."""

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from crm.tests.databases import fresh_database, rows_of
from crm.tests.serving import await_that, manage, server, worker

pytestmark = pytest.mark.django_db  # the database is copied

EMAIL, PASSWORD = "max@example.com", "correct-horse-battery"
ACKNOWLEDGED_FIRST = 20
UNTOLD = "SELECT COUNT(*) FROM events WHERE delivered_at IS NULL"


@pytest.fixture(scope="module")
def installation(migrated, tmp_path_factory):
    """An installation of its own, with one person in it."""
    folder = tmp_path_factory.mktemp("workers")
    with fresh_database(folder, "workers", template=migrated) as place:
        env = {
            "APP_ENV": "development",
            **place,
            "REDIS_URL": "",
            "BROKER_URL": "filesystem://localhost",
            "LOG_LEVEL": "WARNING",
            "RATE_LIMIT_USER_PER_MINUTE": "0",
        }
        manage("create_admin", EMAIL, "--password-stdin", env=env, stdin=f"{PASSWORD}\n")
        yield env


@pytest.fixture
def env(installation, tmp_path):
    """The same, whose broker is an empty folder."""
    return {**installation, "QUEUE_DIR": str(tmp_path / "queue")}


def untold(env):
    with rows_of(env) as stored:
        return stored.execute(UNTOLD).fetchall()[0][0]


def post(address, path, body, token=""):
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    headers = headers if token else {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["data"]


def test_a_killed_web_process_loses_no_event_of_what_it_acknowledged(env, tmp_path):
    acknowledged, enough = [], Event()

    def create_accounts(address, token, name):
        for number in range(10_000):
            try:
                account = post(
                    address, "/api/v1/accounts", {"account_name": f"{name} {number}"}, token
                )
            except (urllib.error.URLError, ConnectionError, OSError):
                return
            acknowledged.append(account["id"])
            if len(acknowledged) >= ACKNOWLEDGED_FIRST:
                enough.set()

    with server(env, log=tmp_path / "server.log") as running, ThreadPoolExecutor(4) as pool:
        token = post(running, "/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD})["token"]
        for name in ("north", "south", "east", "west"):
            pool.submit(create_accounts, running, token, name)
        assert enough.wait(timeout=60)
        running.kill()
    # Whatever hints it had given are lost too: only the tables are left.
    for message in (tmp_path / "queue" / "messages").iterdir():
        message.unlink()
    assert untold(env) > 0

    with worker(env, "--beat", log=tmp_path / "worker.log"):
        await_that(lambda: untold(env) == 0, "every event was told")

    with rows_of(env) as stored:
        told = stored.execute(
            "SELECT record_id FROM events WHERE name = 'account.created'"
        ).fetchall()
    told = {str(key).replace("-", "") for (key,) in told}
    assert {key.replace("-", "") for key in acknowledged} <= told


def test_a_killed_worker_leaves_nothing_untold(env, tmp_path):
    with server(env, log=tmp_path / "server.log") as running:
        token = post(running, "/api/v1/auth/login", {"email": EMAIL, "password": PASSWORD})["token"]
        with worker(env, "--beat", log=tmp_path / "first.log") as first:
            await_that(lambda: untold(env) == 0, "the worker works")
            first.kill()
        for number in range(5):
            post(running, "/api/v1/accounts", {"account_name": f"Account {number}"}, token)
        assert untold(env) > 0
        with worker(env, "--beat", log=tmp_path / "second.log"):
            await_that(lambda: untold(env) == 0, "its successor told the rest")
