"""Where a field that a Base44 client names is to be found in our tables."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import ForeignKey, Q

from crm.core.conditions import CUSTOM_KEY
from crm.core.entity import Entity
from crm.core.fields import normal_email
from crm.core.queries.columns import ColumnSource
from crm.core.queries.compiler import Constant, Source
from crm.core.queries.jsonvalues import JsonSource

from .naming import BUILT_IN, INTERNAL, SET_BY_SERVER, Names, names_of

LEGACY_ID_LENGTH = 24


def is_legacy_id(text: Any) -> bool:
    """Whether it is an id as Base44 makes them: 24 hex digits."""
    if not isinstance(text, str) or len(text) != LEGACY_ID_LENGTH:
        return False
    return all(char in "0123456789abcdef" for char in text.lower())


class Fields:
    """The fields of one entity as one person may ask for them."""

    def __init__(self, entity: Entity, user: Any):
        self.entity = entity
        self.user = user
        self.names: Names = names_of(entity.model.__name__)
        self.readable = entity.readable(user)
        told = {column.field for column in entity.columns.values()}
        untold = [field for field in entity.model._meta.fields if field not in told]
        self._hidden = {*entity.columns} | {f.name for f in untold} | {f.attname for f in untold}

    def own_name(self, name: str) -> str:
        """Return our name for a field of theirs."""
        name = BUILT_IN.get(name, name)
        if name in self.entity.columns or name in self.names.extra:
            return name
        return self.names.aliases.get(name, name)

    def find(self, name: str) -> Source | None:
        """Return what stands behind a name, or None where there is no such field."""
        match name:
            case "created_by":
                email = get_user_model()._meta.get_field("email")
                return ColumnSource("created_by__email", "text", email)
            case "created_by_id":
                person = self.entity.model._meta.get_field("created_by")
                return ColumnSource("created_by_id", "id", person)
            case "is_sample":
                return Constant(False)
        name = self.own_name(name)
        column = self.readable.get(name)
        if column is not None:
            if column.kind == "json":
                return JsonSource(column.path)
            return ColumnSource.of(column, resolve=_resolver(column.field, self.user))
        if name in self.names.extra:
            return JsonSource("custom_fields", name)
        if name in self._hidden or name in INTERNAL:
            return None
        return JsonSource("custom_fields", name, declared=False) if is_key(name) else None

    def fillable(self) -> set[str]:
        """Return the names under which values can be sent."""
        names = self.names
        halves = {half for pair in names.halves for half in pair}
        own = {*self.entity.columns, *names.aliases, *names.extra, *names.parts, *names.emails}
        return {*own, *halves} - SET_BY_SERVER - INTERNAL - {"custom_fields"}

    def holds_text(self, name: str) -> bool:
        """Whether a text stays a text there, whatever it looks like."""
        column = self.entity.column(self.own_name(name))
        return column is not None and column.kind != "json"

    def dates(self) -> frozenset[str]:
        """Return the fields that hold dates as text."""
        return frozenset()


def is_key(name: str) -> bool:
    """Whether a value can be found under this name."""
    return CUSTOM_KEY.match(name) is not None


def _resolver(field: Any, user: Any) -> Any:
    """Return how a link's value may be written beyond its id: an old id, a person's email."""
    if field.primary_key:
        return lambda texts: Q(external_id__in=list(filter(is_legacy_id, texts)))
    if not isinstance(field, ForeignKey):
        return None
    is_person = field.related_model is get_user_model()

    def resolve(texts: list[str]) -> Q:
        target: Any = field.related_model
        rows = target.objects.all() if is_person else target.objects.visible_to(user)
        meant = Q(external_id__in=list(filter(is_legacy_id, texts)))
        if is_person:
            meant |= Q(email__in=[normal_email(text) for text in texts if "@" in text])
        return Q(**{f"{field.name}__in": rows.filter(meant).order_by().values("pk")})

    return resolve
