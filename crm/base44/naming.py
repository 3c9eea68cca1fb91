"""What apps of Base44's time call our fields and values (base44.md §11).

The one place that knows foreign names: the door, ``API_COMPAT``, the import and the
client's documentation read these tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

#: the door's own columns, and ours behind them
BUILT_IN = {"created_date": "created_at", "updated_date": "updated_at"}
#: what Base44 keeps to itself, and what nobody may read; never answered, never stored
INTERNAL = frozenset(
    {"is_deleted", "deleted_date", "entity_name", "app_id", "environment", "password"}
)
#: set by the server whatever a client says
SET_BY_SERVER = frozenset(
    {
        "id",
        "created_date",
        "updated_date",
        "created_at",
        "updated_at",
        "created_by",
        "created_by_id",
        "is_sample",
        "revision",
    }
)


@dataclass(frozen=True)
class Names:
    """What one entity is called and holds in such apps, beside its own names."""

    #: their field -> ours
    aliases: Mapping[str, str] = field(default_factory=dict)
    #: their fields that we have no column for; kept in ``custom_fields``
    extra: tuple[str, ...] = ()
    #: values that choice fields take beyond ours
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: an object of theirs -> the beginning of our columns, such as ``billing_``
    parts: Mapping[str, str] = field(default_factory=dict)
    #: an address kept as text -> the link that it means where somebody has it
    emails: Mapping[str, str] = field(default_factory=dict)
    #: a name of theirs in two halves -> our one column
    halves: Mapping[tuple[str, str], str] = field(default_factory=dict)


#: fields without a column of ours that hold numbers, and yes or no: a CSV file can't tell
EXTRA_NUMBERS = frozenset(
    {
        "engagement_score",
        "lead_score",
        "lifetime_value",
        "total_orders",
        "call_duration",
        "total_recipients",
        "total_sent",
        "open_rate",
        "click_rate",
        "conversions",
        "revenue_generated",
    }
)
EXTRA_FLAGS = frozenset({"all_day", "completed"})
#: what stands for an extra field that nobody has filled; else it is empty text
EXTRA_DEFAULTS = {"platform": "custom"}
#: what a stage beyond ours means for a deal
STAGE_KINDS = {"Closed Lost to Competition": "lost"}
#: their two roles; anybody who may do everything there may do so here
ROLES = {"admin": "admin", "user": "sales_rep"}

ADDRESS_PARTS = {
    "street": "address",
    "city": "city",
    "state": "state",
    "zip": "postal_code",
    "country": "country",
}
ORIGINS = (
    "direct",
    "organic",
    "paid_ads",
    "social",
    "email",
    "linktree",
    "beacons",
    "stan_store",
)
DEAL_SOURCES = (
    "Cold Call",
    "Advertisement",
    "Web Download",
    "Web Research",
    "Employee Referral",
    "External Referral",
    "Partner",
    "Public Relations",
    "Trade Show",
    "Website",
    "Referral",
    "Social Media",
    "Email Campaign",
    "Event",
    "Other",
)

NAMES: Mapping[str, Names] = {
    "Lead": Names(
        extra=("engagement_score",),
        values={
            "status": ("lead", "prospect", "customer", "churned"),
            "source": ORIGINS,
        },
    ),
    "Contact": Names(
        extra=("company", "lead_score", "engagement_score", "lifetime_value", "total_orders"),
        values={
            "status": ("prospect", "vip", "churned"),
            "source": ("cold_call", *ORIGINS),
        },
    ),
    "Account": Names(
        aliases={"name": "account_name", "number_of_employees": "employees"},
        parts={"billing_address": "billing_", "shipping_address": "shipping_"},
    ),
    "Deal": Names(
        aliases={
            "title": "deal_name",
            "value": "amount",
            "source": "lead_source",
            "notes": "description",
        },
        extra=("contact_email", "type", "campaign_source"),
        values={
            "stage": ("Closed Lost to Competition",),
            "lead_source": (*DEAL_SOURCES, *ORIGINS),
        },
        emails={"contact_email": "contact_id"},
    ),
    "Task": Names(
        values={
            "status": (
                "Not Started",
                "Deferred",
                "In Progress",
                "Completed",
                "Waiting on someone else",
            ),
            "priority": ("Highest", "High", "Normal", "Low", "Lowest"),
        },
    ),
    "Meeting": Names(
        aliases={
            "start_date": "start_time",
            "end_date": "end_time",
            "meeting_url": "meeting_link",
            "participants": "attendees",
        },
        extra=("host", "all_day", "repeat", "reminder", "agenda", "related_to", "related_to_type"),
    ),
    "Activity": Names(
        aliases={"type": "activity_type"},
        extra=(
            "status",
            "priority",
            "due_date",
            "completed",
            "contact_id",
            "account_id",
            "contact_email",
            "reminder",
            "repeat",
            "assigned_to",
            "call_type",
            "call_purpose",
            "call_agenda",
            "call_duration",
        ),
    ),
    "Customer": Names(
        aliases={"lifetime_value": "total_spent"},
        extra=(
            "first_name",
            "last_name",
            "total_orders",
            "source",
            "address",
            "city",
            "state",
            "zip_code",
            "country",
        ),
        values={"status": ("lead", "prospect", "customer", "vip", "churned")},
        halves={("first_name", "last_name"): "name"},
    ),
    "Product": Names(values={"status": ("inactive",)}),
    "Order": Names(
        aliases={"total_amount": "total"},
        extra=("customer_email", "source"),
        emails={"customer_email": "customer_id"},
    ),
    "Campaign": Names(
        aliases={"campaign_name": "name", "type": "campaign_type"},
        extra=("total_recipients", "total_sent", "open_rate", "click_rate"),
    ),
    "Supplier": Names(
        aliases={
            "supplier_name": "name",
            "contact_name": "contact_person",
            "zip_code": "postal_code",
        },
        extra=("website",),
        values={"status": ("pending",)},
    ),
    "Invoice": Names(
        aliases={
            "invoice_date": "issue_date",
            "amount": "subtotal",
            "tax_amount": "tax",
            "total_amount": "total",
        },
        extra=("customer_email",),
        emails={"customer_email": "customer_id"},
    ),
    "Ticket": Names(
        extra=("customer_email",),
        emails={"customer_email": "customer_id"},
    ),
    "LinkAnalytics": Names(
        aliases={"destination_url": "original_url"},
        extra=("title", "link_url", "platform", "conversions", "revenue_generated"),
    ),
}
PLAIN = Names()


def names_of(entity: str) -> Names:
    """Return the foreign names of an entity, such as ``Lead``; none for one without."""
    return NAMES.get(entity, PLAIN)


def further_values(entity: str, name: str) -> tuple[str, ...]:
    """Return the values that such apps store in a choice field of ours beyond its own."""
    return names_of(entity).values.get(name, ())
