"""Answers without an end: a view hands over what goes on telling, and its thread goes home.

Only a server that has an event loop takes one. Such a server puts a list into the request's
environment, and tells what it finds in there after the view's own answer.
"""

from collections.abc import AsyncGenerator
from typing import Any

from django.utils.translation import gettext_lazy as _

from .errors import Unavailable

STREAM = "nexa.stream"


def require_event_loop(request: Any) -> None:
    """Raise :class:`Unavailable` where the server has no event loop."""
    if request.META.get(STREAM) is None:
        raise Unavailable(
            _("This server can't tell changes as they happen: it has to run nexa.asgi.")
        )


def go_on(request: Any, stream: AsyncGenerator[bytes, None]) -> None:
    """Let the answer to ``request`` go on with ``stream``, which ends with the connection."""
    request.META[STREAM].append(stream)
