"""The plain verbs. Every door writes through them.

A domain that needs more than a plain save registers its own version, and every door
obeys it from then on::

    @records.create.register
    @transaction.atomic
    def create_ticket(ticket: Ticket, *, by):
        ticket.ticket_number = next_number("ticket", prefix="T")
        return records.save_new(ticket, by=by)

``by`` is the actor; None is the system itself, which may do everything.
"""

from contextlib import suppress
from functools import singledispatch
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import erasure, events
from .bases import Record
from .constraints import constraints_of
from .errors import Conflict, StaleRevision
from .links import check_link
from .models import LinkedRecord
from .ownership import check_handover
from .plain import is_same
from .wording import noun

R = TypeVar("R", bound=Record)
#: the revision that a change is based on, or several of which any will do; None is any at all
Expected = int | frozenset[int] | None


@transaction.atomic
def save_new(record: R, *, by: Any) -> R:
    """Store a new record: owner, checks, row, event.

    An empty owner becomes the creator (behaviours.md G7). Raises ``ValidationError``,
    ``PermissionDenied`` and :class:`Conflict`.
    """
    record.created_by = by
    field = record.owner_field
    if field and field != "created_by":
        if record.owner is None:
            setattr(record, field, by)
        check_handover(record, None, record.owner, by=by)
    if isinstance(record, LinkedRecord):
        check_link(record, by=by)
    check_values(record)
    erasure.check_person(record)
    with constraints_of(record):
        record.save(force_insert=True)
    keep_in_sight(record, by)
    events.record("created", record, by=by)
    return record


@transaction.atomic
def save_changes(record: R, values: dict[str, Any], *, by: Any, if_revision: Expected = None) -> R:
    """Set the ``values`` that differ from what is stored and write the difference down.

    The row is locked first, so that of two changes based on the same revision one wins
    and the other raises :class:`StaleRevision`. Raises ``ValidationError``,
    ``PermissionDenied`` and :class:`Conflict`.
    """
    stored = lock(record, if_revision=if_revision)
    changed = differing(stored, values)
    if not changed:
        copy_values(stored, record)
        return record
    before = {name: _plain_value(stored, name) for name in changed}
    field = stored.owner_field
    owner = stored.owner if field in changed else None
    for name, value in changed.items():
        setattr(stored, name, value)
    handed_over = field is not None and field in changed and field != "created_by"
    if field is not None and handed_over:
        check_handover(stored, owner, changed[field], by=by)
    if isinstance(stored, LinkedRecord) and not changed.keys().isdisjoint(
        {"related_to_type", "related_to_id"}
    ):
        check_link(stored, by=by)
    check_values(stored, only=set(changed))
    if "email" in changed:
        erasure.check_person(stored)
    write(stored, changed)
    if not handed_over:  # whoever may give a record away may also lose sight of it
        keep_in_sight(stored, by)
    changes = {name: [before[name], changed[name]] for name in changed}
    events.record("updated", stored, by=by, changes=changes)
    copy_values(stored, record)
    return record


@transaction.atomic
def mark_deleted(record: Record, *, by: Any, if_revision: Expected = None) -> None:
    """Put a record into the recycle bin. It leaves every list, count, search and relation."""
    stored = lock(record, if_revision=if_revision)
    write(stored, {"deleted_at": timezone.now(), "deleted_by": by})
    events.record("deleted", stored, by=by, label=str(stored))
    copy_values(stored, record)


@transaction.atomic
def bring_back(record: R, *, by: Any) -> R:
    """Take a record out of the recycle bin.

    Raises :class:`Conflict` where it is not in there, or where a live record took a
    unique value of it in the meantime.
    """
    stored = lock(record, deleted=True)
    write(stored, {"deleted_at": None, "deleted_by": None})
    events.record("restored", stored, by=by)
    copy_values(stored, record)
    return record


@transaction.atomic
def erase(record: Record) -> None:
    """Remove a deleted record for good. Raises ``ProtectedError`` while others link to it."""
    type(record).all_objects.get(pk=record.pk).delete()


create: Any = singledispatch(save_new)
change: Any = singledispatch(save_changes)
remove: Any = singledispatch(mark_deleted)
restore: Any = singledispatch(bring_back)
purge: Any = singledispatch(erase)


def lock(record: R, *, if_revision: Expected = None, deleted: bool = False) -> R:
    """Return the stored row, locked until the transaction ends.

    Raises :class:`StaleRevision` where it is not at ``if_revision`` any more, and
    :class:`Conflict` where it was deleted (or, with ``deleted``, was not).
    """
    model = type(record)
    # Links to the row may be made meanwhile: else two people who edit each other deadlock.
    stored = model.all_objects.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
    if stored.is_deleted != deleted:
        if deleted:
            raise Conflict(
                _("This %(entity)s is not in the recycle bin.") % {"entity": noun(model)}
            )
        raise Conflict(_("This %(entity)s was deleted in the meantime.") % {"entity": noun(model)})
    expected = frozenset((if_revision,)) if isinstance(if_revision, int) else if_revision
    if expected is not None and stored.revision not in expected:
        raise StaleRevision(
            _(
                "Somebody changed this %(entity)s since you read it. Read it again, then repeat "
                "your change."
            )
            % {"entity": noun(model)}
        )
    return stored


def differing(stored: Record, values: dict[str, Any]) -> dict[str, Any]:
    """Return those of ``values`` that are not what is stored: what a change really asks for."""
    return {
        name: value
        for name, value in _as_stored(stored, values).items()
        if not is_same(_plain_value(stored, name), getattr(value, "pk", value))
    }


def warn(record: Record, *warnings: str) -> None:
    """Remember what the author of a write should know although it was done."""
    record.__dict__.setdefault("_warnings", []).extend(warnings)


def warnings_of(record: models.Model) -> list[str]:
    """Return what the last write of this instance warned of."""
    return record.__dict__.get("_warnings", [])


def check_values(record: Record, *, only: set[str] | None = None) -> None:
    """Run the checks that need no query; unique values and links are the database's to refuse."""
    checked = {
        field.name
        for field in record._meta.concrete_fields
        if not field.is_relation and (only is None or field.name in only)
    }
    exclude = {field.name for field in record._meta.fields} - checked
    errors: dict[str, Any] = {}
    for step in (lambda: record.clean_fields(exclude=exclude), record.clean):
        try:
            step()
        except ValidationError as error:
            errors = error.update_error_dict(errors)
    if errors:
        raise ValidationError(errors)


def keep_in_sight(record: Record, by: Any) -> None:
    """Refuse a write that puts the record out of its author's sight (gate 3)."""
    if by is None:
        return
    if not type(record).objects.visible_to(by).filter(pk=record.pk).exists():
        raise PermissionDenied(
            _("This would put the %(entity)s out of your own sight.") % {"entity": noun(record)}
        )


def write(record: Record, values: dict[str, Any]) -> None:
    """Store values in a locked row under a new revision; the checks are the caller's."""
    for name, value in values.items():
        setattr(record, name, value)
    record.revision += 1
    record.updated_at = timezone.now()
    with constraints_of(record):
        record.save(update_fields=[*values, "revision", "updated_at"])


def _as_stored(record: models.Model, values: dict[str, Any]) -> dict[str, Any]:
    """Return values in the form in which their fields keep them; the checks refuse the others."""
    found = dict(values)
    for name, value in values.items():
        field: Any = record._meta.get_field(name)
        if value is not None and not field.is_relation:
            with suppress(ValidationError):
                found[name] = field.to_python(value)
    return found


def _plain_value(record: models.Model, name: str) -> Any:
    """Return a stored value, for a link the id without loading what it points at."""
    field: Any = record._meta.get_field(name)
    return getattr(record, field.attname)


def copy_values(source: models.Model, target: models.Model) -> None:
    """Make ``target`` show what ``source`` holds."""
    for field in source._meta.concrete_fields:
        setattr(target, field.attname, getattr(source, field.attname))
