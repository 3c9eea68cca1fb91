"""What all parts of the demo share: chance, time, names, colleagues, and what is there already."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from accounts.models import User
from crm.core.bases import Record
from crm.core.entries import id_at

from .calendar import Calendar
from .ledger import Change, Ledger
from .names import Names
from .staff import Staff

SEED = 2026
BLUR = 0.35  # how little the age of a record tells about its state
MOST_KEPT = 5000  # records of one kind that others may be about

Value = TypeVar("Value")


@dataclass(slots=True)
class Known:
    """What later records need to know about an earlier one."""

    kind: str
    id: UUID
    name: str
    created_at: datetime
    owner: User | None
    email: str = ""
    phone: str = ""
    account: Any = None  # another Known, as is the contact
    contact: Any = None
    contacts: list["Known"] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def person(self) -> "Known":
        """Whom to talk to about it: a contact, a customer, or the record itself."""
        return self.contact or next(iter(self.contacts), self)


class Scene:
    """The stage that the demo company is built on."""

    def __init__(self, counts: Mapping[str, int], now: datetime, *, histories: int | None) -> None:
        self.counts = counts
        self.random = Random(SEED)  # noqa: S311  (the same company every time)
        self.calendar = Calendar(now, self.random)
        self.now = self.calendar.now
        self.names = Names(self.random, SEED)
        self.ledger = Ledger(histories)
        self.staff = Staff(self.random)
        self._kept: dict[str, list[Known]] = {}

    # -- chance ----------------------------------------------------------------------

    def chance(self, share: float) -> bool:
        """Say yes in that share of the cases."""
        return self.random.random() < share

    def pick(self, values: Sequence[Value]) -> Value:
        """Return any of the values."""
        return self.random.choice(values)

    def deal(self, count: int, weights: Mapping[Any, float]) -> list[str]:
        """Return ``count`` values in the given proportions, each at least once, in any order."""
        whole = sum(weights.values())
        values = list(weights)[:count]
        for value, weight in weights.items():
            values += [value] * max(int(count * weight / whole) - 1, 0)
        values += self.random.choices(list(weights), list(weights.values()), k=count)
        values = values[:count]
        self.random.shuffle(values)
        return values

    def deal_by_age(self, count: int, weights: Mapping[Any, float]) -> list[str]:
        """Like :meth:`deal`, for records from old to new and values from fresh to settled."""
        rank = {value: place / len(weights) for place, value in enumerate(weights)}
        values = self.deal(count, weights)
        return sorted(values, key=lambda value: self.random.gauss(-rank[value], BLUR))

    def text(self, *parts: Sequence[str], **names: Any) -> str:
        """Write one sentence of each list, with the names put in."""
        return " ".join(self.pick(part) for part in parts).format(**names)

    # -- records ---------------------------------------------------------------------

    def stamp(self, record: Record, at: datetime, by: User | None) -> Record:
        """Say when and by whom a record was made."""
        record.id, record.created_at, record.created_by = id_at(at), at, by
        return record

    def removal(self, at: datetime, by: User | None) -> Change:
        """Return the putting of a record into the recycle bin some time after ``at``."""
        return Change(self.calendar.after(at, days=30), by or self.staff.admin, {})

    def keep(self, record: Record, kind: str, name: str, owner: User | None, **more: Any) -> Known:
        """Remember a record; all of a kind are to be kept before one is looked for."""
        known = Known(kind, record.id, name, record.created_at, owner, **more)
        self._kept.setdefault(kind, []).append(known)
        return known

    def keep_sample(
        self, record: Record, kind: str, name: str, owner: User | None, **more: Any
    ) -> None:
        """Remember a record if not too many of its kind are known."""
        if self.chance(MOST_KEPT / max(self.counts[kind], MOST_KEPT)):
            self.keep(record, kind, name, owner, **more)

    def known(self, kind: str) -> list[Known]:
        """Return what is remembered of a kind."""
        return self._kept.get(kind, [])

    def arrange(self, kinds: Iterable[str]) -> None:
        """Put what is remembered in order of time, as :meth:`some` needs it."""
        for kind in kinds:
            self._kept.get(kind, []).sort(key=_created)

    def some(self, kind: str, moment: datetime) -> Known:
        """Return a record that existed at that moment, or else the oldest one."""
        known = self._kept[kind]
        return known[self.random.randrange(bisect_right(known, moment, key=_created) or 1)]

    def some_at(self, kind: str, moment: datetime) -> tuple[Known, datetime]:
        """Return a record, and the moment put off until the record existed."""
        known = self.some(kind, moment)
        return known, max(moment, known.created_at)


def _created(known: Known) -> datetime:
    return known.created_at
