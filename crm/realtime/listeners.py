"""Who listens: one socket or one stream, whose it is, and what waits to be sent to it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.models import Session

from .changes import Change
from .topics import Topic

#: a listener that lets this many messages wait doesn't read them
LONGEST_QUEUE = 2000


@dataclass(frozen=True)
class Words:
    """How changes are told: a row in somebody's own shape, and a whole message around it."""

    row: Callable[[Topic, dict[str, Any]], dict[str, Any]]
    message: Callable[[Topic, Change, dict[str, Any]], Any]


class Listener:
    """Somebody who wants to hear of the topics with some names; None is all that there are."""

    def __init__(self, session: Session, words: Words, names: set[str] | None) -> None:
        self.session_id: UUID = session.pk
        self.user_id: UUID = session.user_id
        self.words = words
        self.names = names or set()
        self.wants_all = names is None
        self.ended = False
        #: it was too slow: what it missed is lost to it
        self.behind = False
        self._queue: asyncio.Queue = asyncio.Queue()

    def wants(self, topic: Topic) -> bool:
        """Whether it asked to hear of a topic."""
        return self.wants_all or topic.name in self.names

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
