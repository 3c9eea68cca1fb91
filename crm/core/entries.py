"""Records on their way in from another system, and what a domain has to say to them.

What a domain needs beside the bare rows (where its numbers go on, what must not start by
itself) stands in a completion of its own::

    @completes(Ticket)
    def complete_tickets(entries): ...
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from uuid_utils.compat import uuid7

from .context import Origin, acting

DOOR = "import"
NANOSECONDS = 10**9

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
REFUSED, BINNED = "refused", "binned"


@dataclass
class Entry:
    """One record on its way in, and what became of it.

    ``values`` are by field, those of links by the column of the id. ``content`` is a
    fingerprint of all that the source says: the same one again is not looked at twice.
    """

    pk: UUID
    external_id: str
    values: dict[str, Any]
    content: str
    #: what a new record begins with beside that, such as its owner; later it is people's
    initial: dict[str, Any] = field(default_factory=dict)
    #: fields whose values no history shows
    untold: frozenset[str] = frozenset()
    place: int = 0
    record: Any = None
    #: the record as it was stored; None for a new one
    before: Any = None
    outcome: str = ""
    reason: str = ""
    notes: list[str] = field(default_factory=list)
    #: rows that are stored together with the record
    parts: list[models.Model] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        """Whether nothing of it is stored yet."""
        return self.before is None

    def refuse(self, reason: str) -> None:
        """Leave the record out."""
        self.outcome, self.reason = REFUSED, reason

    def note(self, *notes: str) -> None:
        """Remember what the owner should know although the record is taken."""
        self.notes.extend(notes)


Completion = Callable[[Sequence[Entry]], None]
_completions: dict[type[models.Model], Completion] = {}
#: what follows from the rows of a model once they are stored, by their ids
Consequence = Callable[[Sequence[UUID]], None]
_consequences: dict[type[models.Model], Consequence] = {}
#: by model the column of its number, and what lets a series go on above numbers that came
Continuation = Callable[[Iterable[str]], None]
_numbers: dict[type[models.Model], tuple[str, Continuation]] = {}


def completes(model: type[models.Model]) -> Callable[[Completion], Completion]:
    """Name the function that completes the records of a model before they are stored."""

    def register(completion: Completion) -> Completion:
        _completions[model] = completion
        return completion

    return register


def settles(model: type[models.Model]) -> Callable[[Consequence], Consequence]:
    """Name the function that does what follows once rows of a model are stored."""

    def register(consequence: Consequence) -> Consequence:
        _consequences[model] = consequence
        return consequence

    return register


def counts(model: type[models.Model], column: str) -> Callable[[Continuation], Continuation]:
    """Name the function that lets the numbers of a model go on above those that were loaded."""

    def register(continuation: Continuation) -> Continuation:
        _numbers[model] = (column, continuation)
        return continuation

    return register


def number_column(model: type[models.Model]) -> str:
    """Return the column of a model that numbers are given out for; empty where there is none."""
    return _numbers[model][0] if model in _numbers else ""


def continue_numbers(model: type[models.Model], numbers: Iterable[str]) -> None:
    """Let the series of a model go on above all of ``numbers``."""
    _numbers[model][1](numbers)


@contextmanager
def history() -> Iterator[Origin]:
    """Let everything that is written inside count as history: told to nobody."""
    with acting(door=DOOR, history=True) as origin:
        yield origin


def id_at(moment: datetime) -> UUID:
    """Return a time-ordered id as it would have been made at that moment."""
    return uuid7(nanoseconds=max(0, int(moment.timestamp() * NANOSECONDS)))


def complete(model: type[models.Model], entries: Sequence[Entry]) -> None:
    """Let the model's domain complete its records, before they are checked and stored."""
    if (completion := _completions.get(model)) is not None:
        completion(entries)


def settle(model: type[models.Model], ids: Sequence[UUID]) -> None:
    """Let the model's domain do what follows from rows that were stored just now."""
    if (consequence := _consequences.get(model)) is not None:
        consequence(ids)
