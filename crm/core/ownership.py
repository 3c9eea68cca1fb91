"""Whose a record is, and who may hand it to whom (roles.md, "Assigning")."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from .bases import Record
from .wording import noun, nouns


def check_handover(record: Record, old: Any, new: Any, *, by: Any) -> None:
    """Refuse a new owner whom ``by`` may not give the record to.

    ``old`` and ``new`` are users or None. Raises ``ValidationError`` for somebody who is
    not active, ``PermissionDenied`` where the right to assign is missing.
    """
    field = record.owner_field or ""
    if new is not None and (not new.is_active or new.is_deleted):
        raise ValidationError(
            {field: _("%(person)s is not active and can't own records.") % {"person": new}}
        )
    if by is None or _may_give(record, old, new, by):
        return
    taking = new == by and (record._state.adding or (old is None and _may_take(record, by)))
    if not taking:
        raise PermissionDenied(
            _(
                "You may not assign this %(entity)s to %(person)s: the right to assign "
                "%(entities)s is missing or ends at your team."
            )
            % {"entity": noun(record), "person": new or _("nobody"), "entities": nouns(record)}
        )


def _may_take(record: Record, by: Any) -> bool:
    return bool(by.assigning(record._meta.model_name))


def _may_give(record: Record, old: Any, new: Any, by: Any) -> bool:
    match by.assigning(record._meta.model_name):
        case "all":
            return True
        case "team":
            return all(person is None or by.manages(person) for person in (old, new))
        case "teammates":
            return new is not None and new.team_id is not None and new.team_id == by.team_id
    return False
