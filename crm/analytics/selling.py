"""What deals come to: open, won, the share won, and the pipeline stage by stage.

Amounts are added up by the rule of the board and the forecast: at the rates of the day on
which it is asked, so that all three tell the same sums.
"""

from dataclasses import asdict
from typing import Any

from django.db.models import Count, Q, QuerySet

from crm.sales import board
from crm.sales.dealquerysets import OPEN
from crm.sales.models import Deal, Pipeline
from crm.sales.sums import Purse

from .figures import Filter, Numbers, linked, percent, seen
from .spans import Span


def purse_of(span: Span) -> Purse:
    """Return what adds up amounts of deals."""
    return Purse(span.today())


def sums_of(rows: QuerySet, purse: Purse, chosen: Filter) -> Numbers:
    """Return how many deals ``rows`` are, and what they come to."""
    groups = rows.order_by().values_list("currency")
    found = groups.annotate(count=Count("pk"), sum=board.SUM, weighted=board.WEIGHTED)
    return linked("deals", chosen, **asdict(purse.figure(found)))


def open_deals(user: Any, span: Span, purse: Purse) -> Numbers:
    """Return the deals that are neither won nor lost now."""
    return sums_of(seen(Deal, user).open(), purse, {"open": "true"})


def won_deals(user: Any, span: Span, purse: Purse) -> Numbers:
    """Return the deals that were won in the span."""
    window = span.window()
    rows = seen(Deal, user).won().filter(window.among("close_date"))
    return sums_of(rows, purse, {"won": "true", **window.filter("close_date")})


def win_rate(user: Any, span: Span) -> Numbers:
    """Return which share of the deals that were won or lost in the span was won."""
    window = span.window()
    rows = seen(Deal, user).closed().filter(window.among("close_date"))
    found = rows.aggregate(count=Count("pk"), won=Count("pk", filter=Q(stage_kind="won")))
    return linked(
        "deals",
        {"open": "false", **window.filter("close_date")},
        **found,
        percent=percent(found["won"], found["count"]),
    )


def pipeline(user: Any, span: Span, which: Pipeline) -> Numbers:
    """Return what stands in each stage now, and what was won and lost in the span."""
    window = span.window()
    rows = seen(Deal, user).filter(pipeline=which)
    rows = rows.filter(Q(stage_kind__in=OPEN) | window.among("close_date"))
    currency, columns = board.columns(which, rows, on=span.today())
    stages = []
    for stage, name, figure in columns:
        chosen = {"pipeline_id": str(which.pk), "stage": name}
        if stage is not None and stage.is_end:
            chosen |= window.filter("close_date")
        about = {"name": name, "kind": stage.kind if stage else "open"}
        stages.append({**about, **linked("deals", chosen, **asdict(figure))})
    return {
        "pipeline": {"id": which.pk, "name": which.name},
        "currency": currency,
        "stages": stages,
    }
