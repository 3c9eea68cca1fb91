"""An entity as the doors see it, compiled once from the names its serializer declares.

The same description serves reading, filters, sorting, statistics and OpenAPI.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from .bases import Record
from .fields import ChoiceTextField, NameField
from .models import LinkedRecord

#: what a column holds, by Django's internal type
KINDS = {
    "CharField": "text",
    "TextField": "text",
    "EmailField": "text",
    "IntegerField": "integer",
    "PositiveIntegerField": "integer",
    "PositiveBigIntegerField": "integer",
    "DecimalField": "money",
    "BooleanField": "boolean",
    "DateTimeField": "datetime",
    "UUIDField": "id",
    "ForeignKey": "id",
    "JSONField": "json",
}
#: older clients know the times by these names as well
ALIASES = {"created_date": "created_at", "updated_date": "updated_at"}


@dataclass(frozen=True)
class Column:
    """One field of an entity: its name on the wire and where the value comes from."""

    name: str
    field: models.Field
    kind: str
    permission: str = ""

    @property
    def path(self) -> str:
        """The column's name for the ORM; a link's is that of its id."""
        return self.field.attname

    @property
    def choices(self) -> list[str]:
        """The allowed values, without the empty one."""
        return [value for value, _ in self.field.choices or () if value != ""]

    @property
    def further_choices(self) -> tuple[str, ...]:
        """The values that records from other systems may hold beside them."""
        return self.field.further_values if isinstance(self.field, ChoiceTextField) else ()


@dataclass(frozen=True)
class Computed:
    """A value that is no column: text made at reading from columns of the same row."""

    paths: tuple[str, ...]
    make: Callable[..., str]


@dataclass(frozen=True)
class Derived:
    """Figures over other records, as far as the reader sees them; told with one record only.

    ``kinds`` says of each whether it is an ``integer`` or a ``datetime``. ``find`` takes the
    record's id and the reader, and gives all of them by one query; None is nothing to tell, or
    nothing that the reader may know.
    """

    kinds: Mapping[str, str]
    find: Callable[[Any, Any], dict[str, Any]]


@dataclass(frozen=True)
class Relation:
    """A link whose target's short form stands beside the id, under ``name``."""

    name: str
    column: Column
    target: type[Record]


class Entity:
    """The columns and relations of one kind of record, and what is computed from them."""

    def __init__(
        self,
        model: type[Record],
        names: tuple[str, ...],
        guarded: dict[str, str],
        computed: Mapping[str, Computed],
        derived: Derived | None,
    ):
        self.model = model
        self.computed = computed
        self.derived = derived
        self.columns = {
            name: self._column(name, guarded.get(name, ""))
            for name in names
            if name != "related_to"
        }
        self.relations = {
            relation.name: relation
            for relation in (self._relation(column) for column in self.columns.values())
            if relation
        }
        self.is_linked = issubclass(model, LinkedRecord)

    def _column(self, name: str, permission: str) -> Column:
        fields = {field.name: field for field in self.model._meta.concrete_fields}
        field = fields.get(name) or fields[name.removesuffix("_id")]
        return Column(name, field, KINDS[field.get_internal_type()], permission)

    def _relation(self, column: Column) -> Relation | None:
        field = column.field
        if not isinstance(field, models.ForeignKey):
            return None
        if field.name == self.model.owner_field:
            name = "owner"
        elif field.name == "created_by":
            name = "creator"
        else:
            name = field.name
        target: Any = field.related_model
        return Relation(name, column, target)

    def column(self, name: str) -> Column | None:
        """Return the column of that name on the wire, old spellings included."""
        return self.columns.get(ALIASES.get(name, name))

    def readable(self, user: Any) -> dict[str, Column]:
        """Return the columns that ``user`` may see."""
        return {
            name: column
            for name, column in self.columns.items()
            if not column.permission or user.has_perm(column.permission)
        }

    def choice_columns(self) -> list[Column]:
        """Return the columns with a set of values that is known or kept."""
        return [
            column
            for column in self.columns.values()
            if (column.choices or isinstance(column.field, NameField))
            and column.name != "related_to_type"
        ]


@cache
def by_model() -> dict[type[Record], Any]:
    """Return the viewset of every entity in the registry, by model."""
    router = import_string(settings.CRM_ROUTER)
    return {viewset.queryset.model: viewset for _, viewset, _ in router.registry}


def entity_of(model: type[Record]) -> Entity | None:
    """Return the description of a model's entity, or None where it has no address."""
    viewset = by_model().get(model)
    return viewset.serializer_class.entity() if viewset else None


def filters_of(model: type[Record]) -> Any:
    """Return the filters with a name of their own that lists of a kind of record have.

    Where it has no address these are the ones of all; by their name, for they are the web's.
    """
    viewset = by_model().get(model)
    return viewset.filterset_class if viewset else import_string("crm.core.filters.RecordFilter")
