"""What is done with leads and deals."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from crm.core import events, records
from crm.core.ownership import check_handover

from .models import Lead


@transaction.atomic
def assign_lead(lead: Lead, owner: Any, *, by: Any, if_revision: records.Expected = None) -> Lead:
    """Hand a lead to ``owner``, or to nobody.

    Needs the right to assign, or a free lead taken for oneself (roles.md). Raises
    ``PermissionDenied``, ``ValidationError`` and :class:`StaleRevision`.
    """
    stored = records.lock(lead, if_revision=if_revision)
    before = stored.assigned_to
    if before == owner:
        return stored
    if not by.assigning("lead"):
        raise PermissionDenied(_("You may not assign leads."))
    check_handover(stored, before, owner, by=by)
    records.write(stored, {"assigned_to": owner})
    records.keep_in_sight(stored, by)
    changes = {"assigned_to": [before, owner]}
    events.record("assigned", stored, by=by, changes=changes)
    return stored
