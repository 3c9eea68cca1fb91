"""Storing the demo in bulk, each record with its history."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import models, reset_queries

from crm.core import events
from crm.core.bases import Record
from crm.core.entries import DOOR, id_at
from crm.core.models import Counter, Event

BATCH = 1000
TICK = timedelta(milliseconds=1)


class Change(NamedTuple):
    """Who changed a record when, and ``{field: [old, new]}``."""

    at: datetime
    by: Any
    values: dict[str, list[Any]]


class Ledger:
    """Takes records one by one and stores them in batches, so that memory stays flat.

    ``histories`` limits for how many records of each entity events are written.
    """

    def __init__(self, histories: int | None = None) -> None:
        self.histories = histories
        self.counts: Tally[str] = Tally()
        self._waiting: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self._numbers: dict[str, int] = {}

    def add(
        self,
        record: Record,
        *,
        history: Sequence[Change] = (),
        touched: datetime | None = None,
        removed: Change | None = None,
    ) -> None:
        """Store a record whose ``created_at`` and ``created_by`` are set.

        ``touched`` is a last change that history doesn't tell in detail; ``removed`` puts
        the record into the recycle bin.
        """
        changes = [*history, removed] if removed else history
        times = [change.at for change in changes]
        record.updated_at = max(record.created_at, *times, touched or record.created_at)
        record.revision = 1 + len(changes)
        record.search_text = record.searchable()  # bulk_create passes save() by
        if removed:
            record.deleted_at, record.deleted_by = removed.at, removed.by
        entity = str(record._meta.model_name)
        self.counts[entity] += 1
        if self.histories is None or self.counts[entity] <= self.histories:
            self._tell("created", record, 0, record.created_at, record.created_by)
            for place, change in enumerate(history, start=1):
                self._tell("updated", record, place, change.at, change.by, changes=change.values)
            if removed:
                label = str(record)
                self._tell("deleted", record, len(changes), removed.at, removed.by, label=label)
        self.add_part(record)

    def add_part(self, row: models.Model) -> None:
        """Store a row that has no history of its own."""
        waiting = self._waiting[type(row)]
        waiting.append(row)
        if len(waiting) >= BATCH:
            self._store(type(row))

    def flush(self) -> None:
        """Store what still waits for its batch to fill."""
        for model in list(self._waiting):
            self._store(model)

    def close(self) -> None:
        """Store what still waits, and where the numbering goes on from."""
        self.flush()
        for series, value in self._numbers.items():
            Counter.objects.update_or_create(series=series, defaults={"value": value})

    def number(self, series: str, prefix: str) -> str:
        """Return the next number of a series, such as ``ORD-00017``, after those given out."""
        if series not in self._numbers:
            row = Counter.objects.select_for_update().filter(series=series).first()
            self._numbers[series] = row.value if row else 0
        self._numbers[series] += 1
        return f"{prefix}-{self._numbers[series]:05}"

    def _tell(
        self, name: str, record: Record, place: int, at: datetime, by: Any, **data: Any
    ) -> None:
        told = events.event_values(name, record, by=by, **data)
        # history goes by id, so that of two events of one moment the later has the greater one
        told |= {"id": id_at(at + place * TICK), "door": DOOR}
        told |= {"happened_at": at, "delivered_at": at}
        self.add_part(Event(**told))

    def _store(self, model: type[models.Model]) -> None:
        rows = self._waiting[model]
        model._base_manager.bulk_create(rows, batch_size=BATCH)
        rows.clear()
        reset_queries()  # while debugging Django keeps the text of each
