"""What declaring an entity does beyond storing it, and how its records are kept to the schema."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.core import records
from crm.core.errors import Conflict
from crm.core.records import Expected

from . import access
from .models import DeclaredEntity, DeclaredRecord
from .values import shaped


@records.create.register
@transaction.atomic
def declare_entity(entity: DeclaredEntity, *, by: Any) -> DeclaredEntity:
    """Let an app have records of a kind of its own. Access that isn't said is read from ``rls``."""
    unread = _complete(entity)
    entity = records.save_new(entity, by=by)
    _warn(entity, unread)
    return entity


@records.change.register
@transaction.atomic
def change_declaration(
    entity: DeclaredEntity, values: dict[str, Any], *, by: Any, if_revision: Expected = None
) -> DeclaredEntity:
    """Change a declaration. Records stay as they are, and are checked where they are changed."""
    unread: list[str] = []
    if isinstance(values.get("access"), dict):
        schema = values.get("schema", entity.schema)
        rules, unread = _completed(values["access"], schema)
        values = {**values, "access": rules}
    entity = records.save_changes(entity, values, by=by, if_revision=if_revision)
    _warn(entity, unread)
    return entity


@records.restore.register
def restore_declaration(entity: DeclaredEntity, *, by: Any) -> DeclaredEntity:
    """Take a declaration out of the recycle bin. Raises :class:`Conflict` for a taken name."""
    if reason := entity.clash():
        raise Conflict(reason)
    return records.bring_back(entity, by=by)


@records.create.register
@transaction.atomic
def create_declared_record(record: DeclaredRecord, *, by: Any) -> DeclaredRecord:
    """Store a record of a declared entity, with the defaults of its schema."""
    if isinstance(record.custom_fields, dict):
        record.custom_fields = shaped(record.declaration.schema, record.custom_fields)
    return records.save_new(record, by=by)


@records.change.register
@transaction.atomic
def change_declared_record(
    record: DeclaredRecord, values: dict[str, Any], *, by: Any, if_revision: Expected = None
) -> DeclaredRecord:
    """Change a record of a declared entity. It stays one of the same entity."""
    declaration = values.get("declaration", record.declaration)
    if declaration.pk != record.declaration_id:
        raise ValidationError({"declaration": _("A record stays one of the same entity.")})
    sent = values.get("custom_fields")
    if isinstance(sent, dict):
        stored = records.lock(record, if_revision=if_revision).custom_fields
        values = {**values, "custom_fields": shaped(declaration.schema, sent, stored=stored)}
    return records.save_changes(record, values, by=by, if_revision=if_revision)


def _complete(entity: DeclaredEntity) -> list[str]:
    if not isinstance(entity.access, dict):
        return []
    entity.access, unread = _completed(entity.access, entity.schema)
    return unread


def _completed(rules: dict[str, Any], schema: Any) -> tuple[dict[str, Any], list[str]]:
    if not all(isinstance(rule, dict) for rule in rules.values()):
        return rules, []  # the field's own check says what is wrong
    rls = schema.get("rls") if isinstance(schema, dict) else None
    found, unread = access.completed(rules, rls)
    return {**rules, **found}, unread


def _warn(entity: DeclaredEntity, unread: list[str]) -> None:
    if unread:
        records.warn(
            entity,
            _("The schema's rls can't be read for: %(verbs)s. That is closed; say who may.")
            % {"verbs": ", ".join(unread)},
        )
