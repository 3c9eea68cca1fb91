"""Which status may follow which. Mistakes can be put right; the rest says how to get there."""

from typing import Any

from django.utils.translation import gettext as _

from crm.core.errors import Conflict
from crm.core.wording import noun, value_word

from .models import Call, Meeting, Task

MOVES: dict[Any, dict[str, tuple[str, ...]]] = {
    Task: {
        "pending": ("in_progress", "completed", "cancelled"),
        "in_progress": ("pending", "completed", "cancelled"),
        "completed": ("pending", "in_progress"),
        "cancelled": ("pending", "in_progress"),
    },
    Meeting: {
        "scheduled": ("completed", "cancelled", "no_show"),
        "completed": ("scheduled", "no_show"),
        "no_show": ("scheduled", "completed", "cancelled"),
        "cancelled": ("scheduled",),
    },
    Call: {
        "scheduled": ("completed", "missed", "cancelled"),
        "completed": ("scheduled", "missed"),
        "missed": ("scheduled", "completed", "cancelled"),
        "cancelled": ("scheduled",),
    },
}


def check_move(record: Task | Meeting | Call, after: str) -> None:
    """Refuse a move that such records don't make, naming those that they do.

    A status that is none at all is the field's to refuse. Raises :class:`Conflict`.
    """
    moves = MOVES[type(record)]
    allowed = moves.get(record.status, tuple(moves))  # from elsewhere: anywhere
    if after in moves and after != record.status and after not in allowed:
        raise Conflict(
            _(
                "This %(entity)s can't go from %(before)s to %(after)s. From here it can go to: "
                "%(allowed)s."
            )
            % {
                "entity": noun(record),
                "before": _words(record.status),
                "after": _words(after),
                "allowed": ", ".join(map(value_word, allowed)),
            }
        )


def _words(status: str) -> str:
    return value_word(status).replace("_", " ")
