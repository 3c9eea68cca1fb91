"""The small app as an export, and loaded; and a Node backend in a database of its own."""

import json
import socket
from contextlib import contextmanager
from io import StringIO
from urllib.parse import quote, urlencode

import psycopg
import pytest
from django.core.management import CommandError, call_command

from crm.exchange.tests import nodebackend, nodeschema
from crm.exchange.tests.exports import write_csv
from crm.exchange.tests.importing import import_app
from crm.tests.databases import fresh_database


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    return write_csv(folder)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Keep files apart from those of the installation."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def loaded(folder, media):
    return import_app(folder)


@pytest.fixture
def waits(monkeypatch):
    """Wait for no server, and return how long it would have been."""
    waits = []
    monkeypatch.setattr("crm.exchange.migration.asking.time.sleep", waits.append)
    return waits


@pytest.fixture
def names(monkeypatch):
    """Find hosts without asking anybody; return their addresses by name, to add others."""
    names = {"app.example.com": "8.8.8.8", "files.example.com": "2001:4860:4860::8888"}
    real = socket.getaddrinfo

    def look_up(host, port, *args, **options):
        return real(names.get(host, host), port, *args, flags=socket.AI_NUMERICHOST, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return names


@contextmanager
def database(folder):
    """Give the address of an empty database and a connection to it."""
    with fresh_database(folder, "node") as env:
        name = quote(env["DB_USER"], safe="")
        if env.get("DB_PASSWORD"):
            name += f":{quote(env['DB_PASSWORD'], safe='')}"
        place = {part: env[f"DB_{part.upper()}"] for part in ("host", "port")
                 if env.get(f"DB_{part.upper()}")}  # fmt: skip
        address = f"postgres://{name}@/{env['DB_NAME']}?{urlencode(place)}"
        with psycopg.connect(address, autocommit=True) as source:
            yield address, source


@pytest.fixture
def empty(tmp_path):
    with database(tmp_path) as (address, source):
        source.address = address
        yield source


@pytest.fixture
def source(empty):
    nodeschema.create(empty)
    nodebackend.fill(empty)
    return empty


@pytest.fixture
def run(source, tmp_path):
    """Run the command as its owner does; return what it printed and its report."""

    def run(*options, address=None):
        out, report = StringIO(), tmp_path / "report.json"
        try:
            call_command(
                "import_nexa_node", *options, source=address or source.address, report=report,
                stdout=out,
            )  # fmt: skip
        except CommandError as error:
            out.write(str(error))
        return out.getvalue(), json.loads(report.read_text())

    return run
