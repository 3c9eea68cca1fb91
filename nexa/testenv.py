"""A pytest plugin loaded before Django: tests run in an environment of their own.

Each parallel worker gets its own Redis database, since clearing the cache in one test
would otherwise empty it under all others.

Python looks for garbage a hundred times more rarely than it likes to: tests make much of it,
and a third of the time of migrations and a tenth of everybody else's went into looking.
"""

import gc
import os
from urllib.parse import urlsplit

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
