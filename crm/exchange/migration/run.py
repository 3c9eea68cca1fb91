"""A whole migration: everything is looked through once, then loaded in order."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from zipfile import BadZipFile

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from crm.core.entries import continue_numbers, history, number_column
from crm.core.fields import normal_email
from crm.core.plain import flaw_of_text

from ..sources import Source, Table
from ..tables import BadTable
from .attachments import take_files
from .dialects import Dialect
from .entities import Target, declared_targets, target_among
from .links import Links
from .people import People
from .report import Report, TableReport
from .tableload import TableLoad, is_left_out
from .values import text


@dataclass(frozen=True)
class Options:
    """How to migrate: from which system, for real or not, with its samples or not."""

    dialect: Dialect
    dry_run: bool = False
    samples: bool = False


@dataclass
class Survey:
    """What a look through all tables tells before any is loaded."""

    ids: dict[str, set[str]] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, list[str]] = field(default_factory=dict)


class Stopped(Exception):
    """A dry run is over; what it did is undone."""


def migrate(
    source: Source, options: Options, *, tell: Callable[[TableReport], None] = lambda table: None
) -> Report:
    """Load an export and report on it; ``tell`` hears of each table once it is done.

    Each table is one transaction: what was interrupted goes on with the next call, and what
    is stored already is not touched. A dry run does all of it and undoes it in the end.
    """
    report = Report(dry_run=options.dry_run, aside=list(source.refused))
    own = declared_targets()
    tables = _in_order(source, options, report, own)
    with history():
        if not options.dry_run:
            _run(tables, own, source, options, report, tell)
            return report
        try:
            with transaction.atomic():
                _run(tables, own, source, options, report, tell)
                raise Stopped
        except Stopped:
            return report


def _in_order(
    source: Source, options: Options, report: Report, own: dict[str, Target]
) -> list[tuple[Table, Target]]:
    found = []
    for table in source.tables:
        target = target_among(own, table.stem, options.dialect.taken)
        if target is None:
            report.aside.append((table.name, _("not imported: no such entity")))
        else:
            found.append((table, target))
    return sorted(found, key=lambda pair: pair[1].place)


def _run(
    tables: list[tuple[Table, Target]],
    own: dict[str, Target],
    source: Source,
    options: Options,
    report: Report,
    tell: Callable[[TableReport], None],
) -> None:
    people, survey = People(), Survey()
    links = Links(options.dialect, people, survey.ids, own)
    readable = [pair for pair in tables if _look_through(*pair, options, survey, report, tell)]
    users = [pair for pair in readable if pair[1].model is User]
    others = [pair for pair in readable if pair[1].model is not User]
    for table, target in users:
        _load(table, target, links, survey, options, report, tell)
    with transaction.atomic():
        report.new_people = people.add_unknown(
            survey.authors, lambda key: options.dialect.id_of("User", key)
        )
    for table, target in others:
        _load(table, target, links, survey, options, report, tell)
    if not options.dialect.files_elsewhere:
        return
    if refused := take_files(source, report, dry_run=options.dry_run):
        tell(refused)


def _look_through(
    table: Table,
    target: Target,
    options: Options,
    survey: Survey,
    report: Report,
    tell: Callable[[TableReport], None],
) -> bool:
    """Read a table to its end; whether that went well. One that can't be read is not begun."""
    ids = survey.ids.setdefault(target.name, set())
    column = number_column(target.model)
    numbers = survey.numbers.setdefault(target.name, [])
    try:
        for row in table.rows():
            values = row.values
            if is_left_out(values, samples=options.samples):
                continue
            ids.add(text(values.get("id") or ""))
            email = normal_email(text(values.get("created_by") or ""))
            legacy_id = text(values.get("created_by_id") or "").strip()
            if "@" in email and not flaw_of_text(email + legacy_id):
                survey.authors[email] = survey.authors.get(email) or legacy_id
            if column and values.get(column):
                numbers.append(text(values[column]).strip())
    except (BadTable, OSError, EOFError, BadZipFile, zlib.error) as error:
        found = TableReport(
            table.name, target.name, failure=_("not imported: %(reason)s") % {"reason": error}
        )
        report.tables.append(found)
        tell(found)
        return False
    return True


def _load(
    table: Table,
    target: Target,
    links: Links,
    survey: Survey,
    options: Options,
    report: Report,
    tell: Callable[[TableReport], None],
) -> None:
    found = TableReport(table.name, target.name)
    report.tables.append(found)
    with transaction.atomic():
        if numbers := survey.numbers[target.name]:
            continue_numbers(target.model, numbers)
        TableLoad(table, target, links, found, samples=options.samples).run()
    tell(found)
