"""A pytest plugin loaded before Django: tests run in an environment of their own.

Each parallel worker gets its own Redis database, since clearing the cache in one test
would otherwise empty it under all others.
"""

import os
from urllib.parse import urlsplit

os.environ.setdefault("APP_ENV", "test")

worker = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
redis_url = os.environ.get("REDIS_URL", "")
if worker.isdigit() and redis_url and urlsplit(redis_url).path in ("", "/"):
    os.environ["REDIS_URL"] = f"{redis_url.rstrip('/')}/{worker}"
