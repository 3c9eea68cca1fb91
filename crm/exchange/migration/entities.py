"""Which table is which of our entities or of the app's own, and in what order they can be read."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from crm.core.bases import Record
from crm.core.entity import Column, by_model
from crm.core.plain import folded_name
from crm.declared.models import DeclaredEntity, DeclaredRecord
from crm.declared.schemas import types_of
from crm.declared.values import fields_of

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
    #: the app's own entity that an administrator declared here
    declaration: DeclaredEntity | None = None

    @property
    def owner_column(self) -> str:
        """The column of the owner's id; empty where it is the author, or nobody."""
        field = self.model.owner_field
        return f"{field}_id" if field and field != "created_by" else ""

    @property
    def within(self) -> dict[str, Any]:
        """What the rows of this table have in common that others of the model don't."""
        return {"declaration_id": self.declaration.pk} if self.declaration else {}

    @property
    def texts(self) -> frozenset[str]:
        """The declared fields in which a text stays one, whatever it looks like."""
        fields = fields_of(self.declaration.schema) if self.declaration else {}
        return frozenset(n for n, field in fields.items() if types_of(field) == {"string"})

    @property
    def place(self) -> int:
        """When it is read among the tables; what an app has of its own comes last."""
        return ORDER.index(self.name) if self.name in ORDER else len(ORDER)


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
    wanted, known = folded_name(stem), targets(taken)
    return next((target for name, target in known.items() if folded_name(name) == wanted), None)


def declared_targets() -> dict[str, Target]:
    """Return the app's own entities by their names."""
    entities = DeclaredEntity.objects.filter(active=True)
    return {e.name: Target(e.name, DeclaredRecord, {}, e) for e in entities}


def target_among(
    own: dict[str, Target], stem: str, taken: frozenset[str] = frozenset()
) -> Target | None:
    """Return the entity that a table's name means, of ours or of the app's own.

    Of two whose names differ in case alone it is the one that is spelt so.
    """
    if found := target_of(stem, taken) or own.get(stem):
        return found
    wanted = folded_name(stem)
    return next((target for name, target in own.items() if folded_name(name) == wanted), None)
