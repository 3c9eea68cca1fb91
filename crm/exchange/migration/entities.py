"""Which table is which of our entities, and in what order they can be read."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from crm.core.bases import Record
from crm.core.entity import Column, by_model

#: what others link to comes first
ORDER = (
    "User",
    "Account",
    "Contact",
    "Deal",
    "Lead",
    "Customer",
    "Product",
    "Order",
    "Invoice",
    "Campaign",
    "Supplier",
    "Ticket",
    "LinkAnalytics",
    "Document",
    "Email",
    "Task",
    "Meeting",
    "Call",
    "Activity",
    "Workflow",
)
#: what only the server says of a record
OURS = frozenset(
    {
        "id",
        "custom_fields",
        "external_id",
        "revision",
        "created_by",
        "created_at",
        "updated_at",
        "s3_key",
        "version",
        "checksum_sha256",
        "base_total",
        "balance_due",
        "amount_credited",
        "escalated_to",
        "sla_breached",
        "email_verified",
        "last_login",
    }
)


@dataclass(frozen=True)
class Target:
    """One of our entities as a table finds it: its name there, its model and its columns."""

    name: str
    model: type[Record]
    columns: dict[str, Column]

    @property
    def owner_column(self) -> str:
        """The column of the owner's id; empty where it is the author, or nobody."""
        field = self.model.owner_field
        return f"{field}_id" if field and field != "created_by" else ""


@cache
def targets(taken: frozenset[str] = frozenset()) -> dict[str, Target]:
    """Return the entities by the names that Base44 has for them, in the order of reading.

    ``taken`` are columns that a source may say although elsewhere only the server does.
    """
    models: dict[str, Any] = {model.__name__: model for model in by_model()}
    return {name: _target(name, models[name], OURS - taken) for name in ORDER}


def _target(name: str, model: type[Record], ours: frozenset[str]) -> Target:
    entity = by_model()[model].serializer_class.entity()
    columns = {name: column for name, column in entity.columns.items() if name not in ours}
    return Target(name, model, columns)


def target_of(stem: str, taken: frozenset[str] = frozenset()) -> Target | None:
    """Return the entity that a table's name means: ``Lead``, ``lead``, ``link-analytics``."""
    wanted, known = _plain(stem), targets(taken)
    return next((target for name, target in known.items() if _plain(name) == wanted), None)


def _plain(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())
