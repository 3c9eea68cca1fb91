"""Changes as server-sent events: ``GET /api/v1/events``."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from crm.core.wire import to_bytes

from .changes import Change
from .hub import hub
from .listeners import Listener, Words
from .topics import Topic
from .words import own_row

HEARTBEAT_SECONDS = 15.0
HEARTBEAT = b": here\n\n"
RESET = b"event: reset\ndata: {}\n\n"
#: when to come back after a loss of the connection
RETRY = b"retry: 3000\n"


def for_stream(topic: Topic, change: Change, row: dict[str, Any]) -> bytes:
    """Return the event of a stream, in the API's own names."""
    told = {
        "entity": topic.address,
        "type": change.type,
        "id": change.record_id,
        "data": row,
        "timestamp": change.at,
    }
    head = f"id: {hub.tail.mark(change.id)}\nevent: {change.type}\ndata: "
    return head.encode() + to_bytes(told) + b"\n\n"


STREAM = Words(own_row, for_stream)


async def tell(session: Any, names: set[str] | None, after: str) -> AsyncGenerator[bytes, None]:
    """Yield what happens to such records until the session ends or the client falls behind.

    ``names`` are those of topics; None is all that there are.
    """
    listener = Listener(session, STREAM, names)
    try:
        mark = await hub.add(listener, after)
        if mark is None:
            yield RESET
            mark = hub.tail.newest()
        yield RETRY + (b"\n" if after else f"id: {mark}\n\n".encode())
        while not listener.ended:
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    message = await listener.next()
            except TimeoutError:
                message = HEARTBEAT
            if message is not None:
                yield message
        if listener.behind:
            yield RESET
    finally:
        hub.remove(listener)
