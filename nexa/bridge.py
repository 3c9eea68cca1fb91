"""Django's WSGI handler under an ASGI server: requests in threads, streams on the event loop.

Django's own ASGI handler makes a thread for every request and wraps each middleware of ours
anew, which costs more than most answers. Here a fixed set of threads does what gunicorn's own
threads do, and a listener who waits for hours holds none of them (ADR 0011).
"""

import asyncio
import io
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from itertools import chain
from typing import Any
from urllib.parse import unquote_to_bytes

from crm.core.streams import STREAM

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
#: as much of a body or an answer is taken at once, before a thread or the network has to wait
AT_ONCE = 256 * 1024
#: a body that comes this slowly holds a thread for nobody
PATIENCE_SECONDS = 30
SLOWEST_SECONDS = 60.0


class Body(io.RawIOBase):
    """A request's body, read in a thread while the event loop receives it."""

    def __init__(self, first: bytes, more: Callable[[], bytes]) -> None:
        self._waiting, self._more = first, more

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._waiting:
            received = self._more()
            if not received:
                return 0
            self._waiting = received
        taken = self._waiting[: len(buffer)]
        buffer[: len(taken)] = taken
        self._waiting = self._waiting[len(taken) :]
        return len(taken)


class File:
    """What Django hands a file to: read in pieces worth a round through the event loop."""

    def __init__(self, file: Any, _block_size: int = 0) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.file.read(AT_ONCE):
            yield piece

    def close(self) -> None:
        if hasattr(self.file, "close"):
            self.file.close()


class Bridge:
    """Serves a WSGI application in ``threads`` threads.

    An answer that goes on on the event loop is an async generator, which the application puts
    into its environment (:mod:`crm.core.streams`).
    """

    def __init__(self, application: Callable, *, threads: int, at_end: Callable[[], None]) -> None:
        self.application, self.at_end = application, at_end
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._answer(scope, receive, send)
            case "websocket":  # nothing is there
                await receive()
                await send({"type": "websocket.close", "code": 1000})
            case "lifespan":
                await receive()
                await send({"type": "lifespan.startup.complete"})
                await receive()
                self.at_end()
                await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        first, more_body = await _received(receive)
        if first is None:
            return

        def more() -> bytes:
            nonlocal more_body
            if not more_body:
                return b""
            waiting = asyncio.run_coroutine_threadsafe(_received(receive), loop)
            received, more_body = waiting.result(PATIENCE_SECONDS)
            if received is None:
                raise ConnectionError("The client went away while it sent its body.")
            return received

        exchange = Exchange(environ_of(scope, Body(first, more)), send, loop)
        stream = await loop.run_in_executor(self.threads, exchange.run, self.application)
        await exchange.finish(stream, receive)


class Exchange:
    """One request and its answer."""

    def __init__(self, environ: dict[str, Any], send: Send, loop: Any) -> None:
        self.environ, self.send, self.loop = environ, send, loop
        self.start: Message = {}
        self.body = b""

    def run(self, application: Callable) -> AsyncGenerator[bytes, None] | None:
        """Ask the application, in a thread; return what goes on on the event loop, if anything.

        A small answer is kept for the loop to send at once; a large one is sent from here, as
        fast as it is taken.
        """
        answer = application(self.environ, self._start_response)
        try:
            pieces = iter(answer if self.environ["REQUEST_METHOD"] != "HEAD" else ())
            gathered = b""
            for piece in pieces:
                gathered += piece
                if len(gathered) >= AT_ONCE:
                    self._send_all(chain([gathered], pieces))
                    return None
            self.body = gathered
        finally:
            if hasattr(answer, "close"):
                answer.close()
        return self.environ[STREAM].pop() if self.environ[STREAM] else None

    async def finish(self, stream: AsyncGenerator[bytes, None] | None, receive: Receive) -> None:
        """Send what a thread needn't wait for."""
        if not self.start:
            return
        if stream is None:
            await self.send(self.start)
            await self.send({"type": "http.response.body", "body": self.body})
            return
        headers = [pair for pair in self.start["headers"] if pair[0] != b"content-length"]
        await self.send({**self.start, "headers": headers})
        gone = asyncio.ensure_future(_gone(receive))
        telling = asyncio.ensure_future(self._tell(stream))
        try:
            await asyncio.wait((gone, telling), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (gone, telling):
                task.cancel()
            await asyncio.gather(gone, telling, return_exceptions=True)

    async def _tell(self, stream: AsyncGenerator[bytes, None]) -> None:
        """Send what goes on; a reader who takes nothing for a minute is left."""
        async with aclosing(stream):
            async for piece in stream:
                message = {"type": "http.response.body", "body": piece, "more_body": True}
                async with asyncio.timeout(SLOWEST_SECONDS):
                    await self.send(message)
        await self.send({"type": "http.response.body", "body": b""})

    def _start_response(self, status: str, headers: Iterable, exc_info: Any = None) -> None:
        self.start = {
            "type": "http.response.start",
            "status": int(status[:3]),
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers
            ],
        }

    def _send_all(self, pieces: Iterable[bytes]) -> None:
        start, self.start = self.start, {}
        self._send(start)
        for piece in pieces:
            self._send({"type": "http.response.body", "body": piece, "more_body": True})
        self._send({"type": "http.response.body", "body": b""})

    def _send(self, message: Message) -> None:
        asyncio.run_coroutine_threadsafe(_sent(self.send, message), self.loop).result()


def environ_of(scope: Scope, body: Body) -> dict[str, Any]:
    """Return a request as WSGI tells it; a header with an underscore is somebody's disguise."""
    host, port = scope.get("server") or ("", None)
    root = scope.get("root_path", "")
    raw_path = scope.get("raw_path") or scope["path"].encode()
    path = unquote_to_bytes(raw_path.partition(b"?")[0])
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root,
        "PATH_INFO": path.decode("latin-1").removeprefix(root),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_NAME": host or "localhost",
        "SERVER_PORT": str(port or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BufferedReader(body, 64 * 1024),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": File,
        STREAM: [],
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:
            continue
        name, value = (
            raw_name.decode("latin-1").upper().replace("-", "_"),
            raw_value.decode("latin-1"),
        )
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    return environ


async def _received(receive: Receive) -> tuple[bytes | None, bool]:
    """Return as much of the body as makes one round worth while, and whether there is more."""
    parts, size, more = [], 0, True
    while more and size < AT_ONCE:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None, False
        part, more = message.get("body", b""), message.get("more_body", False)
        parts.append(part)
        size += len(part)
    return b"".join(parts), more


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _sent(send: Send, message: Message) -> None:
    await send(message)
