"""The forecast: what deals will bring, by the month in which they should close."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Case, CharField, Count, QuerySet, Value, When
from django.db.models.functions import TruncMonth
from django.utils import timezone

from .board import SUM, WEIGHTED
from .dealquerysets import DealQuerySet
from .stages import EXPECTED, ForecastCategory
from .sums import Purse

MONTH = relativedelta(months=1)
MOST_MONTHS = 60
WON, OVERDUE, UNDATED, WEIGHED = "won", "overdue", "undated", "weighted"

Filter = dict[str, str]


def forecast(
    rows: DealQuerySet, first: date, last: date, *, today: date, chosen: Filter
) -> dict[str, Any]:
    """Return what ``rows`` of deals come to in the months from ``first`` to ``last``.

    Won deals count in the month of their ``close_date``; open ones in that of their
    ``expected_close_date``, if that is not past: what is overdue, or has no date, stands
    apart. Deals of the category omitted count nowhere. Each figure says by which
    ``filter`` the list of deals shows what it is made of, beside what was ``chosen``
    already. Months are those of the present time zone.
    """
    purse = Purse(today)
    start, end = _midnight(first), _midnight(last + MONTH)
    won = rows.won().filter(close_date__gte=start, close_date__lt=end)
    coming = rows.open().filter(forecast_category__in=EXPECTED)
    groups: dict[tuple[str, Any], list] = defaultdict(list)
    for month, currency, *sums in _summed(won, TruncMonth("close_date")):
        groups[WON, month.date()].append((currency, *sums))
    dated = coming.filter(expected_close_date__gte=max(start, _midnight(today)))
    dated = dated.filter(expected_close_date__lt=end)
    by_month = _summed(dated, TruncMonth("expected_close_date"), "forecast_category")
    for month, currency, kind, *sums in by_month:
        groups[kind, month.date()].append((currency, *sums))
        groups[WEIGHED, month.date()].append((currency, *sums))
    for kind, currency, *sums in _summed(coming, _aside(today)):
        groups[kind, None].append((currency, *sums))

    def figure(kind: str, month: date | None) -> dict[str, Any]:
        which = {**chosen, **_filter(kind, month, today=today)}
        return {**asdict(purse.figure(groups[kind, month])), "filter": which}

    months = []
    while first <= last:
        months.append(
            {
                "month": f"{first:%Y-%m}",
                **{kind: figure(kind, first) for kind in (WON, *map(str, EXPECTED), WEIGHED)},
            }
        )
        first += MONTH
    return {
        "currency": purse.base,
        "time_zone": timezone.get_current_timezone_name(),
        "months": months,
        OVERDUE: figure(OVERDUE, None),
        UNDATED: figure(UNDATED, None),
    }


def _summed(rows: QuerySet, group: Any, *keys: str) -> Iterable[tuple]:
    """Group rows by ``group``, the currency and the ``keys``, and add up each group."""
    return (
        rows.annotate(_group=group)
        .order_by()
        .values_list("_group", "currency", *keys)
        .annotate(count=Count("pk"), sum=SUM, weighted=WEIGHTED)
    )


def _aside(today: date) -> Case:
    """Tell apart the open deals without a month to come: overdue, and without a date."""
    late = When(expected_close_date__lt=_midnight(today), then=Value(OVERDUE))
    undated = When(expected_close_date=None, then=Value(UNDATED))
    return Case(late, undated, default=Value(""), output_field=CharField())


def _filter(kind: str, month: date | None, *, today: date) -> Filter:
    """Return the parameters of the list of deals that shows what a figure is made of."""
    open_ = {"open": "true", "forecast_category": ",".join(EXPECTED)}
    if kind == OVERDUE:
        return {**open_, "overdue": "true"}
    if month is None:
        return {**open_, "expected_close_date__isnull": "true"}
    end = month + MONTH
    if kind == WON:
        return {"won": "true", "close_date__gte": f"{month}", "close_date__lt": f"{end}"}
    start = max(month, min(today, end))
    dates = {"expected_close_date__gte": f"{start}", "expected_close_date__lt": f"{end}"}
    if kind != WEIGHED:
        open_["forecast_category"] = ForecastCategory(kind).value
    return {**open_, **dates}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
