"""Who listens: one socket or one stream, whose it is, and what waits to be sent to it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.models import Session
from crm.core.bases import Record

from .changes import Change

#: a listener that lets this many messages wait doesn't read them
LONGEST_QUEUE = 2000


@dataclass(frozen=True)
class Words:
    """How changes are told: a row in somebody's own shape, and a whole message around it."""

    row: Callable[[Any, dict[str, Any]], dict[str, Any]]
    message: Callable[[Change, dict[str, Any]], Any]


class Listener:
    """Somebody who wants to hear about the changes of some kinds of record."""

    def __init__(self, session: Session, words: Words, models: set[type[Record]]) -> None:
        self.session_id: UUID = session.pk
        self.user_id: UUID = session.user_id
        self.words = words
        self.models = models
        self.ended = False
        #: it was too slow: what it missed is lost to it
        self.behind = False
        self._queue: asyncio.Queue = asyncio.Queue()

    def hear(self, message: Any) -> None:
        """Let a message wait for being sent; called on the event loop."""
        if self.ended:
            return
        if self._queue.qsize() >= LONGEST_QUEUE:
            self.behind = True
            self.end()
            return
        self._queue.put_nowait(message)

    def end(self) -> None:
        """Send nothing any more, not even what waits; called on the event loop."""
        self.ended = True
        self._queue.put_nowait(None)

    async def next(self) -> Any:
        """Return the next message, or None at the end."""
        message = await self._queue.get()
        return None if self.ended else message
