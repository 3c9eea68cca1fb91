"""The calendar as a page, and moving what stands in it."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm.core import records
from crm.core.errors import DomainError
from crm.core.pages import require_permission, signed_in
from crm.core.pages.registry import address_of, pages_by_kind

from . import calendar
from .calendargrid import DAY, SHOWN_IN_CELL, Piece, cut, days_from, midnight
from .models import Call, Meeting, Task
from .moveforms import MoveForm
from .operations import reschedule

VIEWS = ("month", "week", "list")
#: how many days the list shows
LISTED = 30
YEARS = range(1900, 2201)
MOVABLE = {"task": Task, "meeting": Meeting, "call": Call}


@signed_in
@require_safe
def calendar_page(request: HttpRequest) -> HttpResponse:
    """Meetings, calls and tasks of a month, a week, or the next thirty days as a list."""
    require_permission(request.user, "crm.view_meeting")
    view = request.GET.get("view", "month")
    view = view if view in VIEWS else "month"
    chosen = _day(request.GET.get("date", ""))
    mine = request.GET.get("mine") == "true"
    first, count = _span(view, chosen)
    problem, found = "", []
    try:
        start, end = midnight(first), midnight(first + DAY * count)
        found = calendar.entries(request.user, start, end, mine=mine)
    except ValidationError as refusal:
        problem = " ".join(refusal.messages)
    days = days_from(first, count, _pieces(request, found))
    today = timezone.localdate()
    for day in days:
        day.is_today, day.is_chosen = day.date == today, day.date == chosen
        day.is_outside = view == "month" and day.date.month != chosen.month
    here = {"view": view, "date": chosen.isoformat(), **({"mine": "true"} if mine else {})}
    context = {
        "view": view,
        "views": [(name, _address(here, view=name)) for name in VIEWS],
        "first": first,
        "last": first + DAY * (count - 1),
        "chosen": chosen,
        "chosen_day": next(day for day in days if day.date == chosen),
        "days": days,
        "hours": [f"{hour:02}:00" for hour in range(24)],
        "shown_in_cell": f":{SHOWN_IN_CELL}",
        "is_empty": not found,
        "problem": problem,
        "mine": mine,
        "mine_link": _address(here, mine="" if mine else "true"),
        "links": _links(here, view, chosen, first),
        "of_day": _address(here, date=None),
        "list_of_day": _address(here, view="list", date=None),
        "may_add": request.user.has_perm("crm.add_meeting"),
    }
    return render(request, "crm/calendar.html", context)


def _day(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return day if day is not None and day.year in YEARS else timezone.localdate()


def _span(view: str, chosen: date) -> tuple[date, int]:
    """Return the first day shown and how many there are."""
    if view == "list":
        return chosen, LISTED
    if view == "week":
        return chosen - DAY * chosen.weekday(), 7
    first = chosen.replace(day=1)
    length = monthrange(chosen.year, chosen.month)[1]
    weeks = -(-(first.weekday() + length) // 7)
    return first - DAY * first.weekday(), weeks * 7


def _links(here: dict[str, str], view: str, chosen: date, first: date) -> dict[str, str]:
    """Return where the arrows and "Today" lead."""
    match view:
        case "month":
            month = chosen.replace(day=1)
            before, after = (month - DAY).replace(day=1), (month + DAY * 31).replace(day=1)
        case "week":
            before, after = first - DAY * 7, first + DAY * 7
        case _:
            before, after = chosen - DAY * LISTED, chosen + DAY * LISTED
    return {
        "previous": _address(here, date=before.isoformat()),
        "next": _address(here, date=after.isoformat()),
        "today": _address(here, date=timezone.localdate().isoformat()),
    }


def _address(here: dict[str, str], **changes: str | None) -> str:
    """Return this page's address otherwise; without a ``date`` it waits for one at its end."""
    params = {name: value for name, value in {**here, **changes}.items() if value}
    waits = "date" in changes and changes["date"] is None
    return f"?{urlencode(params)}{'&date=' if waits else ''}"


def _pieces(request: HttpRequest, found: list[dict[str, Any]]) -> Iterable[Piece]:
    """Return the entries cut into days, each knowing its page and whether it may be moved."""
    movable = _movable(request, found)
    for entry in found:
        link = address_of(entry["kind"], entry["id"])
        for piece in cut(entry):
            piece.link = link
            is_single = entry["kind"] == "task" or not entry["recurring"]
            piece.may_move = is_single and piece.is_first and entry["id"] in movable
            yield piece


def _movable(request: HttpRequest, found: list[dict[str, Any]]) -> set[str]:
    """Return the ids of what the reader may change: one query for each kind that is there."""
    ids: set[str] = set()
    for kind, model in MOVABLE.items():
        keys = {entry["id"] for entry in found if entry["kind"] == kind}
        if keys and pages_by_kind()[kind].may(request, "change"):
            rows = model.objects.changeable_by(request.user).filter(pk__in=keys).order_by()
            ids |= {str(key) for key in rows.values_list("pk", flat=True)}
    return ids


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def move_entry(request: HttpRequest, kind: str, pk: Any) -> HttpResponse:
    """Ask for another day and time and move an entry there; scripts send what was dropped."""
    if kind not in MOVABLE:
        raise Http404
    pages = pages_by_kind()[kind]
    require_permission(request.user, f"crm.change_{kind}")
    record = pages.get_for(request, "change", pk)
    at = record.due_date if kind == "task" else record.start_time
    is_sent = request.method == "POST"
    form = MoveForm(request.POST if is_sent else None, at=at, is_day=kind == "task")
    if is_sent and form.is_valid():
        try:
            reschedule(record, form.moment(), by=request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        except (PermissionDenied, DomainError) as refusal:
            form.add_error(None, str(refusal))
        else:
            return _moved(request, pages, record, was=at)
    if is_sent and _is_script(request):
        told = [str(message) for errors in form.errors.values() for message in errors]
        return JsonResponse({"moved": False, "message": " ".join(told)})
    context = {
        "form": form,
        "record": record,
        "pages": pages,
        "link": address_of(kind, pk),
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "repeats": kind == "meeting" and bool(record.recurrence),
    }
    return render(request, "crm/calendar_move.html", context)


def _moved(request: HttpRequest, pages: Any, record: Any, *, was: datetime) -> HttpResponse:
    warnings = records.warnings_of(record)
    told = _("%(record)s was moved.") % {"record": record}
    if _is_script(request):
        local = timezone.localtime(was)
        undo = {"words": _("Undo"), "day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
        return JsonResponse({"moved": True, "message": " ".join([told, *warnings]), "undo": undo})
    for warning in warnings:
        messages.warning(request, warning)
    messages.success(request, told)
    return pages.go(request, pages.next_address(request) or address_of(pages.kind, record.pk))


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
