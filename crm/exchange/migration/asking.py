"""Asking a server that can be busy, or gone for a moment."""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

SECONDS = 60
#: what goes over by itself: too many calls, a server that is just not there
AGAIN = frozenset({429, 500, 502, 503, 504})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def asked(
    opener: urllib.request.OpenerDirector,
    request: urllib.request.Request,
    read: Callable[[Any], T],
    *,
    attempts: int,
) -> T:
    """Return what ``read`` makes of the answer, asking again where that may help.

    Raises ``HTTPError`` for a refusal, ``OSError`` and ``HTTPException`` where nothing whole
    came, and what ``read`` raises.
    """
    attempt = 0
    while True:
        attempt += 1
        pause = ""
        try:
            with opener.open(request, timeout=SECONDS) as answer:
                return read(answer)
        except urllib.error.HTTPError as error:
            if error.code not in AGAIN or attempt == attempts:
                raise
            pause = error.headers.get("Retry-After", "")
        except (OSError, http.client.HTTPException):
            if attempt == attempts:
                raise
        time.sleep(min(int(pause), SECONDS) if pause.isdigit() else 2 ** (attempt - 1))
