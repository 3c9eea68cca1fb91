"""Where leads come from and how far they get."""

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from crm.sales.models import Deal, Lead
from crm.sales.sums import Purse

from .figures import Numbers, counted, linked, may_view, percent, seen
from .spans import Span, Window

Status = Lead.Status
CONVERTED = {"status": "converted"}
#: how far a lead got, by what it is now
STEPS: dict[str, tuple[str, ...]] = {
    "created": tuple(Status.values),
    "contacted": (Status.CONTACTED, Status.QUALIFIED, Status.UNQUALIFIED, Status.CONVERTED),
    "qualified": (Status.QUALIFIED, Status.CONVERTED),
    "converted": (Status.CONVERTED,),
}
WON = {**CONVERTED, "converted_deal__stage_kind": "won"}


def new_leads(user: Any, span: Span) -> Numbers:
    """Return the leads that were made in the span."""
    window = span.window()
    rows = seen(Lead, user).filter(window.among("created_at"))
    return counted(rows, "leads", window.filter("created_at"))


def converted_leads(user: Any, window: Window) -> QuerySet:
    """Return the leads that were converted in a window."""
    return seen(Lead, user).filter(status=Status.CONVERTED).filter(window.among("converted_date"))


def lead_sources(user: Any, span: Span) -> list[Numbers]:
    """Return of each source the leads made in the span, and what became of them."""
    window = span.window()
    rows = seen(Lead, user).filter(window.among("created_at")).order_by()
    found = rows.values_list("source").annotate(
        leads=Count("pk"), converted=Count("pk", filter=Q(status=Status.CONVERTED))
    )
    counts = {source: (leads, converted) for source, leads, converted in found}
    won = _won_by_source(user, rows, span) if may_view(user, Deal) else None
    told = []
    for source in [*Lead.Source.values, *sorted(counts.keys() - set(Lead.Source.values))]:
        leads, converted = counts.get(source, (0, 0))
        chosen = {"source": source, **window.filter("created_at")}
        sums = None if won is None else linked("leads", {**chosen, **WON}, **won(source))
        told.append(
            {
                "source": source,
                "leads": linked("leads", chosen, count=leads),
                "converted": linked("leads", {**chosen, **CONVERTED}, count=converted),
                "conversion_rate": percent(converted, leads),
                "won": sums,
            }
        )
    return told


def _won_by_source(user: Any, rows: QuerySet, span: Span) -> Any:
    """Return what tells of a source how many leads became won deals, and their amount."""
    purse = Purse(span.today())
    groups: dict[str, list] = {}
    found = _won(user, rows).values_list("source", "converted_deal__currency")
    for source, *parts in found.annotate(count=Count("pk"), sum=Sum("converted_deal__amount")):
        groups.setdefault(source, []).append((*parts, 0))

    def won(source: str) -> Numbers:
        figure = purse.figure(groups.get(source, ()))
        unrated = [{n: v for n, v in part.items() if n != "weighted"} for part in figure.unrated]
        return {"count": figure.count, "sum": figure.sum, "unrated": unrated}

    return won


def _won(user: Any, rows: QuerySet) -> QuerySet:
    deals = seen(Deal, user).won().order_by().values("pk")
    return rows.filter(status=Status.CONVERTED, converted_deal__in=deals)


def conversion_funnel(user: Any, span: Span) -> list[Numbers]:
    """Return how many of the leads made in the span got how far."""
    window = span.window()
    rows = seen(Lead, user).filter(window.among("created_at")).order_by()
    counts = rows.aggregate(
        **{name: Count("pk", filter=Q(status__in=steps)) for name, steps in STEPS.items()}
    )
    counts["created"] = rows.count()
    counts["won"] = _won(user, rows).count() if may_view(user, Deal) else None
    told, before = [], None
    for name, count in counts.items():
        chosen = window.filter("created_at")
        if name == "won":
            chosen |= WON
        elif name != "created":
            chosen["status"] = ",".join(STEPS[name])
        if count is not None:
            told.append(
                {
                    "step": name,
                    "of_all": percent(count, counts["created"]),
                    "of_step_before": None if before is None else percent(count, before),
                    **linked("leads", chosen, count=count),
                }
            )
        before = count
    return told
