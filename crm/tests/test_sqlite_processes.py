"""Several processes write to one SQLite file: slower, but nobody is turned away."""

import os
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from crm.tests.databases import fresh_database

pytestmark = pytest.mark.django_db  # the database is copied

PROCESSES, WRITES = 8, 20
WRITER = """
import sys
import django
django.setup()
from crm.core import records
from crm.people.models import Account
name, writes = sys.argv[1], int(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for number in range(writes):
    account = records.create(Account(account_name=f"{name}-{number}"), by=None)
    records.change(account, {"industry": name}, by=None)
"""


@pytest.fixture
def env(migrated, tmp_path):
    """An environment whose database is a fresh file with our settings."""
    env = {
        "APP_ENV": "development",
        "REDIS_URL": "",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "nexa.settings",
    }
    with fresh_database(tmp_path, "db", template=migrated) as place:
        yield {**os.environ, **env, **place}


def start_writer(name, env):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, name, str(WRITES)],
        cwd=settings.BASE_DIR,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the same processes run in the half on SQLite"
)
def test_processes_wait_for_each_other(env):
    writers = [start_writer(f"writer {number}", env) for number in range(PROCESSES)]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()

    said = [writer.communicate(timeout=120)[1] for writer in writers]

    assert [writer.returncode for writer in writers] == [0] * PROCESSES, said
    assert not any("database is locked" in errors for errors in said)
    with sqlite3.connect(env["SQLITE_PATH"]) as stored:
        rows = stored.execute(
            "SELECT account_name, industry, account_number, revision FROM accounts"
        ).fetchall()
        [events] = stored.execute("SELECT COUNT(*) FROM events").fetchone()
        [mode] = stored.execute("PRAGMA journal_mode").fetchone()
        [sound] = stored.execute("PRAGMA integrity_check").fetchone()
    stored.close()
    names = {f"writer {p}-{n}" for p in range(PROCESSES) for n in range(WRITES)}
    assert {row[0] for row in rows} == names
    assert all(row[0].startswith(f"{row[1]}-") and row[3] == 2 for row in rows)
    numbers = sorted(int(row[2].removeprefix("ACC-")) for row in rows)
    assert numbers == list(range(1, PROCESSES * WRITES + 1))
    assert events == 2 * PROCESSES * WRITES
    assert (mode, sound) == ("wal", "ok")
