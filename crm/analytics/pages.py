"""The first page: what today asks for, and how things stand."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from crm.activities.operations import change_task, complete_task
from crm.core.errors import DomainError
from crm.core.pages import Action, require_permission, signed_in
from crm.core.pages.registry import pages_by_kind

from .dashboard import dashboard
from .day import Day
from .parameters import RANGES, SPAN, USUAL_RANGE, Asked
from .reports import BY_NAME
from .spans import Span
from .tables import address, day_label, pages_of

RANGE_WORDS = {
    "7d": gettext_lazy("7 days"),
    "30d": gettext_lazy("30 days"),
    "90d": gettext_lazy("90 days"),
    "365d": gettext_lazy("1 year"),
    "all": gettext_lazy("All time"),
}
SELLING = ("won_deals", "open_deals", "new_leads", "win_rate")
RUNNING = (*SELLING, "unpaid_invoices", "overdue_invoices")
SUPPORTING = ("open_tickets", "breached_tickets", "overdue_tasks", "activities")
#: what each role looks at first: figures, reports in small
LAYOUTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "admin": (RUNNING, ("revenue", "pipeline", "lead-sources", "conversion", "leaderboard")),
    "manager": (RUNNING, ("revenue", "pipeline", "lead-sources", "conversion", "leaderboard")),
    "sales_rep": (SELLING, ("revenue", "pipeline", "lead-sources", "conversion")),
    "support": (SUPPORTING, ("activity", "leaderboard")),
}
#: what a figure is called, and which of its numbers is the large one
FIGURES: dict[str, tuple[Any, str]] = {
    "won_deals": (gettext_lazy("Won"), "sum"),
    "open_deals": (gettext_lazy("Open pipeline"), "sum"),
    "new_leads": (gettext_lazy("New leads"), "count"),
    "win_rate": (gettext_lazy("Win rate"), "percent"),
    "unpaid_invoices": (gettext_lazy("To be paid"), "sum"),
    "overdue_invoices": (gettext_lazy("Overdue"), "sum"),
    "open_tickets": (gettext_lazy("Open tickets"), "count"),
    "breached_tickets": (gettext_lazy("Broken promises"), "count"),
    "overdue_tasks": (gettext_lazy("Overdue tasks"), "count"),
    "activities": (gettext_lazy("Activities"), "count"),
}
#: what a new company does first
FIRST_STEPS = ("lead", "contact", "task", "ticket")


@dataclass(frozen=True)
class Figure:
    """A number in large, what it is made of, and how it changed."""

    name: str
    title: Any
    look: str
    value: Any
    numbers: dict[str, Any]
    link: str
    #: what it counts, in words
    of: str

    @property
    def has_before(self) -> bool:
        return self.numbers.get("previous") is not None


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What today asks for; the figures and charts follow by requests of their own."""
    span, params, problem = asked_span(request)
    day = Day.of(request.user, span)
    figures, names = _layout(request.user)
    context = {
        "problem": problem,
        "greeting": _greeting(request.user, span),
        "date": day_label(span.today()),
        "ranges": ranges(request, "home"),
        "query": params.urlencode(),
        "places": len(figures),
        "reports": [BY_NAME[name] for name in names if BY_NAME[name].is_open_to(request.user)],
        **_day(day),
    }
    context["is_new"] = _is_new(context)
    if context["is_new"]:
        context["steps"] = _first_steps(request)
    return render(request, "analytics/home.html", context)


@signed_in
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of the first page, each beside that of the time before."""
    span, _params, problem = asked_span(request)
    names, _reports = _layout(request.user)
    told = dashboard(request.user, span, names)
    shown = [_figure(name, told[name]) for name in names if told[name] is not None]
    context = {
        "figures": shown,
        "currency": told["currency"],
        "ranges": ranges(request, "figures"),
        "problem": problem,
    }
    part = "#figures" if _wants_part(request) else ""
    return render(request, f"analytics/figures.html{part}", context)


@signed_in
@require_POST
def task_done(request: HttpRequest, pk: Any) -> HttpResponse:
    """Say that a task is done, from the first page."""
    task = _task(request, pk)
    try:
        complete_task(task, by=request.user)
    except (DomainError, PermissionDenied, ValidationError) as refusal:
        messages.error(request, _sentence(refusal))
    else:
        undo = reverse("home-task-open", args=[pk])
        told = _("“%(task)s” is done.") % {"task": task.title}
        messages.success(request, told, extra_tags=undo)  # the message offers to undo it
    return _tasks_again(request)


@signed_in
@require_POST
def task_open(request: HttpRequest, pk: Any) -> HttpResponse:
    """Take back that a task is done."""
    task = _task(request, pk)
    try:
        change_task(task, {"status": task.Status.PENDING}, by=request.user)
    except (DomainError, PermissionDenied, ValidationError) as refusal:
        messages.error(request, _sentence(refusal))
    else:
        messages.success(request, _("“%(task)s” is open again.") % {"task": task.title})
    return _tasks_again(request)


def asked_span(request: HttpRequest) -> tuple[Span, Any, str]:
    """Return the span that the address names, its parameters, and what is wrong with them."""
    params = request.GET.copy()
    for name in set(params) - set(SPAN):
        params.pop(name)
    try:
        return Asked(params, *SPAN).span(), params, ""
    except ValidationError as refusal:
        params.clear()
        return Asked(params).span(), params, _sentence(refusal)


def ranges(
    request: HttpRequest, view: str, *args: Any, usual: str = USUAL_RANGE
) -> list[dict[str, Any]]:
    """Return the spans to choose from, each with its address and whether it is this one."""
    own = request.GET.get("from") or request.GET.get("to")
    present = "" if own else request.GET.get("range") or usual
    others = request.GET.copy()
    for name in SPAN:
        others.pop(name, None)
    found = []
    for name in RANGES:
        others["range"] = name
        link = f"{reverse(view, args=args)}?{others.urlencode()}"
        found.append({"label": RANGE_WORDS[name], "link": link, "is_current": name == present})
    return found


def _layout(user: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return LAYOUTS.get(user.role, LAYOUTS["sales_rep"])


def _day(day: Day) -> dict[str, Any]:
    """Return what today asks for; those who only answer tickets get their queue."""
    deals, leads = day.deals(), day.leads()
    queue = day.queue() if deals is None and leads is None else None
    return {
        "now": day.now,
        "today": day.start,
        "tasks": day.tasks(),
        "agenda": day.agenda(),
        "deals": deals,
        "leads": leads,
        "tickets": day.tickets(),
        "queue": queue,
        "latest": day.latest(),
    }


def _is_new(context: dict[str, Any]) -> bool:
    piles = [context[name] for name in ("tasks", "deals", "leads", "tickets", "queue")]
    return not (
        context["agenda"] or context["latest"] or any(pile and pile.total for pile in piles)
    )


def _first_steps(request: HttpRequest) -> list[Action]:
    """Return what may be added to begin with."""
    return [
        Action(_("New %(kind)s") % {"kind": pages.one}, reverse(f"{kind}-new"), pages.icon)
        for kind in FIRST_STEPS
        if (pages := pages_by_kind()[kind]).can_create and pages.may(request, "add")
    ]


def _greeting(user: Any, span: Span) -> str:
    hour = span.now.astimezone(span.zone).hour
    name = {"name": user.full_name.split(" ")[0] or user.email}
    if 5 <= hour < 12:
        return _("Good morning, %(name)s") % name
    return (
        _("Good afternoon, %(name)s") if 12 <= hour < 18 else _("Good evening, %(name)s")
    ) % name


def _figure(name: str, numbers: dict[str, Any]) -> Figure:
    title, look = FIGURES[name]
    pages = pages_of(numbers)
    words = pages.one if numbers["count"] == 1 else pages.many
    of = words if look == "count" else f"{numbers['count']} {words}"
    return Figure(name, title, look, numbers[look], numbers, address(numbers), of)


def _task(request: HttpRequest, pk: Any) -> Any:
    require_permission(request.user, "crm.change_task")
    return pages_by_kind()["task"].get_for(request, "change", pk)


def _tasks_again(request: HttpRequest) -> HttpResponse:
    if not _wants_part(request):
        return redirect("home")
    span, _params, _problem = asked_span(request)
    day = Day.of(request.user, span)
    context = {"tasks": day.tasks(), "now": day.now, "today": day.start, "swapped": True}
    return render(request, "analytics/home.html#tasks_again", context)


def _wants_part(request: HttpRequest) -> bool:
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request


def _sentence(refusal: Exception) -> str:
    return " ".join(getattr(refusal, "messages", None) or [str(refusal)])
