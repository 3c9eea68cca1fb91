"""Who did how much."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Count

from crm.activities.models import Call, Meeting
from crm.core.bases import Record
from crm.sales import board
from crm.sales.models import Deal, Lead
from crm.support.models import Ticket

from .figures import Filter, Numbers, linked, may_view, seen
from .leads import CONVERTED, converted_leads
from .selling import purse_of
from .spans import Span, Window
from .supporting import resolved_tickets
from .working import CALLS, MEETINGS


@dataclass(frozen=True)
class Column:
    """A count of records by their owner; ``owner`` is what filters of the list call them."""

    model: type[Record]
    route: str
    owner: str
    rows: Callable[[Any, Window], Any]
    filter: Callable[[Window], Filter]


def _new_leads(user: Any, window: Window) -> Any:
    return seen(Lead, user).filter(window.among("created_at"))


COLUMNS = {
    "calls": Column(Call, "calls", "user_id", CALLS.rows, CALLS.filter),
    "meetings": Column(Meeting, "meetings", "host_id", MEETINGS.rows, MEETINGS.filter),
    "new_leads": Column(
        Lead, "leads", "assigned_to", _new_leads, lambda window: window.filter("created_at")
    ),
    "converted_leads": Column(
        Lead,
        "leads",
        "assigned_to",
        converted_leads,
        lambda window: {**CONVERTED, **window.filter("converted_date")},
    ),
    "resolved_tickets": Column(
        Ticket,
        "tickets",
        "assigned_to",
        resolved_tickets,
        lambda window: {"status": "resolved,closed", **window.filter("resolved_date")},
    ),
}


def leaderboard(user: Any, span: Span) -> Numbers:
    """Return what each owner of records did in the span, the best seller first.

    What belongs to nobody counts for nobody.
    """
    window, purse = span.window(), purse_of(span)
    won = _won(user, window) if may_view(user, Deal) else None
    counts = {
        name: _by_owner(column, user, window) if may_view(user, column.model) else None
        for name, column in COLUMNS.items()
    }
    owners = {owner for found in (won, *counts.values()) for owner in found or ()}
    people: Any = get_user_model()
    rows = []
    # who is gone sold what they sold
    for person in people.all_objects.filter(pk__in=owners):
        key = person.pk
        row: Numbers = {"owner": _short_form(person), "won_deals": None}
        if won is not None:
            chosen = {"assigned_to": str(key), "won": "true", **window.filter("close_date")}
            figure = asdict(purse.figure(won.get(key, ())))
            row["won_deals"] = linked("deals", chosen, **figure)
        for name, column in COLUMNS.items():
            found = counts[name]
            chosen = {column.owner: str(key), **column.filter(window)}
            row[name] = (
                None if found is None else linked(column.route, chosen, count=found.get(key, 0))
            )
        rows.append(row)
    rows.sort(key=_place)
    return {"currency": purse.base, "time_zone": str(span.zone), "people": rows}


def _short_form(person: Any) -> Numbers:
    form = {"id": person.pk, "full_name": person.full_name, "email": person.email}
    return form if person.deleted_at is None else {**form, "deleted": True}


def _won(user: Any, window: Window) -> dict[UUID, list[tuple]]:
    rows = seen(Deal, user).won().filter(window.among("close_date"), assigned_to__isnull=False)
    found = rows.order_by().values_list("assigned_to", "currency")
    groups: dict[UUID, list[tuple]] = {}
    for owner, *parts in found.annotate(count=Count("pk"), sum=board.SUM, weighted=board.WEIGHTED):
        groups.setdefault(owner, []).append(tuple(parts))
    return groups


def _by_owner(column: Column, user: Any, window: Window) -> dict[UUID, int]:
    owner = column.model.owner_field
    rows = column.rows(user, window).filter(**{f"{owner}__isnull": False}).order_by()
    return dict(rows.values_list(owner).annotate(count=Count("pk")))


def _place(row: Numbers) -> tuple:
    """Sort by what was won, then by how often, then by how much else was done."""
    won = row["won_deals"] or {"sum": 0, "count": 0}
    done = sum((row[name] or {"count": 0})["count"] for name in COLUMNS)
    return (-won["sum"], -won["count"], -done, row["owner"]["full_name"], row["owner"]["id"])
