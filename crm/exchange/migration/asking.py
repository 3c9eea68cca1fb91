"""Asking servers that can be busy, broken or gone, and that nobody should wait for without end.

A call goes where the caller says: no proxy that the environment names comes between, and no
redirect is followed.
"""

import http.client
import io
import socket
import ssl
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from crm.core.plain import whole_number

from .addresses import is_public, key_of, places_of

T = TypeVar("T")

CHUNK = 256 * 1024
#: some servers refuse whoever doesn't say what they are
AGENT = "Nexa-CRM"
#: for a connection, for what is read next, and for a pause that a server asks for
SECONDS = 60
#: for one answer, however often it is asked for
LONGEST = 600
#: without anything that came from a host
PATIENCE = 3600
#: calls in a row for which there was no connection
MOST_UNREACHED = 3
#: what goes over by itself: too many calls, a server that is just not there
AGAIN = frozenset({429, 500, 502, 503, 504})
MOVED = frozenset({301, 302, 303, 307, 308})


class Unanswered(Exception):
    """What was asked for did not come. ``passes`` says whether asking again may help."""

    passes = True
    #: the seconds that the server wants to be left alone
    pause: int | None = None


class Unreachable(Unanswered):
    """No connection came about."""


class BrokenOff(Unanswered):
    """There was a connection, but nothing whole came over it."""


class Refused(Unanswered):
    """The server said no, or that it is elsewhere: then there is a ``location``."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        super().__init__(f"HTTP {answer.status}")
        self.status = answer.status
        self.passes = answer.status in AGAIN
        self.pause = whole_number(answer.headers.get("Retry-After", ""))
        self.location = answer.headers.get("Location", "") if answer.status in MOVED else ""


class Caller:
    """Asks hosts, and remembers those that don't answer.

    ``inside`` says whether they may be in a private network.
    """

    def __init__(self, *, inside: bool) -> None:
        self.inside = inside
        self._tls = ssl.create_default_context()
        self._unreached: Counter[str] = Counter()
        self._lost: defaultdict[str, float] = defaultdict(float)

    def get(
        self,
        address: str,
        take: Callable[[Iterator[bytes]], T],
        *,
        attempts: int,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """Return what ``take`` makes of an answer's bytes, asking again where that may help.

        Raises :class:`Unanswered`, and what ``take`` raises.
        """
        host = urlsplit(address).netloc
        if self._unreached[host] >= MOST_UNREACHED or self._lost[host] >= PATIENCE:
            raise Unanswered(_("%(host)s did not answer before.") % {"host": host})
        until = time.monotonic() + LONGEST
        attempt = 0
        while True:
            attempt += 1
            began = time.monotonic()
            try:
                found = self._ask(address, take, headers or {}, until)
            except Unanswered as error:
                if not error.passes:
                    self._lost[host] = 0
                    raise
                now = time.monotonic()
                self._lost[host] += now - began
                if attempt == attempts or now >= until:
                    self._unreached[host] += isinstance(error, Unreachable)
                    raise
                pause = 2 ** (attempt - 1) if error.pause is None else min(error.pause, SECONDS)
                self._lost[host] += pause
                time.sleep(pause)
            else:
                self._lost[host] = 0
                return found

    def _ask(
        self,
        address: str,
        take: Callable[[Iterator[bytes]], T],
        headers: Mapping[str, str],
        until: float,
    ) -> T:
        parts = urlsplit(address)
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        said = {"Host": parts.netloc, "User-Agent": AGENT, "Connection": "close", **headers}
        with closing(http.client.HTTPConnection(parts.netloc)) as connection:
            connection.response_class = partial(_Response, until=until)  # type: ignore[assignment]
            connection.sock = self._connected(parts)
            self._unreached[parts.netloc] = 0
            try:
                connection.request("GET", target, headers=said)
                answer = connection.getresponse()
            except (OSError, http.client.HTTPException) as error:
                raise BrokenOff(_words(error)) from error
            with closing(answer):
                if not 200 <= answer.status < 300:
                    raise Refused(answer)
                return take(_chunks(answer))

    def _connected(self, parts: SplitResult) -> socket.socket:
        scheme, host, port = key_of(parts)
        try:
            places = places_of(host, port)
            if not self.inside and not all(is_public(place) for place in places):
                raise Unreachable(_("this is a private address"))
            connection = _first(places, port)
            if scheme == "https":
                return self._tls.wrap_socket(connection, server_hostname=host.rstrip("."))
        except OSError as error:
            raise Unreachable(_words(error)) from error
        return connection


def _first(places: list[str], port: int) -> socket.socket:
    """Return a connection to the first of these addresses that takes one."""
    for place in places[:-1]:
        try:
            return socket.create_connection((place, port), timeout=SECONDS)
        except OSError:
            continue
    return socket.create_connection((places[-1], port), timeout=SECONDS)


class _Response(http.client.HTTPResponse):
    """An answer that has to be over by a time, from its first line on."""

    def __init__(self, sock: socket.socket, *args: Any, until: float, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        endless = self.fp
        self.fp = io.BufferedReader(_Timed(sock, until))
        endless.close()


class _Timed(io.RawIOBase):
    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock, self._until = sock, until
        self._file = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError(_("it takes too long"))
        self._sock.settimeout(min(left, SECONDS))
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


def _chunks(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """Yield the bytes of an answer as they come. Raises :class:`BrokenOff`."""
    left = answer.length
    while left != 0:
        try:
            chunk = answer.read1(CHUNK if left is None else min(left, CHUNK))
        except (OSError, http.client.HTTPException) as error:
            raise BrokenOff(_words(error)) from error
        if not chunk and left:
            raise BrokenOff(_("it broke off"))
        if not chunk:
            return
        left = None if left is None else left - len(chunk)
        yield chunk


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
