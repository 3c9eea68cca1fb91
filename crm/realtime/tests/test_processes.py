"""Several processes over one database, and a process that has to stop."""

import asyncio
import os
import signal
from collections import Counter

import pytest
from django.conf import settings
from django.db import connection

from crm.core import wakeups
from crm.realtime.tests.ears import Company, at, hire_cast
from crm.tests.databases import fresh_database
from crm.tests.serving import manage, server

pytestmark = pytest.mark.django_db  # the database is copied

EACH = 25
IMPORT = """
from django.db import transaction
from crm.core import records
from crm.people.models import Account
with transaction.atomic():
    for number in range({many}):
        records.create(Account(account_name=f"Import {{number}}"), by=None)
"""
DECLARE = """
from crm.core import records
from crm.declared.models import DeclaredEntity
schema = {"properties": {"title": {"type": "string"}}}
records.create(DeclaredEntity(name="ProjectNote", schema=schema), by=None)
"""


@pytest.mark.skipif(
    connection.vendor != "postgresql" or not settings.REDIS_URL,
    reason="processes that share the work need PostgreSQL and Redis",
)
def test_each_process_tells_what_all_of_them_write(migrated, tmp_path):
    async def story(first, second):
        rooms = ("Account", "Lead", "ProjectNote")
        async with (
            first.socket(first.token("ann"), *rooms) as here,
            second.socket(second.token("mia"), *rooms) as there,
            second.stream(second.token("sam"), "accounts,ProjectNote") as stream,
        ):
            await stream.opened()

            async def write(company, name):
                body = {"account_name": name}
                return (await company.call("ann", "POST", "accounts", body))["id"]

            async def note(company):
                body = {"title": "Roof"}
                return (await company.door("ann", "POST", "ProjectNote", body))["id"]

            made = await asyncio.gather(
                *(write(first, f"First {number}") for number in range(EACH)),
                *(write(second, f"Second {number}") for number in range(EACH)),
                *(note(company) for company in (first, second) for _ in range(EACH)),
            )
            sign = await write(first, "Sign")

            once = Counter(made) + Counter([sign])
            for ear in (here, there, stream):
                assert Counter(message["id"] for message in await ear.until(sign)) == once
            last = stream.last

        missed = await write(second, "Missed")
        # Whoever comes back to another process may hear again what was told a moment ago.
        async with first.stream(first.token("sam"), "accounts", last) as again:
            told = [message["id"] for message in await again.until(missed)]
            assert set(told) <= {*once, missed}

    with fresh_database(tmp_path, "processes", template=migrated) as place:
        env = {**place, "REDIS_URL": settings.REDIS_URL, "LOG_LEVEL": "WARNING"}
        people = hire_cast(env)
        manage("shell", "--no-imports", "-c", DECLARE, env=env)
        logs = tmp_path / "first.log", tmp_path / "second.log"
        with server(env, log=logs[0]) as address, server(env, log=logs[1]) as other:
            first, second = Company(address, people, env), Company(other, people, env)
            at(first, lambda first: with_http_of(first, second, story))
        assert "Traceback" not in logs[0].read_text() + logs[1].read_text()


async def with_http_of(first, second, story):
    second.http = first.http
    await story(first, second)


@pytest.mark.skipif(not settings.REDIS_URL, reason="there is no Redis in this half")
def test_a_commit_wakes_whoever_listens_over_redis(django_capture_on_commit_callbacks, db):
    from django_redis import get_redis_connection

    with get_redis_connection("default").pubsub() as channel:
        channel.subscribe(wakeups.CHANNEL)
        assert channel.get_message(timeout=5)["type"] == "subscribe"
        with django_capture_on_commit_callbacks(execute=True) as calls:
            wakeups.after_commit()
            wakeups.after_commit()
        assert len(calls) == 1
        assert channel.get_message(timeout=5)["type"] == "message"


def test_what_another_process_writes_without_redis_is_found_by_looking(company):
    async def story(company):
        async with (
            company.socket(company.token("ann"), "Account") as ann,
            company.stream(company.token("sam"), "accounts") as sam,
        ):
            await sam.opened()
            await company.shell(IMPORT.format(many=1200))
            for ear in (ann, sam):
                heard = [(await ear.next())[1] for _ in range(1200)]
                assert len({message["id"] for message in heard}) == 1200

    at(company, story)


def test_a_process_that_has_to_stop_ends_its_listeners_first(env, company, tmp_path):
    log = tmp_path / "server.log"

    async def story(stopping):
        async with (
            stopping.socket(stopping.token("ann"), "Account") as socket,
            stopping.stream(stopping.token("ann"), "accounts") as stream,
        ):
            await stream.opened()
            os.kill(stopping.address_process.pid, signal.SIGTERM)
            await asyncio.wait_for(socket.closed.wait(), 20)
            assert await stream.end() == []
            ended = asyncio.to_thread(stopping.address_process.wait, 20)
            assert await ended == 0

    with server(env, "--workers", "1", log=log) as address:
        stopping = Company(address, company.people, env)
        stopping.address_process = address.process
        at(stopping, story)
    assert "Traceback" not in log.read_text()
    assert "Forcing close" not in log.read_text()
