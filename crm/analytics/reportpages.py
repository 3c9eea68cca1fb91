"""The reports as pages, as parts of the first page, and as files."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.core.pages import signed_in
from crm.core.pages.csvfiles import MARK, csv_headers
from crm.sales.models import Pipeline
from crm.sales.pipelines import default_pipeline

from .pages import ranges
from .parameters import SPAN, Asked
from .reports import BY_NAME, Report, reports_for
from .tables import Table


@dataclass
class Shown:
    """A report as one address asks for it; a parameter that is wrong is told, not obeyed."""

    report: Report
    table: Table
    params: Any
    problem: str = ""


@signed_in
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Every report that the reader may open."""
    return render(request, "analytics/reports.html", {"reports": reports_for(request.user)})


@signed_in
@require_safe
def report(request: HttpRequest, name: str) -> HttpResponse:
    """One report: its chart, its table, and what can be chosen."""
    shown = _read(request, name)
    context: dict[str, Any] = {"report": shown.report, "table": shown.table}
    htmx: Any = getattr(request, "htmx", None)
    if htmx and not htmx.history_restore_request:
        if shown.report.narrow:
            context["table"] = shown.table.narrow(shown.report.narrow)
        return render(request, "analytics/report_part.html", context)
    context |= {
        "problem": shown.problem,
        "query": shown.params.urlencode(),
        "ranges": ranges(request, "report", name, usual=shown.report.usual),
        "reports": reports_for(request.user),
        "choices": _choices(shown),
        "days": [(part, shown.params.get(part, "")) for part in ("from", "to")],
    }
    return render(request, "analytics/report.html", context)


@signed_in
@require_safe
def report_file(request: HttpRequest, name: str) -> HttpResponse:
    """The table of a report as a CSV file, for the same parameters."""
    shown = _read(request, name)
    return HttpResponse(MARK + "".join(shown.table.as_csv()), headers=csv_headers(name))


def _read(request: HttpRequest, name: str) -> Shown:
    """Return a report. Raises 404 where there is none of that name, 403 where it is closed."""
    found = BY_NAME.get(name)
    if found is None:
        raise Http404
    found.check(request.user)
    names = (*SPAN, *found.takes)
    params = request.GET.copy()
    for other in set(params) - set(names):
        params.pop(other)
    for empty in [part for part in params if not params[part]]:
        params.pop(empty)
    try:
        return Shown(found, found.read(request.user, Asked(params, *names)), params)
    except ValidationError as refusal:
        params.clear()
        table = found.read(request.user, Asked(params, *names))
        return Shown(found, table, params, " ".join(refusal.messages))


def _choices(shown: Shown) -> list[dict[str, Any]]:
    """Return what else can be chosen: how time is cut up, or which pipeline."""
    if "interval" in shown.report.takes:
        words = {"": _("Suitable"), "day": _("Days"), "week": _("Weeks"), "month": _("Months")}
        return [_choice(shown, "interval", _("Cut into"), [(name, words[name]) for name in words])]
    if "pipeline" in shown.report.takes:
        pipelines = [(str(line.pk), line.name) for line in Pipeline.objects.order_by("name")]
        if len(pipelines) > 1:
            usual = str(default_pipeline().pk)
            return [_choice(shown, "pipeline", _("Pipeline"), pipelines, usual=usual)]
    return []


def _choice(
    shown: Shown, name: str, label: str, options: list[tuple[str, str]], *, usual: str = ""
) -> dict[str, Any]:
    present, address = shown.params.get(name, usual), shown.params.copy()
    told = []
    for value, words in options:
        address[name] = value
        link = f"?{address.urlencode()}"
        told.append({"value": value, "label": words, "link": link, "chosen": value == present})
    return {"name": name, "label": label, "options": told}
