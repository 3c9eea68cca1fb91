"""The JavaScript client against a running server: in Node, and on pages in Chromium."""

import os
import re
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import sync_playwright

from conftest import PASSWORD
from crm.tests import chromium, node
from crm.tests.databases import fresh_database
from crm.tests.serving import manage, server

pytestmark = [
    pytest.mark.django_db,  # the database is copied
    pytest.mark.xdist_group("javascript"),
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="the same client runs in the half on SQLite"
    ),
]

ANN = """
import os
from accounts.models import User
User.objects.create_user(
    "ann@example.com", os.environ["ADMIN_PASSWORD"], full_name="Ann", role="sales_rep"
)
"""
FILES = sorted(str(path.relative_to(node.CLIENT)) for path in node.CLIENT.glob("tests/*.test.js"))
OUTCOME = re.compile(r"^# (pass|fail|skipped) (\d+)$", re.MULTILINE)
PAGE = "/tests/page.html"
JWT_SECRET = "the-client-s-tests-sign-tokens-that-ran-out"


@pytest.fixture(scope="module")
def env(migrated, tmp_path_factory):
    """A server's address and what its clients' tests have to know, as environment."""
    folder = tmp_path_factory.mktemp("client")
    settings = {
        "APP_ENV": "test",
        "ALLOWED_HOSTS": "127.0.0.1",
        "REDIS_URL": "",
        "REDIS_HOST": "",
        "LOG_LEVEL": "ERROR",
        "MEDIA_DIR": str(folder / "files"),
        "QUEUE_DIR": str(folder / "queue"),
        "MAIL_DIR": str(folder / "outbox"),
        "ADMIN_PASSWORD": PASSWORD,
        "JWT_SECRET": JWT_SECRET,
    }
    with fresh_database(folder, "client", template=migrated) as place:
        settings |= place
        manage("create_admin", "max@example.com", env=settings)
        manage("shell", "--no-imports", env=settings, stdin=ANN)
        options = ("--workers", "1", "--threads", "8")
        with server(settings, *options, log=folder / "server.log") as address:
            yield {
                "NEXA_URL": str(address),
                "NEXA_PASSWORD": PASSWORD,
                "JWT_SECRET": JWT_SECRET,
            }


@pytest.mark.parametrize("file", FILES)
def test_in_node(file, env):
    done = node.run(node.demand(), "--test", "--test-reporter=tap", file, **env)
    assert done.returncode == 0, done.stdout + done.stderr
    outcome = {name: int(number) for name, number in OUTCOME.findall(done.stdout)}
    assert outcome["pass"] > 0
    assert outcome["fail"] == 0


def test_the_types_are_those_of_the_api(tmp_path):
    path = node.demand_packages()
    document = tmp_path / "openapi.json"
    call_command("spectacular", "--format", "openapi-json", "--file", str(document))
    done = node.run(path, "scripts/types.js", str(document), "--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_types_take_what_the_client_takes():
    path = node.demand_packages()
    done = node.run(path, "node_modules/typescript/bin/tsc", "--project", "tests/tsconfig.json")
    assert done.returncode == 0, done.stdout


@contextmanager
def folder_served():
    """Serve the client's folder as a site of its own; give its address."""
    handler = partial(Quiet, directory=str(node.CLIENT))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}"
        site.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, format, *args):
        pass
