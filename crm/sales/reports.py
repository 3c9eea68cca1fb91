"""The board and the forecast on the wire: what is asked, and how the answer looks."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils import timezone

from crm.core import listing
from crm.core.listing import ListQuery
from crm.core.periods import period
from crm.core.reading import Reader
from crm.core.schema import Contract
from crm.core.shapes import COUNT, MOMENT, PERSON, TEXT, UUID_TEXT, Schema, array, obj, or_null
from crm.core.written import identifier

from . import board, forecast
from .dealquerysets import DealQuerySet
from .models import Deal, Pipeline, StageChange
from .pipelines import default_pipeline
from .stages import EXPECTED

BOARD_LIMIT = 20
MONTHS_AHEAD = 2
#: what a forecast chooses itself
RESERVED = ("open", "won", "lost", "overdue", "forecast_category", "expected_close", "close_date")

AMOUNT: Schema = {"type": "number"}
APART = obj({"currency": TEXT, "count": COUNT, "sum": AMOUNT, "weighted": AMOUNT})
FILTER: Schema = {"type": "object", "additionalProperties": TEXT}
FIGURE: Schema = {
    "count": COUNT,
    "sum": AMOUNT,
    "weighted": AMOUNT,
    "unrated": array(APART),
    "filter": FILTER,
}
SHORT_PIPELINE = obj({"id": UUID_TEXT, "name": TEXT})
WHOLE_OR_NULL = or_null({"type": "integer"})
STEP = obj(
    {
        "from_stage": TEXT,
        "to_stage": TEXT,
        "kind": TEXT,
        "pipeline": UUID_TEXT,
        "by": or_null(PERSON),
        "at": MOMENT,
        "seconds": COUNT,
    }
)
COLUMN = obj(
    {
        "name": TEXT,
        "kind": TEXT,
        "probability": WHOLE_OR_NULL,
        "forecast_category": TEXT,
        "rotting_days": WHOLE_OR_NULL,
        **FIGURE,
        "deals": array({"type": "object"}),
    }
)
MONTH = obj({"month": TEXT, **dict.fromkeys(("won", *map(str, EXPECTED), "weighted"), obj(FIGURE))})

FILTERS = ("mine", "Also every filter of the list of deals, and `search`.")
BOARD = Contract(
    data=obj({"pipeline": SHORT_PIPELINE, "currency": TEXT, "stages": array(COLUMN)}),
    query=(
        ("pipeline", "The id of a pipeline; else the default one."),
        ("limit", f"How many cards of each stage, {BOARD_LIMIT} unless said."),
        ("fields", "Comma list of the fields wanted of each card."),
        FILTERS,
    ),
)
FORECAST = Contract(
    data=obj(
        {
            "currency": TEXT,
            "time_zone": TEXT,
            "months": array(MONTH),
            "overdue": obj(FIGURE),
            "undated": obj(FIGURE),
        }
    ),
    query=(
        ("from", "The first month, such as 2026-11 or this_month, the present one unless said."),
        ("to", "The last month; two after the first unless said."),
        ("pipeline", "The id of a pipeline; else all of them."),
        FILTERS,
    ),
)


def read_board(view: Any) -> dict[str, Any]:
    """Return the board that a request asks for. Raises ``ValidationError``."""
    request = view.request
    query, pipeline, rows, chosen = _selected(view, "limit", "fields")
    query.limit = BOARD_LIMIT
    if request.GET.get("limit"):
        listing.read_limit(query, request.GET)
    query.fields = listing.read_fields(query, request.GET)
    query.check()
    pipeline = pipeline or default_pipeline()
    chosen["pipeline_id"] = str(pipeline.pk)
    rows = rows.filter(pipeline=pipeline)
    currency, columns = board.columns(pipeline, rows, on=timezone.localdate())
    keys = board.first_cards(rows, query.limit)
    wanted = Deal.objects.filter(pk__in=[key for column in keys.values() for key in column])
    reader = Reader(query.entity, user=request.user, only=query.fields)
    cards = {row["id"]: row for row in reader.rows(wanted.order_by())}
    return {
        "pipeline": {"id": pipeline.pk, "name": pipeline.name},
        "currency": currency,
        "stages": [
            {
                "name": name,
                "kind": stage.kind if stage else "open",
                "probability": stage.probability if stage else None,
                "forecast_category": stage.forecast_category if stage else "omitted",
                "rotting_days": stage.rotting_days if stage else None,
                **asdict(figure),
                "filter": {**chosen, "stage": name},
                "deals": [cards[key] for key in keys[name] if key in cards],
            }
            for stage, name, figure in columns
        ],
    }


def read_forecast(view: Any) -> dict[str, Any]:
    """Return the forecast that a request asks for. Raises ``ValidationError``."""
    query, pipeline, rows, chosen = _selected(view, "from", "to")
    for name in chosen:
        if name.startswith(RESERVED):
            query.complain(name, "The forecast chooses by this itself.")
    today = timezone.localdate()
    first, last = _months(query, view.request.GET, today)
    query.check()
    if pipeline is not None:
        rows = rows.filter(pipeline=pipeline)
        chosen["pipeline_id"] = str(pipeline.pk)
    return forecast.forecast(rows, first, last, today=today, chosen=chosen)


def step_of(change: StageChange) -> dict[str, Any]:
    """Return a step of a deal as it is told."""
    by = change.by
    return {
        "from_stage": change.from_stage,
        "to_stage": change.to_stage,
        "kind": change.kind,
        "pipeline": change.pipeline_id,
        "by": by and {"id": by.pk, "full_name": by.full_name, "email": by.email},
        "at": change.at,
        "seconds": change.seconds,
    }


def _selected(
    view: Any, *own: str
) -> tuple[ListQuery, Pipeline | None, DealQuerySet, forecast.Filter]:
    """Return the query, the pipeline, the rows that the filters select, and those filters."""
    params = view.request.GET.copy()
    query = ListQuery(view.entity, view.request.user)
    for name in listing.PARAMETERS:
        if name in params and name not in own:
            query.complain(name, "There is no such parameter here.")
    pipeline = _pipeline(query, params.get("pipeline", ""))
    for name in ("pipeline", *own):
        params.pop(name, None)
    rows: Any = listing.select(query, params, view.get_queryset())
    chosen = {key: ",".join(params.getlist(key)) for key in params if params.get(key)}
    return query, pipeline, rows, chosen


def _pipeline(query: ListQuery, key: str) -> Pipeline | None:
    if not key:
        return None
    try:
        found = Pipeline.objects.filter(pk=identifier(key)).first()
    except ValueError:
        found = None
    if found is None:
        query.complain("pipeline", "There is no pipeline with this id.")
    return found


def _months(query: ListQuery, params: Any, today: date) -> tuple[date, date]:
    """Return the first day of the first and of the last month."""
    first = _month(query, "from", params.get("from", ""), lambda: today)
    last = _month(query, "to", params.get("to", ""), lambda: first + MONTHS_AHEAD * forecast.MONTH)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if not query.problems and not 1 <= count <= forecast.MOST_MONTHS:
        query.complain("to", f"Ask for 1 to {forecast.MOST_MONTHS} months, the first one first.")
    return first, last


def _month(query: ListQuery, name: str, text: str, default: Callable[[], date]) -> date:
    try:
        month = timezone.localdate(period(_with_day(text)).start) if text else default()
        return month.replace(day=1)
    except (ValueError, OverflowError):
        query.complain(name, "Write a month or a day in it, such as 2026-11 or this_month.")
        return date(2000, 1, 1)


def _with_day(text: str) -> str:
    return f"{text}-01" if len(text) == len("2026-11") and text[:4].isdigit() else text
