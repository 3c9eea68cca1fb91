"""The forecast as a page: what deals will bring by month, every figure leading to its deals."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from crm.core.pages.lists import sentence_of

from . import reports
from .boardpages import params_of_reports, people_seen_by, with_params
from .models import Pipeline
from .stages import EXPECTED

SPANS = (3, 6, 12)
USUAL_SPAN = 3
#: what the bars are made of, from the left
PARTS = ("won", *map(str, EXPECTED))
BAR_WIDTH = Decimal(100)


@dataclass
class Part:
    """A piece of a month's bar, in per cent of the largest month."""

    name: str
    start: Decimal
    width: Decimal


class ForecastPages:
    """The forecast's share of the pages of deals."""

    def forecast(self: Any, request: HttpRequest) -> HttpResponse:
        """What won and open deals come to, by month and category."""
        params = params_of_reports(request.GET)
        span = params.pop("months", [""])[-1]
        months = int(span) if span in map(str, SPANS) else USUAL_SPAN
        first = _first_month(params.get("from", ""))
        params["from"] = f"{first:%Y-%m}"
        params["to"] = f"{first + relativedelta(months=months - 1):%Y-%m}"
        problem = ""
        try:
            found = reports.read_forecast(self.door(with_params(request, params)))
        except ValidationError as refusal:
            problem = sentence_of(refusal)
            found = reports.read_forecast(self.door(with_params(request, QueryDict())))
        context = {
            "forecast": found,
            "months": _months(found["months"]),
            "categories": PARTS[1:],
            "aside": [
                (
                    _("Overdue"),
                    _("should have closed before today"),
                    _linked(found["overdue"]),
                ),
                (
                    _("Without a date"),
                    _("nobody said when"),
                    _linked(found["undated"]),
                ),
            ],
            "sums": _sums(found["months"]),
            "problem": problem,
            "params": request.GET,
            "pipelines": list(Pipeline.objects.order_by("name").values("id", "name")),
            "people": people_seen_by(request.user),
            "spans": SPANS,
            "span": months,
            "earlier": _moved(request, first, -months),
            "later": _moved(request, first, months),
            "is_now": first == timezone.localdate().replace(day=1),
        }
        return self.render(request, "forecast.html", context)


def _first_month(text: str) -> date:
    this = timezone.localdate().replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01") if text else this
    except ValueError:
        return this


def _moved(request: HttpRequest, first: date, months: int) -> str:
    params = request.GET.copy()
    params["from"] = f"{first + relativedelta(months=months):%Y-%m}"
    return f"?{params.urlencode()}"


def _linked(figure: dict[str, Any]) -> dict[str, Any]:
    """Return a figure with the address of the list that shows what it is made of."""
    query = QueryDict(mutable=True)
    query.update(figure["filter"])
    return {**figure, "link": f"{reverse('deal-list')}?{query.urlencode()}"}


def _months(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    most = max((_whole(row) for row in rows), default=Decimal(0))
    found = []
    for row in rows:
        bars, start = [], Decimal(0)
        for name in PARTS:
            width = row[name]["sum"] / most * BAR_WIDTH if most else Decimal(0)
            bars.append(Part(name, round(start, 2), round(width, 2)))
            start += width
        figures = {name: _linked(row[name]) for name in (*PARTS, "weighted")}
        month = date.fromisoformat(f"{row['month']}-01")
        found.append({"month": month, "bars": bars, "total": _whole(row), **figures})
    return found


def _whole(row: dict[str, Any]) -> Decimal:
    return sum((row[name]["sum"] for name in PARTS), Decimal(0))


def _sums(rows: list[dict[str, Any]]) -> dict[str, Decimal]:
    """Return what the months come to together; what is weighted counts by its weight."""
    sums = {name: sum((row[name]["sum"] for row in rows), Decimal(0)) for name in PARTS}
    sums["weighted"] = sum((row["weighted"]["weighted"] for row in rows), Decimal(0))
    sums["expected"] = sums["won"] + sums["weighted"]
    return sums
