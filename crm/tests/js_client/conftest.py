"""One server for all tests of the JavaScript client."""

from pathlib import Path

import pytest
from django.db import connection

from conftest import PASSWORD
from crm.tests.databases import fresh_database
from crm.tests.serving import manage, server, things_in

HERE = Path(__file__).parent
#: with which tests make tokens that have run out
JWT_SECRET = "the-client-s-tests-sign-tokens-that-ran-out"
ANN = """
import os
from accounts.models import User
User.objects.create_user(
    "ann@example.com", os.environ["ADMIN_PASSWORD"], full_name="Ann", role="sales_rep"
)
"""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent == HERE and "address" in item.fixturenames:
            item.add_marker(pytest.mark.django_db)  # the server's database is a copy


@pytest.fixture(scope="session")
def address(migrated, tmp_path_factory):
    """The address of a server where Max and Ann have their accounts."""
    if connection.vendor != "sqlite":
        pytest.skip("The client is tried once, on SQLite: it knows nothing of the database.")
    folder = tmp_path_factory.mktemp("client")
    env = things_in(folder, APP_ENV="test", ADMIN_PASSWORD=PASSWORD, JWT_SECRET=JWT_SECRET)
    with fresh_database(folder, "client", template=migrated) as place:
        env |= place
        manage("create_admin", "max@example.com", env=env)
        manage("shell", "--no-imports", env=env, stdin=ANN)
        options = ("--workers", "1", "--threads", "8")
        with server(env, *options, log=folder / "server.log") as url:
            yield url
