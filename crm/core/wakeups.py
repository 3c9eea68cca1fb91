"""Telling whoever waits for events, here or in another process, that some were committed.

A wake-up carries nothing and may be lost: the events are in the table, and those who wait look
there by themselves every second.
"""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django_redis import get_redis_connection
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

CHANNEL = "nexa:events"
PAUSE_SECONDS = 5.0
_waiting: set[Callable[[], None]] = set()
_redis_is_down_until = 0.0


def listen(wake: Callable[[], None]) -> None:
    """Call ``wake`` after commits of this process; it must be quick and safe in any thread."""
    _waiting.add(wake)


def leave(wake: Callable[[], None]) -> None:
    """Call ``wake`` no more."""
    _waiting.discard(wake)


def after_commit() -> None:
    """Wake those who wait once the present transaction is committed, once in all."""
    if any(entry[1] is wake_all for entry in transaction.get_connection().run_on_commit):
        return
    transaction.on_commit(wake_all, robust=True)


def wake_all() -> None:
    """Wake those who wait in this process and, over Redis, in all others."""
    global _redis_is_down_until
    for wake in tuple(_waiting):
        wake()
    if not settings.REDIS_URL or time.monotonic() < _redis_is_down_until:
        return
    try:
        get_redis_connection("default").publish(CHANNEL, b"")
    except RedisError as error:
        _redis_is_down_until = time.monotonic() + PAUSE_SECONDS
        log.warning("Nobody is woken over Redis, they look by themselves: %s", error)
