"""The reports: what each tells, to whom, as a table and a chart of the same numbers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.activities.models import Call, Meeting, Task
from crm.commerce.models import Invoice
from crm.core.bases import Record
from crm.core.pages.registry import address_of
from crm.core.wording import choice_label
from crm.messaging.models import Email
from crm.sales.models import Deal, Lead
from crm.support.models import Ticket

from . import billing, leads, selling, working
from .figures import Numbers, may_view
from .leaderboard import COLUMNS, leaderboard
from .parameters import Asked
from .tables import Cell, Table, amount, chart, count, part_label, table


@dataclass(frozen=True)
class Report:
    """One report: its address and title, whose records it needs, and what it tells."""

    name: str
    title: Any
    sentence: Any
    icon: str
    #: the reader must be allowed to view one of these kinds
    models: tuple[type[Record], ...]
    read: Callable[[Any, Asked], Table]
    #: further parameters that its address takes
    takes: tuple[str, ...] = ()
    #: the span where the address says none
    usual: str = "30d"
    #: how many columns of its table stand on the first page, where the others have their chart
    narrow: int = 0

    def is_open_to(self, user: Any) -> bool:
        """Say whether the role of ``user`` may see any of its numbers."""
        return any(may_view(user, model) for model in self.models)

    def check(self, user: Any) -> None:
        """Raise ``PermissionDenied`` for whoever may see none of its numbers."""
        if not self.is_open_to(user):
            raise PermissionDenied(_("Your role doesn't allow this report."))


def _revenue(user: Any, asked: Asked) -> Table:
    span = asked.span()
    interval = asked.interval(span)
    told = billing.revenue(user, span, interval)
    currency = told["currency"]
    columns = [
        (_part(interval), lambda row: Cell(_time(row, interval))),
        (_("Invoiced"), lambda row: amount(row["invoiced"], currency)),
        (_("Invoices"), lambda row: count(row["invoiced"])),
        (_("Received"), lambda row: amount(row["received"], currency)),
    ]
    shown = table(told["series"], columns, foot=told)
    shown.chart = chart("bars", shown, _("Invoiced"), _("Received"))
    return shown


def _part(interval: str) -> str:
    return {"day": _("Day"), "week": _("Week from"), "month": _("Month")}[interval]


def _time(row: Numbers, interval: str) -> str:
    return part_label(row["from"], interval) if "from" in row else _("All together")


def _pipeline(user: Any, asked: Asked) -> Table:
    told = selling.pipeline(user, asked.span(), asked.pipeline())
    currency = told["currency"]
    columns = [
        (_("Stage"), lambda row: Cell(row["name"])),
        (_("Deals"), count),
        (_("Amount"), lambda row: amount(row, currency)),
        (_("Weighted"), lambda row: replace(amount(row, currency, of="weighted"), apart=[])),
    ]
    shown = table(told["stages"], columns)
    going = [at for at, stage in enumerate(told["stages"]) if stage["kind"] in selling.OPEN]
    shown.chart = chart("rows", shown, _("Amount"), _("Weighted"), rows=going)
    return shown


def _lead_sources(user: Any, asked: Asked) -> Table:
    told = leads.lead_sources(user, asked.span())
    told = [row for row in told if row["leads"]["count"]]
    told.sort(key=lambda row: -row["leads"]["count"])
    base = selling.purse_of(asked.span()).base
    columns = [
        (_("Source"), lambda row: Cell(choice_label(row["source"]) or _("Not said"))),
        (_("Leads"), lambda row: count(row["leads"])),
        (_("Converted"), lambda row: count(row["converted"])),
        (_("Conversion rate"), lambda row: Cell(row["conversion_rate"], "percent")),
        (_("Won"), lambda row: row["won"] and amount(row["won"], base)),
    ]
    shown = table(told, columns)
    shown.chart = chart("ring", shown, _("Leads"))
    return shown


def _steps() -> dict[str, str]:
    return {
        "created": _("Leads made"),
        "contacted": _("Contacted"),
        "qualified": _("Qualified"),
        "converted": _("Converted"),
        "won": _("Deal won"),
    }


def _funnel(user: Any, asked: Asked) -> Table:
    steps = _steps()
    columns = [
        (_("Step"), lambda row: Cell(steps[row["step"]])),
        (_("Leads"), count),
        (_("Of all"), lambda row: Cell(row["of_all"], "bar")),
        (_("Of the step before"), lambda row: Cell(row["of_step_before"], "percent")),
    ]
    shown = table(leads.conversion_funnel(user, asked.span()), columns)
    shown.chart = chart("rows", shown, _("Leads"))
    return shown


def _activity(user: Any, asked: Asked) -> Table:
    span = asked.span()
    interval = asked.interval(span)
    told = working.activity(user, span, interval)
    kinds = {
        "calls": _("Calls"),
        "meetings": _("Meetings"),
        "emails": _("Emails"),
        "tasks": _("Tasks"),
    }
    columns: list[Any] = [(_part(interval), lambda row: Cell(_time(row, interval)))]
    columns += [(head, _count_of(name)) for name, head in kinds.items()]
    shown = table(told["series"], columns, foot=told)
    shown.chart = chart("stacked", shown, *kinds.values())
    return shown


def _count_of(name: str) -> Callable[[Numbers], Cell | None]:
    return lambda row: None if row[name] is None else count(row[name])


def _leaderboard(user: Any, asked: Asked) -> Table:
    told = leaderboard(user, asked.span())
    currency, won = told["currency"], _("Won")
    heads = {
        "resolved_tickets": _("Solved tickets"),
        "new_leads": _("New leads"),
        "converted_leads": _("Converted"),
        "calls": _("Calls"),
        "meetings": _("Meetings"),
    }
    columns: list[Any] = [
        (_("Colleague"), _person_for(user, told["people"])),
        (won, lambda row: row["won_deals"] and amount(row["won_deals"], currency)),
        (_("Deals won"), _count_of("won_deals")),
        *[(heads[name], _count_of(name)) for name in heads if name in COLUMNS],
    ]
    shown = table(told["people"], columns)
    shown.chart = chart("rows", shown, won if won in shown.heads else heads["resolved_tickets"])
    return shown


def _person_for(user: Any, rows: list[Numbers]) -> Callable[[Numbers], Cell]:
    """Return what names the person of a row, and leads to the page of those whom one may see."""
    people: Any = get_user_model()
    keys = [row["owner"]["id"] for row in rows]
    shown = people.objects.visible_to(user).filter(pk__in=keys).order_by()
    visible = set(shown.values_list("pk", flat=True))

    def person(row: Numbers) -> Cell:
        owner = row["owner"]
        link = address_of("user", owner["id"]) if owner["id"] in visible else ""
        return Cell(owner["full_name"], link=link)

    return person


def _receivables(user: Any, asked: Asked) -> Table:
    told = billing.receivables(user, asked.span("all"))
    names = {
        "current": _("Not due yet"),
        "days_1_30": _("1 to 30 days late"),
        "days_31_60": _("31 to 60 days late"),
        "days_61_90": _("61 to 90 days late"),
        "over_90_days": _("More than 90 days late"),
    }
    columns = [
        (_("Age"), lambda row: Cell(row["name"])),
        (_("Invoices"), count),
        (_("To be paid"), lambda row: amount(row, told["currency"])),
    ]
    rows = [{**told[name], "name": words} for name, words in names.items()]
    shown = table(rows, columns, foot={**told["total"], "name": _("All together")})
    shown.chart = chart("rows", shown, _("To be paid"))
    return shown


ALL = (
    Report(
        "revenue",
        gettext_lazy("Revenue"),
        gettext_lazy("What was invoiced and what came in."),
        "banknote",
        (Invoice,),
        _revenue,
        takes=("interval",),
    ),
    Report(
        "pipeline",
        gettext_lazy("Pipeline by stage"),
        gettext_lazy("What stands in each stage now, and what was won and lost."),
        "square-kanban",
        (Deal,),
        _pipeline,
        takes=("pipeline",),
    ),
    Report(
        "lead-sources",
        gettext_lazy("Lead sources"),
        gettext_lazy("Where new leads came from, and what became of them."),
        "radar",
        (Lead,),
        _lead_sources,
    ),
    Report(
        "conversion",
        gettext_lazy("Conversion funnel"),
        gettext_lazy("How far new leads got up to now."),
        "funnel",
        (Lead,),
        _funnel,
        narrow=3,
    ),
    Report(
        "activity",
        gettext_lazy("Activity"),
        gettext_lazy("Calls, meetings, emails and tasks that were done."),
        "activity",
        (Call, Meeting, Email, Task),
        _activity,
        takes=("interval",),
    ),
    Report(
        "leaderboard",
        gettext_lazy("Leaderboard"),
        gettext_lazy("Who did how much, the best seller first."),
        "trophy",
        (Deal, Ticket),
        _leaderboard,
        narrow=3,
    ),
    Report(
        "receivables",
        gettext_lazy("Unpaid invoices"),
        gettext_lazy("What is still to be paid, by how late it is."),
        "hourglass",
        (Invoice,),
        _receivables,
        usual="all",
    ),
)
BY_NAME = {report.name: report for report in ALL}


def reports_for(user: Any) -> list[Report]:
    """Return the reports that the role of ``user`` may open."""
    return [report for report in ALL if report.is_open_to(user)]
