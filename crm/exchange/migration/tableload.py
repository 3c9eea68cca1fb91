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
from crm.core.loading import Entry

from ..sources import Part
from ..tables import Row, is_text, rows_of
from .drafts import Draft
from .entities import Target
from .links import Links, id_here, lookup
from .report import TableReport
from .translation import Translator
from .values import BadValue, flag, is_empty, rounded

BATCH = 1000


class TableLoad:
    """The loading of one table, within the caller's transaction."""

    def __init__(
        self, part: Part, target: Target, links: Links, report: TableReport, *, samples: bool
    ) -> None:
        self.part, self.target, self.links, self.report = part, target, links, report
        self.samples = samples
        self.translator = Translator(target, texts_only=is_text(part.name))
        self.seen: set[str] = set()
        self.later: list[tuple[UUID, str, str, Draft]] = []
        self.unsigned: list[tuple[UUID, tuple[str, str]]] = []

    def run(self) -> None:
        """Read the table and store what it says. Raises :class:`~crm.exchange.tables.BadTable`."""
        with self.part.open() as file:
            rows = iter(rows_of(self.part.name, file))
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
            if not self.samples and is_sample(row.values):
                self.report.counts["skipped"] += 1
                continue
            draft = self.translator.draft(row.line, row.values)
            if draft.legacy_id in self.seen:
                draft.problems.append(_("Another row above has the same id."))
            self.seen.add(draft.legacy_id)
            for name in draft.unknown:
                self.report.unknown[name] += 1
            self._count(draft)
            if draft.problems:
                self._refuse(draft, "; ".join(draft.problems))
                continue
            yield draft

    def _count(self, draft: Draft) -> None:
        for name, amount in draft.amounts.items():
            sums = self.report.amount(name)
            sums.file += amount
            try:
                sums.rounding += amount - rounded(amount)
            except BadValue as error:
                draft.problems.append(f"{name}: {error}")

    def _refuse(self, draft: Draft, reason: str) -> None:
        self.report.refuse(draft.line, draft.legacy_id, reason)
        for name, amount in draft.amounts.items():
            sums = self.report.amount(name)
            sums.refused += amount
            sums.rounding -= amount - rounded(amount) if amount.adjusted() < 13 else Decimal(0)

    # -- records -----------------------------------------------------------------------------

    def _store(self, drafts: Sequence[Draft]) -> None:
        later = self.links.follow(self.target, drafts)
        entries = [self._entry(draft) for draft in drafts]
        loading.load(self.target.model, entries, within=self.target.within)
        by_draft = {id(draft): entry for draft, entry in zip(drafts, entries, strict=True)}
        for draft, column, said in later:
            entry = by_draft[id(draft)]
            if entry.outcome in (loading.CREATED, loading.UPDATED):
                self.later.append((entry.pk, column, said, draft))
        for draft, entry in zip(drafts, entries, strict=True):
            self._tell(draft, entry)
            if entry.outcome == loading.CREATED and entry.record.created_by_id is None:
                self.unsigned.append((entry.pk, draft.author))
        self._add_up([e.pk for e in entries if e.outcome != loading.REFUSED])

    def _entry(self, draft: Draft) -> Entry:
        target, people = self.target, self.links.people
        author = people.author(*draft.author)
        values = {**draft.values, "custom_fields": draft.custom}
        owner = target.owner_column
        initial = {"created_by_id": author, **target.within}
        if owner and owner not in draft.links and author in people.active:
            values.pop(owner, None)
            initial[owner] = author
        key = id_here(self.links.app_id, target.name, draft.legacy_id)
        if target.model is User:
            key = people.find(str(values.get("email") or "")) or key
        return Entry(
            pk=key,
            external_id=draft.legacy_id,
            values=values,
            initial=initial,
            content=self._fingerprint(values, draft),
            free=frozenset(draft.free),
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
        if entry.outcome == loading.REFUSED:
            self._refuse(draft, entry.reason)
            return
        if entry.outcome == loading.BINNED:
            self.report.counts["skipped"] += 1
            entry.note(_("It was deleted here, and stays so."))
        else:
            self.report.counts[entry.outcome] += 1
        if entry.outcome != loading.UNCHANGED:
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


def is_sample(row: Any) -> bool:
    """Whether a row is one of those that an app is delivered with."""
    try:
        return not is_empty(row.get("is_sample")) and flag(row["is_sample"])
    except BadValue:
        return False


def _makes_a_circle(parents: dict[UUID, UUID], child: UUID, parent: UUID) -> bool:
    step: UUID | None = parent
    while step is not None:
        if step == child:
            return True
        step = parents.get(step)
    return False
