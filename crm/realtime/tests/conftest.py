"""One served company for the tests of a file."""

import pytest

from crm.realtime.tests.ears import Company, hire_cast
from crm.tests.databases import fresh_database
from crm.tests.serving import server


@pytest.fixture(scope="module")
def env(migrated, tmp_path_factory):
    """An environment with a database of its own and without Redis, as the two-minute setup."""
    with fresh_database(tmp_path_factory.mktemp("realtime"), "told", template=migrated) as place:
        yield {**place, "REDIS_URL": "", "REDIS_HOST": "", "LOG_LEVEL": "WARNING"}


@pytest.fixture(scope="module")
def company(env, tmp_path_factory):
    """The cast behind a gunicorn as ``make run`` starts it."""
    people = hire_cast(env)
    log = tmp_path_factory.mktemp("server") / "server.log"
    with server(env, "--workers", "1", log=log) as address:
        yield Company(address, people, env)
    assert "Traceback" not in log.read_text()
