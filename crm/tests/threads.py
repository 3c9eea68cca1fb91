"""Calls that really happen at the same time, each over a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

PATIENCE_SECONDS = 60


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run all calls together, none before the last is ready; return their results in order."""
    start = Barrier(len(calls), timeout=PATIENCE_SECONDS)

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def times(number: int, call: Callable[[], Any]) -> list[Any]:
    """Run one call ``number`` times at once."""
    return at_once(*[call] * number)


def statuses(responses: list[Any]) -> list[int]:
    return sorted(response.status_code for response in responses)
