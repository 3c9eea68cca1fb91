"""Loading one table: row by row into words of ours, batch by batch into the database."""

import hashlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from crm.core import loading
from crm.core.entries import BINNED, CREATED, REFUSED, UNCHANGED, UPDATED, Entry
from crm.core.plain import readable

from ..sources import Table
from ..tables import Row
from .drafts import FILE_ADDRESS, Draft
from .entities import Target
from .links import Links, lookup
from .report import TableReport
from .translation import Translator
from .values import BadValue, flag, is_empty, rounded

BATCH = 1000


class TableLoad:
    """The loading of one table, within the caller's transaction."""

    def __init__(
        self, table: Table, target: Target, links: Links, report: TableReport, *, samples: bool
    ) -> None:
        self.table, self.target, self.links, self.report = table, target, links, report
        self.samples = samples
        self.translator = Translator(target, links.dialect, texts_only=table.texts_only)
        self.seen: set[str] = set()
        self.later: list[tuple[UUID, str, str, Draft]] = []
        self.unsigned: list[tuple[UUID, tuple[str, str]]] = []

    def run(self) -> None:
        """Read the table and store what it says. Raises :class:`~crm.exchange.tables.BadTable`."""
        rows = self.table.rows()
        while batch := list(islice(rows, BATCH)):
            drafts = list(self._drafts(batch))
            self._store(drafts)
        self._link_later()
        if self.target.model is User:
            self._sign_later()

    # -- rows ------------------------------------------------------------------------------

    def _drafts(self, rows: Sequence[Row]) -> Iterator[Draft]:
        """Yield the rows that can be stored, in our words; count the others."""
        for row in rows:
            self.report.counts["read"] += 1
            if row.problem:
                self.report.refuse(row.line, "", row.problem)
                continue
            if is_left_out(row.values, samples=self.samples):
                self.report.counts["skipped"] += 1
                continue
            draft = self.translator.draft(row.line, row.values)
            if draft.legacy_id in self.seen:
                draft.problems.append(_("Another row above has the same id."))
            self.seen.add(draft.legacy_id)
            for name in draft.unknown:
                self.report.unknown[readable(name)] += 1
            self._count(draft)
            if draft.problems:
                self._refuse(draft, "; ".join(draft.problems))
                continue
            yield draft

    def _count(self, draft: Draft) -> None:
        for name, amount in draft.amounts.items():
            sums = self.report.amount(name)
            sums.file += amount
            sums.rounding += amount - rounded(amount)

    def _refuse(self, draft: Draft, reason: str) -> None:
        self.report.refuse(draft.line, draft.legacy_id, reason)
        for name, amount in draft.amounts.items():
            sums = self.report.amount(name)
            sums.refused += amount
            sums.rounding -= amount - rounded(amount)

    # -- records -----------------------------------------------------------------------------

    def _store(self, drafts: Sequence[Draft]) -> None:
        later = self.links.follow(self.target, drafts)
        entries = [self._entry(draft) for draft in drafts]
        loading.load(self.target.model, entries, within=self.target.within)
        by_draft = {id(draft): entry for draft, entry in zip(drafts, entries, strict=True)}
        for draft, column, said in later:
            entry = by_draft[id(draft)]
            if entry.outcome in (CREATED, UPDATED):
                self.later.append((entry.pk, column, said, draft))
        for draft, entry in zip(drafts, entries, strict=True):
            self._tell(draft, entry)
            if entry.outcome == CREATED and entry.record.created_by_id is None:
                self.unsigned.append((entry.pk, draft.author))
            if entry.outcome == CREATED and self.target.model is User:
                self.report.people.append(str(entry.record.email))
        self._add_up([e.pk for e in entries if e.outcome != REFUSED])

    def _entry(self, draft: Draft) -> Entry:
        target, people = self.target, self.links.people
        author = people.author(*draft.author)
        values = {**draft.values, "custom_fields": draft.custom}
        owner = target.owner_column
        initial = {"created_by_id": author, **target.within}
        dialect = self.links.dialect
        is_free = dialect.author_owns or owner not in values
        if owner and is_free and owner not in draft.links:
            values.pop(owner, None)
            initial[owner] = author if author in people.active else None
        key = dialect.id_of(target.name, draft.legacy_id)
        if target.model is User:
            key = people.find(str(values.get("email") or "")) or key
        return Entry(
            pk=key,
            external_id=draft.legacy_id,
            values=values,
            initial=initial,
            content=self._fingerprint(values, draft),
            place=draft.line,
        )

    def _fingerprint(self, values: dict[str, Any], draft: Draft) -> str:
        """Return what tells the content of a row from any other.

        A link within the table counts as the row says it: its target may only be coming.
        """
        inside = {
            column.path: None
            for column in self.target.columns.values()
            if column.field.related_model is self.target.model
        }
        said = {**values, **inside, "links": draft.links, "author": draft.author}
        raw = orjson.dumps(said, default=str, option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(raw).hexdigest()[:32]

    def _tell(self, draft: Draft, entry: Entry) -> None:
        """Count what became of a row."""
        if entry.outcome == REFUSED:
            self._refuse(draft, entry.reason)
            return
        if entry.outcome == BINNED:
            self.report.counts["skipped"] += 1
            entry.note(_("It was deleted here, and stays so."))
        else:
            self.report.counts[entry.outcome] += 1
            if address := draft.custom.get(FILE_ADDRESS):
                self.report.files[entry.pk] = str(address)
        if entry.outcome != UNCHANGED:
            for note in (*draft.notes, *entry.notes):
                self.report.note(draft.line, draft.legacy_id, note)

    def _add_up(self, ids: Sequence[UUID]) -> None:
        """Add what the database has of the rows of a batch."""
        rows = self.target.model.all_objects.filter(pk__in=ids).order_by()
        self.report.in_database += rows.count()
        if self.report.amounts:
            sums = rows.aggregate(**{f"sum_{name}": Sum(name) for name in self.report.amounts})
            for name, amounts in self.report.amounts.items():
                # SQLite adds floats
                amounts.database += rounded(sums[f"sum_{name}"] or Decimal(0))

    def _link_later(self) -> None:
        """Link rows to others of the same table, now that all of it is read."""
        model = self.target.model
        found = lookup(model, {said for _pk, _column, said, _draft in self.later})
        parents: dict[str, dict[UUID, UUID]] = {}
        for column in {column for _pk, column, _said, _draft in self.later}:
            linked = model.all_objects.exclude(**{column: None}).order_by()
            parents[column] = dict(linked.values_list("pk", column))
        for pk, column, said, draft in self.later:
            other = found.get(said)
            if other is None or _makes_a_circle(parents[column], pk, other):
                reason = _("%(name)s: this row was refused, or leads back here.")
                self.report.note(draft.line, draft.legacy_id, reason % {"name": column})
                continue
            parents[column][pk] = other
            model.all_objects.filter(pk=pk).update(**{column: other})

    def _sign_later(self) -> None:
        """Let people be the authors of people who came in the same table."""
        self.links.people.read()
        for pk, author in self.unsigned:
            if (found := self.links.people.author(*author)) is not None:
                User.all_objects.filter(pk=pk).update(created_by=found)


def is_left_out(row: Any, *, samples: bool) -> bool:
    """Whether a row is in the app's own bin, or one that every app is delivered with."""
    return _says(row, "is_deleted") or (not samples and _says(row, "is_sample"))


def _says(row: Any, name: str) -> bool:
    try:
        return not is_empty(row.get(name)) and flag(row[name])
    except BadValue:
        return False


def _makes_a_circle(parents: dict[UUID, UUID], child: UUID, parent: UUID) -> bool:
    step: UUID | None = parent
    while step is not None:
        if step == child:
            return True
        step = parents.get(step)
    return False
