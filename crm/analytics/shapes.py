"""How the answers look, for OpenAPI."""

from typing import Any

from crm.core.schema import Contract
from crm.core.shapes import COUNT, PERSON, TEXT, UUID_TEXT, Schema, array, obj, or_null

from .leaderboard import COLUMNS
from .working import KINDS

NUMBER: Schema = {"type": "number"}
DATE: Schema = {"type": "string", "format": "date"}
LINK: Schema = {
    "list": {**TEXT, "description": "The list that shows what the number is made of"},
    "filter": {"type": "object", "additionalProperties": TEXT, "description": "its parameters."},
}
PREVIOUS: Schema = {
    "previous": {**or_null(NUMBER), "description": "The same of the time before."},
    "change": {**or_null(NUMBER), "description": "By how many per cent it grew."},
}
APART = {"currency": TEXT, "count": COUNT, "sum": NUMBER}
COUNTED: Schema = {"count": COUNT, **LINK}
AMOUNT: Schema = {"count": COUNT, "sum": NUMBER, "unrated": array(obj(APART)), **LINK}
RECEIVED: Schema = {**AMOUNT, "unrated": array(obj({"currency": TEXT, "sum": NUMBER}))}
DEALS: Schema = {
    **AMOUNT,
    "weighted": NUMBER,
    "unrated": array(obj({**APART, "weighted": NUMBER})),
}
RATE = {"won": COUNT, "percent": or_null(NUMBER)}


def may_lack(properties: Schema, **more: Any) -> Schema:
    """Return the schema of a figure that a role may not see."""
    return or_null(obj({**properties, **more}))


RANGE = (
    ("range", "7d, 30d, 90d, 365d or all: the days up to now. 30d unless said."),
    ("from", "Instead of range: the first day, such as 2026-03-01."),
    ("to", "The last day; today unless said."),
)
INTERVAL = ("interval", "day, week or month; what suits the range unless said.")
MONEY_HEAD = {"currency": TEXT, "time_zone": TEXT}

DASHBOARD = Contract(
    query=RANGE,
    data=obj(
        {
            **MONEY_HEAD,
            "new_leads": may_lack(COUNTED, **PREVIOUS),
            "open_deals": may_lack(DEALS),
            "won_deals": may_lack(DEALS, **PREVIOUS),
            "win_rate": may_lack(COUNTED, **RATE, **PREVIOUS),
            "invoiced": may_lack(AMOUNT, **PREVIOUS),
            "received": may_lack(RECEIVED, **PREVIOUS),
            "unpaid_invoices": may_lack(AMOUNT),
            "overdue_invoices": may_lack(AMOUNT),
            "overdue_tasks": may_lack(COUNTED),
            "activities": may_lack(COUNTED, **PREVIOUS),
            "open_tickets": may_lack(COUNTED),
            "breached_tickets": may_lack(COUNTED),
        }
    ),
)
REVENUE = Contract(
    query=(*RANGE, INTERVAL),
    data=obj(
        {
            **MONEY_HEAD,
            "interval": TEXT,
            "invoiced": obj(AMOUNT),
            "received": obj(RECEIVED),
            "series": array(
                obj({"from": DATE, "invoiced": obj(AMOUNT), "received": obj(RECEIVED)})
            ),
        }
    ),
)
PIPELINE = Contract(
    query=(*RANGE, ("pipeline", "The id of a pipeline; else the default one.")),
    data=obj(
        {
            "pipeline": obj({"id": UUID_TEXT, "name": TEXT}),
            "currency": TEXT,
            "stages": array(obj({"name": TEXT, "kind": TEXT, **DEALS})),
        }
    ),
)
LEAD_SOURCES = Contract(
    query=RANGE,
    data=array(
        obj(
            {
                "source": TEXT,
                "leads": obj(COUNTED),
                "converted": obj(COUNTED),
                "conversion_rate": or_null(NUMBER),
                "won": may_lack(AMOUNT),
            }
        )
    ),
)
FUNNEL = Contract(
    query=RANGE,
    data=array(
        obj(
            {
                "step": TEXT,
                "of_all": or_null(NUMBER),
                "of_step_before": or_null(NUMBER),
                **COUNTED,
            }
        )
    ),
)
BY_TYPE = array(obj({"type": TEXT, **COUNTED}))
ACTIVITY = Contract(
    query=(*RANGE, INTERVAL),
    data=obj(
        {
            "time_zone": TEXT,
            "interval": TEXT,
            **dict.fromkeys(KINDS, may_lack(COUNTED, by_type=BY_TYPE)),
            "series": array(obj({"from": DATE, **dict.fromkeys(KINDS, may_lack(COUNTED))})),
        }
    ),
)
LEADERBOARD = Contract(
    query=RANGE,
    data=obj(
        {
            **MONEY_HEAD,
            "people": array(
                obj(
                    {
                        "owner": PERSON,
                        "won_deals": may_lack(DEALS),
                        **dict.fromkeys(COLUMNS, may_lack(COUNTED)),
                    }
                )
            ),
        }
    ),
)
RECEIVABLES = Contract(
    query=(
        ("range", "7d, 30d, 90d, 365d or all: when the invoices were issued. All unless said."),
        *RANGE[1:],
    ),
    data=obj(
        {
            **MONEY_HEAD,
            "as_of": DATE,
            "total": obj(AMOUNT),
            "overdue": obj(AMOUNT),
            "current": obj(AMOUNT),
            "days_1_30": obj(AMOUNT),
            "days_31_60": obj(AMOUNT),
            "days_61_90": obj(AMOUNT),
            "over_90_days": obj(AMOUNT),
        }
    ),
)
