"""Broken promises: each is noted once, and the manager hears of it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import events, records
from crm.core.errors import Conflict
from crm.core.wording import value_word

from .clocks import UNSOLVED
from .models import Ticket

BATCH = 500
MISSED = {"first_response": "first answer", "resolution": "solution"}


def flag_breaches(*, now: datetime | None = None) -> int:
    """Note every ticket that missed a promise by ``now``; return how many there were.

    Can be run at any time, and by several workers at once.
    """
    now = now or timezone.now()
    flagged = 0
    while found := list(Ticket.objects.newly_late(now).order_by("pk")[:BATCH]):
        done = sum(flag_if_late(ticket, now=now) for ticket in found)
        flagged += done
        if not done:  # the rest is being flagged by another worker
            break
    return flagged


@transaction.atomic
def flag_if_late(ticket: Ticket, *, now: datetime) -> bool:
    """Note that a ticket missed a promise and tell the manager, unless that is known; say so."""
    late = Ticket.objects.newly_late(now).filter(pk=ticket.pk)
    if not late.update(sla_breached=True, revision=F("revision") + 1, updated_at=timezone.now()):
        return False
    stored = records.lock(ticket)
    missed, due = _missed(stored, now)
    changes = {"sla_breached": [False, True]}
    events.record("sla_breached", stored, by=None, promise=missed, due=due, changes=changes)
    manager = manager_for(stored)
    if manager is not None:
        reason = f"The {MISSED[missed]} was due on {due:%Y-%m-%d at %H:%M} UTC."
        _hand_up(stored, manager, by=None, now=now, reason=reason, breach=True)
    return True


def _missed(ticket: Ticket, now: datetime) -> tuple[str, datetime]:
    """Return which promise of a late ticket was missed, and when it was due."""
    due: Any = ticket.first_response_due
    if ticket.first_responded_at is None and due is not None and due < now:
        return "first_response", due
    due = ticket.resolution_due
    return "resolution", due


@transaction.atomic
def escalate_ticket(
    ticket: Ticket,
    *,
    by: Any,
    reason: str = "",
    if_revision: int | None = None,
    now: datetime | None = None,
) -> Ticket:
    """Ask the manager of the owner's team to look at a ticket; it stays with its owner.

    Raises :class:`Conflict` for a ticket that is solved, and where nobody manages.
    """
    stored = records.lock(ticket, if_revision=if_revision)
    if stored.status not in UNSOLVED:
        raise Conflict(
            _("This ticket is %(status)s. Reopen it first: reopen.")
            % {"status": value_word(stored.status)}
        )
    manager = manager_for(stored)
    if manager is None:
        raise Conflict(
            _(
                "There is nobody to escalate to: neither the owner of this ticket nor who made "
                "it is in a team with an active manager. Assign it to somebody who is."
            )
        )
    _hand_up(stored, manager, by=by, now=now or timezone.now(), reason=reason, breach=False)
    records.copy_values(stored, ticket)
    return ticket


def manager_for(ticket: Ticket) -> Any:
    """Return who manages the team of a ticket's owner, else of its maker, or None."""
    for person in (ticket.assigned_to, ticket.created_by):
        team = person.team if person is not None else None
        if team is None or team.is_deleted or team.manager is None:
            continue
        if team.manager.is_active and team.manager != person:
            return team.manager
    return None


def _hand_up(
    stored: Ticket, manager: Any, *, by: Any, now: datetime, reason: str, breach: bool
) -> None:
    before = {"escalated_to": stored.escalated_to_id, "escalated_at": stored.escalated_at}
    after = {"escalated_to": manager, "escalated_at": now}
    records.write(stored, after)
    changes = {name: [before[name], value] for name, value in after.items()}
    events.record("escalated", stored, by=by, reason=reason, breach=breach, changes=changes)
