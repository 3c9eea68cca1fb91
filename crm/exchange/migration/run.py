"""A whole migration: everything is looked through once, then loaded in order."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from crm.base44.naming import STAGE_KINDS
from crm.core import loading
from crm.core.fields import normal_email
from crm.sales.loading import allow_stage
from crm.sales.models import Deal

from ..sources import Part, Source
from ..tables import BadTable, rows_of
from .attachments import take_files
from .entities import Target, declared_targets, target_among
from .links import Links, id_here
from .people import People
from .report import Report, TableReport
from .tableload import TableLoad, is_sample
from .values import text


@dataclass(frozen=True)
class Options:
    """How to migrate: from which app, for real or not, with its samples or not."""

    app_id: str
    dry_run: bool = False
    samples: bool = False


@dataclass
class Survey:
    """What a look through all tables tells before any is loaded."""

    ids: dict[str, set[str]] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, list[str]] = field(default_factory=dict)
    stages: set[str] = field(default_factory=set)


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
    tables = _in_order(source, report, own)
    with loading.history():
        if not options.dry_run:
            _run(tables, own, source, options, report, tell)
            return report
        try:
            with transaction.atomic():
                _run(tables, own, source, options, report, tell)
                raise Stopped
        except Stopped:
            return report


def _in_order(source: Source, report: Report, own: dict[str, Target]) -> list[tuple[Part, Target]]:
    found = []
    for part in source.tables:
        target = target_among(own, part.stem)
        if target is None:
            report.aside.append((part.name, _("not imported: no such entity")))
        else:
            found.append((part, target))
    return sorted(found, key=lambda pair: pair[1].place)


def _run(
    tables: list[tuple[Part, Target]],
    own: dict[str, Target],
    source: Source,
    options: Options,
    report: Report,
    tell: Callable[[TableReport], None],
) -> None:
    people, survey = People(), Survey()
    links = Links(options.app_id, people, survey.ids, own)
    readable = [pair for pair in tables if _look_through(*pair, options, survey, report, tell)]
    users = [pair for pair in readable if pair[1].model is User]
    others = [pair for pair in readable if pair[1].model is not User]
    for part, target in users:
        _load(part, target, links, survey, options, report, tell)
    with transaction.atomic():
        report.new_people = people.add_unknown(
            survey.authors, lambda key: id_here(options.app_id, "User", key)
        )
    for part, target in others:
        _load(part, target, links, survey, options, report, tell)
    take_files(source, report, dry_run=options.dry_run)


def _look_through(
    part: Part,
    target: Target,
    options: Options,
    survey: Survey,
    report: Report,
    tell: Callable[[TableReport], None],
) -> bool:
    """Read a table to its end; whether that went well. One that can't be read is not begun."""
    ids = survey.ids.setdefault(target.name, set())
    column = loading.number_column(target.model)
    numbers = survey.numbers.setdefault(target.name, [])
    try:
        with part.open() as file:
            for row in rows_of(part.name, file):
                values = row.values
                if not options.samples and is_sample(values):
                    continue
                ids.add(text(values.get("id") or ""))
                email = normal_email(text(values.get("created_by") or ""))
                if "@" in email:
                    known = survey.authors.get(email)
                    survey.authors[email] = known or text(values.get("created_by_id") or "")
                if column and values.get(column):
                    numbers.append(text(values[column]).strip())
                if target.model is Deal and values.get("stage") in STAGE_KINDS:
                    survey.stages.add(values["stage"])
    except (BadTable, OSError) as error:
        found = TableReport(part.name, target.name, failure=_("not imported: %s") % error)
        report.tables.append(found)
        tell(found)
        return False
    return True


def _load(
    part: Part,
    target: Target,
    links: Links,
    survey: Survey,
    options: Options,
    report: Report,
    tell: Callable[[TableReport], None],
) -> None:
    found = TableReport(part.name, target.name)
    report.tables.append(found)
    with transaction.atomic():
        if numbers := survey.numbers[target.name]:
            loading.continue_numbers(target.model, numbers)
        if target.model is Deal:
            for name in sorted(survey.stages):
                allow_stage(name, STAGE_KINDS[name])
        TableLoad(part, target, links, found, samples=options.samples).run()
    tell(found)
