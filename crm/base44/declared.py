"""The way to an entity that an administrator declared: the same calls over its records."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from crm.core import records
from crm.core.queries.compiler import Source
from crm.core.queries.jsonvalues import JsonSource
from crm.core.querysets import RecordQuerySet
from crm.core.reading import Reader, Row
from crm.declared.models import DeclaredEntity, DeclaredRecord
from crm.declared.reading import described
from crm.declared.schemas import BUILT_IN, types_of
from crm.declared.values import fields_of, required_of, shaped

from .bodies import differing
from .entities import WORDS, Door, by_name
from .fields import Fields, is_key
from .naming import INTERNAL
from .rows import shown

#: formats whose values have a day, a month and a year
TIMES = ("date", "date-time")


def door_to(name: str, request: Any) -> Door:
    """Return the caller's way to an entity of ours or of the app's own. Raises Missing."""
    if name not in by_name():
        found = DeclaredEntity.objects.filter(name=name, active=True).first()
        if found is not None:
            return DeclaredDoor(found, request)
    return Door(name, request)


class DeclaredFields(Fields):
    """The fields of a declared entity: those of its schema, and what else its records hold."""

    def __init__(self, declaration: DeclaredEntity, user: Any):
        super().__init__(described(), user)
        self.declared = fields_of(declaration.schema)

    def find(self, name: str) -> Source | None:
        if name in BUILT_IN:
            return super().find(name)
        is_declared = name in self.declared
        if not is_key(name) or (name in INTERNAL and not is_declared):
            return None
        return JsonSource("custom_fields", name, declared=is_declared)

    def fillable(self) -> set[str]:
        return {*self.declared}

    def holds_text(self, name: str) -> bool:
        return types_of(self.declared.get(name, {})) == {"string"}

    def dates(self) -> frozenset[str]:
        found = self.declared.items()
        return frozenset(name for name, field in found if field.get("format") in TIMES)


class DeclaredDoor(Door):
    """The way of one caller to one declared entity."""

    fields: DeclaredFields

    def __init__(self, declaration: DeclaredEntity, request: Any):
        self.declaration = declaration
        self.name = declaration.name
        self.user = request.user
        self.model = DeclaredRecord
        self.entity = described()
        self.fields = DeclaredFields(declaration, self.user)
        self.serializer_for = self._write

    def allow(self, verb: str) -> None:
        if not self.declaration.lets(self.user, verb):
            raise PermissionDenied(
                f"Permission denied for {WORDS[verb]} operation on {self.name} entity"
            )

    def rows(self) -> RecordQuerySet:
        rows = DeclaredRecord.objects.filter(declaration=self.declaration)
        return rows.select_related("declaration").visible_to(self.user)

    def record(self, id: Any, verb: str) -> DeclaredRecord:
        rows = self.rows()
        found = rows.filter(pk=self.key(id)).select_related("declaration").first()
        if found is None:
            raise self.missing(str(id))
        reached = {"view": rows, "change": rows.changeable_by(self.user)}.get(verb)
        reached = rows.deletable_by(self.user) if reached is None else reached
        if not reached.filter(pk=found.pk).exists():
            raise PermissionDenied(
                f"Permission denied for {WORDS[verb]} operation on {self.name} entity"
            )
        return found

    def read(self, rows: Any) -> list[Row]:
        found = Reader(self.entity, user=self.user).rows(rows)
        return [shown(self.entity, row, self.declaration) for row in found]

    def body(self, data: Row, stored: Row | None) -> Row:
        ignored = BUILT_IN | (INTERNAL - self.fields.declared.keys())
        return differing(data, stored, ignored=ignored)

    def required(self) -> list[str]:
        defaults = {name for name, field in self.fields.declared.items() if "default" in field}
        return [name for name in required_of(self.declaration.schema) if name not in defaults]

    def _write(self, instance: Any, *, data: Row, partial: bool) -> "Write":
        return Write(self, instance, data)


class Write:
    """One record to be written, checked before it is stored."""

    def __init__(self, door: DeclaredDoor, record: DeclaredRecord | None, data: Row):
        self.door = door
        self.record = record
        if record is not None:
            record.declaration = door.declaration  # known, and not to be asked for each
        self.values = {**(record.custom_fields if record else {}), **data}
        self.errors: dict[str, list[str]] = {}

    def is_valid(self) -> bool:
        """Whether the values fit the schema; what doesn't stands in ``errors``."""
        stored = self.record.custom_fields if self.record else None
        try:
            shaped(self.door.declaration.schema, self.values, stored=stored)
        except ValidationError as refusal:
            self.errors = refusal.message_dict
        return not self.errors

    def save(self) -> DeclaredRecord:
        """Store the record and return it."""
        by, values = self.door.user, {"custom_fields": self.values}
        if self.record is not None:
            return records.change(self.record, values, by=by)
        return records.create(DeclaredRecord(declaration=self.door.declaration, **values), by=by)
