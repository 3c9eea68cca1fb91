"""How a ticket stands with its two promises, at one moment. No database and no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

#: a promise that is due sooner wants somebody's eye
SOON = timedelta(hours=2)
SETTLED = ("resolved", "closed")
TONES = {"running": "calm", "soon": "warn", "late": "bad", "met": "good", "missed": "bad"}


@dataclass(frozen=True)
class Standing:
    """Where one promise stands: ``none``, ``running``, ``soon``, ``late``, ``paused``, ``met``
    or ``missed``. ``is_answer`` tells the first answer from the solution."""

    is_answer: bool
    state: str
    due: datetime | None = None
    done: datetime | None = None

    @property
    def tone(self) -> str:
        """The colour it is shown in."""
        return TONES.get(self.state, "")


def of_answer(ticket: Mapping[str, Any], *, now: datetime) -> Standing:
    """Return how the promise of a first answer stands, from the values of a ticket."""
    return _standing(
        True, ticket["first_response_due"], ticket["first_responded_at"], now, is_paused=False
    )


def of_solution(ticket: Mapping[str, Any], *, now: datetime) -> Standing:
    """Return how the promise of a solution stands; it rests while the customer has the turn."""
    status = ticket["status"]
    done = ticket["resolved_date"] if status in SETTLED else None
    return _standing(False, ticket["resolution_due"], done, now, is_paused=status == "pending")


def most_urgent(ticket: Mapping[str, Any], *, now: datetime) -> Standing:
    """Return the promise that counts next: the first answer until it was given."""
    answer = of_answer(ticket, now=now)
    is_waiting = answer.done is None and answer.due is not None
    return answer if is_waiting else of_solution(ticket, now=now)


def _standing(
    is_answer: bool, due: datetime | None, done: datetime | None, now: datetime, *, is_paused: bool
) -> Standing:
    if done is not None:
        state = "none" if due is None else "met" if done <= due else "missed"
    elif is_paused:
        state = "paused"
    elif due is None:
        state = "none"
    else:
        state = "late" if due < now else "soon" if due - now <= SOON else "running"
    return Standing(is_answer, state, due, done)
