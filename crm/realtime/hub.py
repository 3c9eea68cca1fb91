"""Brings each process's changes to those who listen to it.

All reading is done by one thread of its own, a look at a time; the event loop only waits and
sends. Nobody looks where nobody listens.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections
from redis import asyncio as aioredis
from redis.exceptions import RedisError

from crm.core import wakeups

from . import audience
from .changes import Change, Tail
from .listeners import Listener

log = logging.getLogger(__name__)

#: how often the table is looked at where no wake-up comes, as from another process without Redis
EVERY_SECONDS = 1.0
#: commits that follow each other this quickly are read at once
TOGETHER_SECONDS = 0.02
#: how often sessions are looked at while nothing happens
SESSIONS_EVERY_SECONDS = 5.0
#: how long the table is still looked at when the last listener went, who may soon come back
LINGER_SECONDS = 300.0
#: how many connections one person may keep open to one process
MOST_OF_PERSON = 20


class Hub:
    """The listeners of one process, and the tail of events that they hear."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.tail = Tail()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="realtime")
        self._tasks: list[asyncio.Task] = []
        self._sessions_at = 0.0
        self._stopped = False
        self._awake = asyncio.Event()

    async def ask(self, question: Callable, *arguments: Any) -> Any:
        """Ask the database something in the thread that is kept for it."""
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, _closing, question, *arguments
        )

    def has_room(self, user_id: Any) -> bool:
        """Whether a person may open one more connection to this process."""
        theirs = sum(listener.user_id == user_id for listener in tuple(self.listeners))
        return theirs < MOST_OF_PERSON

    async def add(self, listener: Listener, after: str = "") -> str | None:
        """Tell a listener every change from now on, and first what it missed since ``after``.

        Gives the mark from which it can come back later; None where it missed too much, and
        hears only what is new.
        """
        self._loop = asyncio.get_running_loop()
        mark = await self.ask(self._add, listener, after)
        if listener.ended or self._stopped:  # it went away meanwhile, or we do
            self.remove(listener)
        if not self._tasks:
            wakeups.listen(self._wake)
            self._tasks = [asyncio.create_task(self._run())]
            if settings.REDIS_URL:
                self._tasks.append(asyncio.create_task(self._hear_redis()))
        return mark

    def remove(self, listener: Listener) -> None:
        """Tell a listener nothing more."""
        self.listeners.discard(listener)
        if not listener.ended:
            listener.end()

    def stop(self) -> None:
        """End all listening: the process ends."""
        self._stopped = True
        for listener in tuple(self.listeners):
            self.remove(listener)

    # -- on the event loop -----------------------------------------------------------------

    def _wake(self) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._awake.set)

    async def _run(self) -> None:
        idle_since = time.monotonic()
        while time.monotonic() - idle_since < LINGER_SECONDS:
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_SECONDS):
                    await self._awake.wait()
                await asyncio.sleep(TOGETHER_SECONDS)
            self._awake.clear()
            try:
                while await self.ask(self._look):
                    pass
            except Exception:  # a database that is away comes back, and what waits is told then
                log.exception("Changes could not be read")
                await asyncio.sleep(EVERY_SECONDS)
            if self.listeners:
                idle_since = time.monotonic()
        wakeups.leave(self._wake)
        for task in self._tasks[1:]:
            task.cancel()
        self._tasks = []
        await self.ask(self._rest)

    async def _hear_redis(self) -> None:
        """Be woken by other processes; while Redis is away, the clock wakes."""
        options = settings.CACHES["default"]["OPTIONS"]["CONNECTION_POOL_KWARGS"]
        while True:
            try:
                client = aioredis.from_url(settings.REDIS_URL, **options)
                async with client, client.pubsub() as channel:
                    await channel.subscribe(wakeups.CHANNEL)
                    async for _message in channel.listen():
                        self._awake.set()
            except (RedisError, OSError):
                await asyncio.sleep(wakeups.PAUSE_SECONDS)

    # -- in the thread ---------------------------------------------------------------------

    def _add(self, listener: Listener, after: str) -> str | None:
        self.tail.begin()
        mark: str | None = self.tail.newest()
        if after:
            missed = self.tail.missed(after)
            if missed is None:
                mark = None
            else:
                self._tell([listener], missed)
        self.listeners.add(listener)
        return mark

    def _rest(self) -> None:
        if not self.listeners:
            self.tail.forget()

    def _look(self) -> bool:
        """Tell what is new; whether there may be more."""
        changes = self.tail.take()
        listeners = tuple(one for one in tuple(self.listeners) if not one.ended)
        if not changes and time.monotonic() - self._sessions_at < SESSIONS_EVERY_SECONDS:
            return False
        try:
            self._tell(listeners, changes)
        except (OperationalError, InterfaceError):
            self.tail.give_back(changes)
            raise
        return bool(changes)

    def _tell(self, listeners: Sequence[Listener], changes: list[Change]) -> None:
        """Give each message to whom it concerns, and end those whose session is over."""
        sessions = audience.open_sessions(listeners)
        self._sessions_at = time.monotonic()
        for listener in listeners:
            if listener.session_id not in sessions:
                self._loop.call_soon_threadsafe(self.remove, listener)
        # All of them are made before the first is given away: none is told twice after a fault.
        for listener, message in list(audience.told(listeners, changes, sessions)):
            self._loop.call_soon_threadsafe(listener.hear, message)


def _closing(question: Callable, *arguments: Any) -> Any:
    """Answer a question and keep no connection that is too old or broken."""
    close_old_connections()
    try:
        return question(*arguments)
    finally:
        close_old_connections()


hub = Hub()
