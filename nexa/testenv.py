"""A pytest plugin loaded before Django: tests run in an environment of their own.

Each parallel worker gets its own Redis database, since clearing the cache in one test
would otherwise empty it under all others.

Tests that share a server stay on one worker: on each of two it would have to be started.

Python looks for garbage a hundred times more rarely than it likes to: tests make much of it,
and a third of the time of migrations and a tenth of everybody else's went into looking.
"""

import gc
import os
from typing import Any
from urllib.parse import urlsplit

import pytest

#: folders and files whose tests share a server, a browser or both
SHARING = (
    "crm/base44/tests/test_sdk.py",
    "crm/realtime/tests/test_declared.py",
    "crm/realtime/tests/test_doors.py",
    "crm/realtime/tests/test_processes.py",
    "crm/realtime/tests/test_told.py",
    "crm/tests/journeys/",
    "crm/tests/js_client/",
    "crm/tests/test_redis_loss.py",
    "crm/tests/test_schema_fuzz.py",
    "crm/tests/test_workers.py",
)

os.environ.setdefault("APP_ENV", "test")
gc.set_threshold(70_000, 20, 20)

worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
redis_url = os.environ.get("REDIS_URL", "")
if worker.isdigit() and redis_url and urlsplit(redis_url).path in ("", "/"):
    os.environ["REDIS_URL"] = f"{redis_url.rstrip('/')}/{worker}"


def pytest_collection_finish() -> None:
    """Leave alone what lives until the end: all modules, models and tests."""
    gc.collect()
    gc.freeze()


def group_of(test: str) -> str:
    """Return what a test, given by its id, shares a worker with: itself alone if nothing."""
    return next((place for place in SHARING if test.startswith(place)), test)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give tests to workers group by group, the largest groups first."""
    # The groups of xdist's own loadgroup get lost: pytest 9 ignores the ids that it rewrites.
    if config.getvalue("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class GroupScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return GroupScheduling(config, log)
