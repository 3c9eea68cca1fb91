"""What changed, read from the table of events as it is committed.

Events have ids that rise with time, but transactions commit in any order: an event can appear
below others that were told long ago. So each look goes back to where the oldest transaction that
was still writing at the last look began, and leaves out what it has seen before (ADR 0011).
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone

from crm.core.bases import Record
from crm.core.entity import by_model
from crm.core.models import Event
from crm.declared.models import DeclaredRecord

CREATED, CHANGED, DELETED = "create", "update", "delete"
TYPES = {"created": CREATED, "restored": CREATED, "deleted": DELETED}
#: events that write no column of their record
ONLY_SAID = frozenset({"exported"})
BATCH = 500
#: how far the clocks of our machines may be apart
SKEW = timedelta(seconds=10)
#: on SQLite ids are made before the one writer's turn comes, for which it waits 20 seconds
LONGEST_TURN = timedelta(seconds=30)
REMEMBERED = 20_000
MOST_MISSED, LONGEST_ABSENCE = 1000, timedelta(hours=1)
#: how much later than its id an event may have been committed, for who comes back to a process
#: that knows nothing of them
LONGEST_LATE = timedelta(minutes=1)
#: which backends write just now, and since when
OLDEST_WRITER = """
    SELECT least(now(), min(xact_start)) FROM pg_stat_activity
    WHERE backend_xid IS NOT NULL AND datname = current_database()
"""
COLUMNS = ("id", "name", "record_type", "record_id", "change_set", "happened_at")


@dataclass(frozen=True)
class Change:
    """One record, and what one change set did to it by these events."""

    events: tuple[UUID, ...]
    model: type[Record]
    record_id: UUID
    type: str
    at: datetime

    @property
    def id(self) -> UUID:
        """The last event's id, which stands for all."""
        return self.events[-1]


class Tail:
    """The end of the table of events as one process sees it. For one thread at a time."""

    def __init__(self) -> None:
        #: tells whether an id was told by this very process
        self.name = uuid4().hex[:8]
        self._since: datetime | None = None
        #: each event that was seen, and by which look, in the order of being seen
        self._seen: dict[UUID, int] = {}
        self._look = 0
        #: what was seen but not told: events first, then the changes that they are
        self._unread: list[UUID] = []
        self._waiting: deque[Change] = deque()

    def begin(self) -> None:
        """Take what is committed by now as known, unless that has been done."""
        if self._since is None:
            self._new()

    def forget(self) -> None:
        """Nobody listens: the next beginning starts anew."""
        self.__init__()  # type: ignore[misc]

    def take(self) -> list[Change]:
        """Return changes that nobody was told of, at most a batch, in the order of their ids."""
        if not self._waiting:
            self._unread += self._new()
            self._waiting.extend(_changes(self._unread))
            self._unread = []
        return [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]

    def give_back(self, changes: list[Change]) -> None:
        """Keep changes for the next taking, where they could not be told."""
        self._waiting.extendleft(reversed(changes))

    def newest(self) -> str:
        """Return the mark of what was seen last, by which a listener can come back."""
        untold = self._untold()
        now = timezone.now()
        newest = next((id for id in reversed(self._seen) if id not in untold), floor(now))
        # What is old by now would be too long ago for coming back.
        return self.mark(newest if moment(newest) > now - LONGEST_ABSENCE / 2 else floor(now))

    def mark(self, id: UUID) -> str:
        """Return an event's id as listeners know it, with who told it."""
        return f"{id}.{self.name}"

    def missed(self, mark: str) -> list[Change] | None:
        """Return what a listener missed who heard ``mark`` last; None where that is too much.

        What is committed but still to be told to everybody is left out. Who comes back to
        another process may hear again what was told within the last seconds before.
        """
        text, _, teller = mark.partition(".")
        try:
            last = UUID(text)
            at = moment(last)
        except (ValueError, OverflowError):
            return None
        now = timezone.now()
        if not now - LONGEST_ABSENCE < at < now + SKEW:
            return None
        ids = self._after(last, teller) if last in self._seen else self._later(last)
        untold = self._untold()
        if len(ids) > MOST_MISSED + len(untold):
            return None
        return _changes(id for id in ids if self._is_known(id) and id not in untold)

    def _after(self, last: UUID, teller: str) -> list[UUID]:
        """Return what was seen after ``last``, whatever its id; of one look ids tell the order."""
        sure, of_last = teller == self.name or not _commits_mix(), self._seen[last]
        return [
            id
            for id, look in self._seen.items()
            if look > of_last or (look == of_last and (id > last if sure else id != last))
        ]

    def _later(self, last: UUID) -> list[UUID]:
        """Return what the table has after ``last``, and what may have been committed after it."""
        start = floor(moment(last) - LONGEST_LATE) if _commits_mix() else last
        found = Event.objects.filter(id__gte=start).exclude(id=last).order_by("id")
        most = MOST_MISSED + len(self._untold()) + 1
        return list(found.values_list("id", flat=True)[:most])

    def _untold(self) -> set[UUID]:
        return {id for change in self._waiting for id in change.events}.union(self._unread)

    def _is_known(self, id: UUID) -> bool:
        """Whether the next look won't find it."""
        return id in self._seen or (self._since is not None and id < floor(self._since))

    def _new(self) -> list[UUID]:
        """Look, and return the ids that weren't there at the last look."""
        horizon = _horizon()
        start = self._since or horizon
        found = Event.objects.filter(id__gte=floor(start)).order_by("id")
        new = [id for id in found.values_list("id", flat=True) if id not in self._seen]
        self._look += 1
        self._seen.update(dict.fromkeys(new, self._look))
        self._since = horizon
        if len(self._seen) > REMEMBERED:
            self._prune()
        return new

    def _prune(self) -> None:
        """Forget what was seen first, as far as the next look won't come across it."""
        first = floor(self._since or timezone.now())
        old = list(takewhile(lambda id: id < first, self._seen))
        for id in old[: len(self._seen) - REMEMBERED // 2]:
            del self._seen[id]


def floor(at: datetime) -> UUID:
    """Return the lowest id that an event of this moment can have."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def moment(id: UUID) -> datetime:
    """Return when an id was made."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, tz=UTC)


def _commits_mix() -> bool:
    """Whether transactions write side by side; on SQLite commits follow each other as ids do."""
    return connection.vendor != "sqlite"


def _horizon() -> datetime:
    """Return from when on events may still appear that can't be seen by now."""
    if not _commits_mix():
        newest = Event.objects.order_by("-id").values_list("id", flat=True).first()
        return (moment(newest) if newest else timezone.now()) - LONGEST_TURN
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_WRITER)
        [oldest] = cursor.fetchone()
    return oldest - SKEW


def _changes(ids: Iterable[UUID]) -> list[Change]:
    """Return the changes that events tell: one for each record and change set."""
    told: list[type[Record]] = [*by_model(), DeclaredRecord]
    models = {model._meta.model_name: model for model in told}
    found: dict[tuple, Change] = {}
    ids = list(ids)
    for start in range(0, len(ids), BATCH):
        rows = Event.objects.filter(id__in=ids[start : start + BATCH], record_type__in=models)
        for id, name, kind, record_id, change_set, at in rows.order_by("id").values_list(*COLUMNS):
            what = name.partition(".")[2]
            if what in ONLY_SAID:
                continue
            key = (kind, record_id, change_set)
            before = found.get(key)
            ids_of = (*before.events, id) if before else (id,)
            found[key] = Change(ids_of, models[kind], record_id, _together(before, what), at)
    return sorted(found.values(), key=lambda change: change.id)


def _together(before: Change | None, what: str) -> str:
    """Return what an event makes of what its change set did before."""
    present = TYPES.get(what, CHANGED)
    if before is not None and present == CHANGED:
        return before.type
    return present
