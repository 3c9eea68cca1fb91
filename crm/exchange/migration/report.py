"""What a migration did, table by table, for people and as JSON."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from crm.core.plain import readable

MOST_SHOWN = 20
MOST_KEPT = 10_000


@dataclass
class Amounts:
    """One column of money: what the file's rows add up to, and those in the database."""

    file: Decimal = Decimal(0)
    database: Decimal = Decimal(0)
    refused: Decimal = Decimal(0)
    rounding: Decimal = Decimal(0)

    @property
    def difference(self) -> Decimal:
        """What the database has less than the file."""
        return self.file - self.database

    @property
    def reasons(self) -> list[str]:
        """Why the sums differ, one reason after the other; empty where they are equal."""
        named = []
        if self.refused:
            named.append(_("refused rows: %(sum)s") % {"sum": self.refused})
        if self.rounding:
            named.append(_("rounded to the cent: %(sum)s") % {"sum": self.rounding})
        if rest := self.difference - self.refused - self.rounding:
            named.append(_("changed here since, or corrected: %(sum)s") % {"sum": rest})
        return named

    def as_json(self) -> dict[str, Any]:
        """Return both sums, and what lies between them."""
        return {
            "file": str(self.file),
            "database": str(self.database),
            "equal": not self.difference,
            "differences": self.reasons,
        }


@dataclass
class Finding:
    """Something about one row that its owner should know."""

    line: int
    id: str
    text: str


@dataclass
class TableReport:
    """What became of one table."""

    name: str
    entity: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    in_database: int = 0
    refused: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    amounts: dict[str, Amounts] = field(default_factory=dict)
    #: the addresses of the people that it added
    people: list[str] = field(default_factory=list)
    #: the addresses of files that its rows name, by the records that are stored from them
    files: dict[UUID, str] = field(default_factory=dict)
    #: why the table was not read, or not to its end; nothing of it is stored then
    failure: str = ""

    def refuse(self, line: int, legacy_id: str, reason: str) -> None:
        """Count a row that is left out, and why."""
        self.counts["refused"] += 1
        if len(self.refused) < MOST_KEPT:
            self.refused.append(Finding(line, readable(legacy_id), readable(reason)))

    def note(self, line: int, legacy_id: str, text: str) -> None:
        """Remember something about a row that was taken."""
        self.counts["notes"] += 1
        if len(self.notes) < MOST_KEPT:
            self.notes.append(Finding(line, readable(legacy_id), readable(text)))

    def amount(self, name: str) -> Amounts:
        """Return the sums of one column."""
        return self.amounts.setdefault(name, Amounts())

    def lines(self, *, limit: int = MOST_SHOWN) -> list[str]:
        """Return the report as people read it."""
        shown = [f"{readable(self.name)}: {self._summary()}"]
        for name, sums in self.amounts.items():
            verdict = "; ".join(sums.reasons) or _("equal")
            shown.append(f"  {name}: {sums.file:,} / {sums.database:,} ({verdict})")
        if self.unknown:
            columns = ", ".join(f"{name} ({count})" for name, count in self.unknown.items())
            shown.append(_("  kept in custom_fields: %(columns)s") % {"columns": columns})
        for title, found in ((_("refused"), self.refused), (_("note"), self.notes)):
            shown += [f"  {title}, line {row.line} ({row.id}): {row.text}" for row in found[:limit]]
            if len(found) > limit:
                shown.append(f"  {title}: … {len(found) - limit} more (--report)")
        return shown

    def _summary(self) -> str:
        if self.failure:
            return self.failure
        told = ", ".join(
            f"{name} {self.counts[name]:,}"
            for name in ("read", "created", "updated", "unchanged", "skipped", "refused")
        )
        return f"{told}; in the database {self.in_database:,}"

    def as_json(self) -> dict[str, Any]:
        """Return everything, for programs."""
        return {
            "file": self.name,
            "entity": self.entity,
            **{
                name: self.counts[name]
                for name in ("read", "created", "updated", "unchanged", "skipped")
            },
            "refused": self.counts["refused"],
            "in_database": self.in_database,
            "refusals": [vars(row) for row in self.refused],
            "notes": [vars(row) for row in self.notes],
            "unknown_columns": dict(self.unknown),
            "amounts": {name: sums.as_json() for name, sums in self.amounts.items()},
            "failure": self.failure,
        }


@dataclass
class Report:
    """What a migration did."""

    dry_run: bool = False
    tables: list[TableReport] = field(default_factory=list)
    #: names of files that are none of ours, and why
    aside: list[tuple[str, str]] = field(default_factory=list)
    new_people: list[str] = field(default_factory=list)
    files: Counter[str] = field(default_factory=Counter)
    #: ``(id of theirs, address)`` of documents whose file stays where it is
    addresses: list[tuple[str, str]] = field(default_factory=list)

    def keep_address(self, legacy_id: str, address: str, why: str) -> None:
        """Count a document whose file stays where it is."""
        self.files[f"{why}, kept as addresses"] += 1
        if len(self.addresses) < MOST_KEPT:
            self.addresses.append((readable(legacy_id), readable(address)))

    @property
    def invited(self) -> list[str]:
        """The addresses of colleagues who came and have no password yet."""
        return [address for table in self.tables for address in table.people]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was refused."""
        refused = any(table.failure or table.counts["refused"] for table in self.tables)
        return not refused and not self.files["refused"]

    def as_json(self) -> dict[str, Any]:
        """Return everything, for programs."""
        return {
            "dry_run": self.dry_run,
            "clean": self.is_clean,
            "tables": [table.as_json() for table in self.tables],
            "not_imported": [{"file": name, "reason": reason} for name, reason in self.aside],
            "people_added_inactive": self.new_people,
            "files": dict(self.files),
            "addresses_kept": [{"id": key, "address": place} for key, place in self.addresses],
        }
