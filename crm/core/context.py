"""Where a change comes from: the door, the request and the change set it belongs to.

Kept in a context variable, so that history is the same from a web request, a worker
or a shell, and no operation has to pass it on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from uuid_utils.compat import uuid7


@dataclass(frozen=True)
class Origin:
    """The door a change came through; ``change_set`` groups what one request did.

    ``foreign`` says that the client was written for another system: it sends fields that we
    don't have, and can't send what our rules ask for beyond its own (behaviours.md G1).

    ``history`` says that it happened elsewhere and long ago, and is only being loaded: what
    is written down of it wakes nobody.
    """

    door: str = "shell"
    request_id: str = ""
    foreign: bool = False
    change_set: UUID = field(default_factory=uuid7)
    history: bool = False


_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


def origin() -> Origin:
    """Return the present origin; outside of any door every call is a change set of its own."""
    return _origin.get() or Origin()


@contextmanager
def acting(
    *, door: str, request_id: str = "", foreign: bool = False, history: bool = False
) -> Iterator[Origin]:
    """Say through which door the enclosed changes come: api, ui, admin, import, workflow, shell."""
    present = Origin(door=door, request_id=request_id, foreign=foreign, history=history)
    token = _origin.set(present)
    try:
        yield present
    finally:
        _origin.reset(token)
