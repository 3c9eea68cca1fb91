"""schemathesis against a running server: the document and the answers agree, nothing breaks.

Every entity runs through the same views, so a few stand for all in the slow phase that tries
each boundary of each field. ``FUZZ=full`` (``make drill``) asks every address for everything.
"""

import json
import os
import subprocess
import urllib.request
from pathlib import Path

import pytest
from django.db import connection

from crm.tests.databases import fresh_database
from crm.tests.serving import BIN, manage, server

pytestmark = pytest.mark.django_db  # the database is copied

CONFIG = Path(__file__).with_name("schemathesis.toml")
FULL = os.environ.get("FUZZ") == "full"
EXAMPLES = "50" if FULL else "4"
EXEMPLARS = "^/api/v1/(leads|meetings|invoices|link-analytics|users)"
LOGOUT = "^/api/v1/auth/logout"
PASSWORD = "fuzzing-needs-a-door"  # noqa: S105

ROUNDS = {
    "entities": ["--exclude-path-regex", "^/api/v1/auth/"]
    if FULL
    else ["--include-path-regex", EXEMPLARS],
    # The exemplars are fuzzed above already, among the rest that they are asked for.
    "others, fuzzed": [
        *("--exclude-path-regex", f"^/api/v1/auth/|{EXEMPLARS}"),
        *("--phases", "fuzzing"),
    ],
    "accounts": ["--include-path-regex", "^/api/v1/auth/", "--exclude-path-regex", LOGOUT],
    "logout": ["--include-path-regex", LOGOUT],
}


@pytest.fixture(scope="module")
def address(migrated, tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    env = {
        "APP_ENV": "test",
        "MEDIA_DIR": str(folder / "files"),
        "ALLOWED_HOSTS": "127.0.0.1",
        "LOG_LEVEL": "ERROR",
        "ADMIN_PASSWORD": PASSWORD,
    }
    with fresh_database(folder, "fuzz", template=migrated) as place:
        env |= place
        manage("create_admin", "fuzz@example.com", env=env)
        manage("create_admin", "second@example.com", env=env)
        with server(env, log=folder / "server.log") as url:
            yield url


def token(address: str) -> str:
    request = urllib.request.Request(  # noqa: S310 (our own address)
        f"{address}/api/v1/auth/login",
        data=json.dumps({"email": "fuzz@example.com", "password": PASSWORD}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:  # noqa: S310
        return json.load(response)["data"]["token"]


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the same server runs in the half on SQLite"
)
@pytest.mark.parametrize("part", ROUNDS)
def test_schemathesis_finds_nothing(part, address, tmp_path):
    command = [str(BIN / "st"), "--config-file", str(CONFIG), "run", f"{address}/api/schema"]
    # One worker: Python 3.11 may crash where two threads parse source code at once (gh-106905).
    options = ["--checks", "all", "--max-examples", EXAMPLES, "--workers", "1"]
    done = subprocess.run(
        [
            *command,
            *options,
            *ROUNDS[part],
            "--continue-on-failure",
            "--generation-deterministic",
            *("--warnings", "off"),
            *("-H", f"Authorization: Bearer {token(address)}"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "No failures" in done.stdout or "no issues" in done.stdout.lower(), done.stdout[-2000:]
