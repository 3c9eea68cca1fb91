"""The timeline's own rows: what people write can be put right, what the system wrote stays."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.core import records

from .models import WRITTEN_BY_SYSTEM, Activity


@records.create.register
@transaction.atomic
def create_activity(activity: Activity, *, by: Any) -> Activity:
    """Store what happened; what the system writes is marked as such.

    Raises ``ValidationError`` for a person's row that claims to be the system's, and what
    :func:`~crm.core.records.save_new` does.
    """
    if by is None:
        activity.metadata = {**activity.metadata, WRITTEN_BY_SYSTEM: True}
    else:
        _check_metadata(activity.metadata)
    return records.save_new(activity, by=by)


@records.change.register
@transaction.atomic
def change_activity(
    activity: Activity, values: dict[str, Any], *, by: Any, if_revision: int | None = None
) -> Activity:
    """Change a row of the timeline.

    Raises ``PermissionDenied`` for one that the system wrote, and what
    :func:`~crm.core.records.save_changes` does.
    """
    if by is not None:
        stored = records.lock(activity, if_revision=if_revision)
        changed = records.differing(stored, values)
        if changed and stored.is_of_system:
            raise PermissionDenied(
                _(
                    "The system wrote this, so that everybody can rely on it: it can't be changed. "
                    "Write a note instead."
                )
            )
        _check_metadata(changed.get("metadata"))
    return records.save_changes(activity, values, by=by, if_revision=if_revision)


def _check_metadata(metadata: Any) -> None:
    if isinstance(metadata, dict) and metadata.get(WRITTEN_BY_SYSTEM):
        message = _("'%(key)s' marks what the system writes; leave it out.") % {
            "key": WRITTEN_BY_SYSTEM
        }
        raise ValidationError({"metadata": message})
