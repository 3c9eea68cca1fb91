"""A lead's way from new to qualified, and what goes with it (behaviours.md, Lead)."""

from copy import copy
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import events, records
from crm.core.errors import Conflict
from crm.core.wording import value_word

from .assignment import assign_by_rules
from .models import Lead
from .scoring import RELEVANT, Behaviour, behaviour_of, scored

Status = Lead.Status
#: where a lead may go by hand; ``converted`` is reached by conversion only, and final
MOVES: dict[str, tuple[str, ...]] = {
    Status.NEW: (Status.CONTACTED, Status.QUALIFIED, Status.UNQUALIFIED),
    Status.CONTACTED: (Status.QUALIFIED, Status.UNQUALIFIED),
    Status.QUALIFIED: (Status.CONTACTED, Status.UNQUALIFIED),
    Status.UNQUALIFIED: (Status.NEW, Status.CONTACTED),
    Status.CONVERTED: (),
}
#: where one may go whose status came from another system: such a lead is an open one
FROM_ELSEWHERE = (Status.NEW, Status.CONTACTED, Status.QUALIFIED, Status.UNQUALIFIED)
BY_CONVERSION = gettext_lazy(
    # xgettext: no-python-brace-format
    "A lead becomes converted only by its conversion: POST /api/v1/leads/{id}/convert."
)


@records.create.register
@transaction.atomic
def create_lead(lead: Lead, *, by: Any) -> Lead:
    """Store a new lead with its score; one that the system makes goes to whom the rules say.

    A score other than 0 was set by hand and stays. Raises ``ValidationError`` for a lead
    that is converted already.
    """
    if lead.status == Status.CONVERTED:
        raise ValidationError({"status": BY_CONVERSION})
    lead.score_is_manual = bool(lead.lead_score)
    if not lead.score_is_manual:
        take_values(lead, scored(lead, Behaviour(), now=timezone.now()))
    records.save_new(lead, by=by)
    if by is None and lead.assigned_to_id is None:
        assign_by_rules(lead, by=None)
    return lead


@records.change.register
@transaction.atomic
def change_lead(
    lead: Lead, values: dict[str, Any], *, by: Any, if_revision: int | None = None
) -> Lead:
    """Change a lead: a new status by the rules of that move, and the score along with it.

    A new ``lead_score`` stays until it is released; None releases it. Raises ``ValidationError``
    for a status or date that only conversion sets, :class:`Conflict` for an illegal move.
    """
    stored = records.lock(lead, if_revision=if_revision)
    before = stored.status
    values = dict(values)
    _check_move(stored, values)
    _settle_score(stored, values)
    records.save_changes(lead, values, by=by)
    if lead.status != before:
        events.record("status_changed", lead, by=by, before=before, after=lead.status)
    return lead


def release_score(lead: Lead, *, by: Any) -> Lead:
    """Let the rules compute the score again after somebody had set it."""
    return change_lead(lead, {"lead_score": None}, by=by)


@transaction.atomic
def note_contact(lead: Lead, at: datetime, *, by: Any) -> Lead:
    """Write down that we were in touch with a lead; a new one is contacted by that."""
    stored = records.lock(lead)
    values: dict[str, Any] = {}
    if stored.last_contact_date is None or stored.last_contact_date < at:
        values["last_contact_date"] = at
    if stored.status == Status.NEW:
        values["status"] = Status.CONTACTED
    if not values:
        return stored
    before = stored.status
    _settle_score(stored, values)
    changes = {name: [getattr(stored, name), value] for name, value in values.items()}
    # Whoever called may not be who owns the lead: this follows from the call, not from a right.
    records.write(stored, values)
    events.record("updated", stored, by=by, changes=changes)
    if stored.status != before:
        events.record("status_changed", stored, by=by, before=before, after=stored.status)
    return stored


def moves_from(status: str) -> tuple[str, ...]:
    """Return the statuses that a lead may go to by hand."""
    return MOVES.get(status, FROM_ELSEWHERE)


def _check_move(stored: Lead, values: dict[str, Any]) -> None:
    now, wanted = stored.status, values.get("status", stored.status)
    given = values.get("converted_date", stored.converted_date)
    if now == Status.CONVERTED and given != stored.converted_date:
        raise ValidationError({"converted_date": _("This is the time of the conversion.")})
    if wanted == now:
        return
    if now == Status.CONVERTED:
        raise Conflict(_("This lead is converted, and that is final: go on with its contact."))
    if wanted == Status.CONVERTED:
        raise ValidationError({"status": BY_CONVERSION})
    if wanted in Status.values and wanted not in moves_from(now):
        allowed = ", ".join(map(value_word, moves_from(now)))
        raise Conflict(
            _(
                "A lead can't go from %(status)s to %(wanted)s. From %(status)s it can go to: "
                "%(allowed)s."
            )
            % {"status": value_word(now), "wanted": value_word(wanted), "allowed": allowed}
        )


def _settle_score(stored: Lead, values: dict[str, Any]) -> None:
    """Put into ``values`` what they make of the score."""
    given = values.get("lead_score", stored.lead_score)
    if given is not None and given != stored.lead_score:
        values |= {"score_is_manual": True, "score_expires_at": None}
        return
    released = given is None and stored.score_is_manual
    values.pop("lead_score", None)
    if released:
        values["score_is_manual"] = False
    elif stored.score_is_manual or RELEVANT.isdisjoint(_differing(stored, values)):
        return
    if stored.status == Status.CONVERTED:  # it stays what it was when the lead was converted
        return
    ahead = take_values(copy(stored), values)
    try:
        values |= scored(ahead, behaviour_of(stored), now=timezone.now())
    except (TypeError, AttributeError):  # a value of a wrong kind: the checks will name it
        return


def _differing(stored: Lead, values: dict[str, Any]) -> set[str]:
    return {name for name, value in values.items() if getattr(stored, name) != value}


def take_values(lead: Lead, values: dict[str, Any]) -> Lead:
    """Set the values on the lead in memory and return it."""
    for name, value in values.items():
        setattr(lead, name, value)
    return lead
