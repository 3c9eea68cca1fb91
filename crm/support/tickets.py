"""What is done with tickets. One operation moves them, whatever the door."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import events, records
from crm.core.context import origin
from crm.core.errors import Conflict
from crm.core.numbering import next_number
from crm.core.wording import value_word

from .breaches import flag_if_late
from .clocks import clocks_after
from .models import Ticket

Status = Ticket.Status
#: from where to where; coming back from solved or closed is reopening
MOVES: dict[str, tuple[Status, ...]] = {
    Status.OPEN: (Status.IN_PROGRESS, Status.PENDING, Status.RESOLVED, Status.CLOSED),
    Status.IN_PROGRESS: (Status.OPEN, Status.PENDING, Status.RESOLVED, Status.CLOSED),
    Status.PENDING: (Status.OPEN, Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED),
    Status.RESOLVED: (Status.CLOSED, Status.OPEN, Status.IN_PROGRESS),
    Status.CLOSED: (Status.OPEN, Status.IN_PROGRESS),
}
SETTLED = (Status.RESOLVED, Status.CLOSED)
#: what an older client can't say is filled in for it (behaviours.md G1)
NOT_GIVEN = "not given"
GUARDED = {"status", "priority", "resolution", "resolved_date", "first_responded_at"}


@records.create.register
@transaction.atomic
def create_ticket(ticket: Ticket, *, by: Any, now: datetime | None = None) -> Ticket:
    """Open a ticket under the number that the customer will quote, and promise when we act.

    One that starts in another status goes there at once, with the rules of that move.
    Raises what :func:`change_ticket` does.
    """
    now = now or timezone.now()
    ticket.created_at = now
    said = {name: getattr(ticket, name) for name in ("status", "resolution", "resolved_date")}
    ticket.status = Status.OPEN
    ticket.resolved_date = None
    changed = {name: value for name, value in said.items() if value != getattr(ticket, name)}
    changed |= _consequences(ticket, changed, now=now)
    for name, value in {**changed, **clocks_after(ticket, changed, now=now)}.items():
        setattr(ticket, name, value)
    _check_outcome(ticket)
    ticket.ticket_number = next_number("ticket", prefix="T")
    records.save_new(ticket, by=by)
    _tell(ticket, Status.OPEN, by=by)
    return ticket


@records.change.register
@transaction.atomic
def change_ticket(
    ticket: Ticket,
    values: dict[str, Any],
    *,
    by: Any,
    if_revision: int | None = None,
    now: datetime | None = None,
) -> Ticket:
    """Change a ticket; another status among the ``values`` moves it.

    Resolving and closing need a resolution and set ``resolved_date``, reopening clears it.
    A promise that is broken by ``now`` is noted first. Raises :class:`Conflict` for a move
    that is not allowed, ``ValidationError`` naming ``resolution`` or ``resolved_date``, and
    what :func:`~crm.core.records.save_changes` does.
    """
    if GUARDED.isdisjoint(values):
        return records.save_changes(ticket, values, by=by, if_revision=if_revision)
    now = now or timezone.now()
    stored = records.lock(ticket, if_revision=if_revision)
    changed = records.differing(stored, values)
    if not changed:
        records.copy_values(stored, ticket)
        return ticket
    if flag_if_late(stored, now=now):
        stored = records.lock(ticket)
    before = stored.status
    if "status" in changed:
        check_move(before, changed["status"])
    changed |= _consequences(stored, changed, now=now)
    if not changed.keys().isdisjoint({"status", "priority", "first_responded_at"}):
        changed |= clocks_after(stored, changed, now=now)
    for name, value in changed.items():
        setattr(stored, name, value)
    _check_outcome(stored)
    records.save_changes(ticket, changed, by=by)
    _tell(ticket, before, by=by)
    return ticket


def resolve_ticket(
    ticket: Ticket,
    resolution: str,
    *,
    by: Any,
    if_revision: int | None = None,
    now: datetime | None = None,
) -> Ticket:
    """Say what solved the problem. Of two colleagues who do so at once, one is refused.

    Raises :class:`Conflict` where it is solved already, and as :func:`change_ticket`.
    """
    values = {"status": Status.RESOLVED, "resolution": resolution}
    return _move(ticket, values, by=by, if_revision=if_revision, now=now)


def reopen_ticket(
    ticket: Ticket, *, by: Any, if_revision: int | None = None, now: datetime | None = None
) -> Ticket:
    """Take up a problem again that was not solved after all.

    Raises :class:`Conflict` where it is open, and as :func:`change_ticket`.
    """
    return _move(ticket, {"status": Status.OPEN}, by=by, if_revision=if_revision, now=now)


@transaction.atomic
def _move(
    ticket: Ticket,
    values: dict[str, Any],
    *,
    by: Any,
    if_revision: int | None,
    now: datetime | None,
) -> Ticket:
    """Move a ticket from the status that it has under lock, which must be another one."""
    stored = records.lock(ticket, if_revision=if_revision)
    if values["status"] == Status.OPEN and stored.status not in SETTLED:
        raise Conflict(
            _("This ticket is not solved: it is %(status)s.") % {"status": _words(stored.status)}
        )
    check_move(stored.status, values["status"])
    return change_ticket(ticket, values, by=by, now=now)


def check_move(before: str, after: str) -> None:
    """Refuse a move that tickets don't make, naming those that they do."""
    allowed = MOVES[before]
    if after not in allowed:
        refused = (
            _("This ticket is %(before)s already. From here it can go to: %(allowed)s.")
            if before == after
            else _(
                "This ticket can't go from %(before)s to %(after)s. From here it can go to: "
                "%(allowed)s."
            )
        )
        names = ", ".join(value_word(status.value) for status in allowed)
        raise Conflict(
            refused % {"before": _words(before), "after": _words(after), "allowed": names}
        )


def _consequences(ticket: Ticket, changed: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return what a move sets beside the clocks; what was said in the same request stands."""
    if "status" not in changed:
        return {}
    values: dict[str, Any] = {}
    settled, was_settled = changed["status"] in SETTLED, ticket.status in SETTLED
    if settled and not was_settled:
        if changed.get("resolved_date") is None:
            values["resolved_date"] = now
        if ticket.first_responded_at is None:
            values["first_responded_at"] = now  # to hear that it is solved is an answer
        resolution = changed.get("resolution", ticket.resolution)
        if not resolution.strip() and origin().foreign:
            values["resolution"] = NOT_GIVEN
    if was_settled and not settled:
        values["resolved_date"] = None
    return values


def _check_outcome(ticket: Ticket) -> None:
    """Refuse what would contradict that a ticket is solved or not."""
    problems = {}
    if ticket.status in SETTLED:
        if not ticket.resolution.strip():
            problems["resolution"] = _("Say what solved the problem.")
        if ticket.resolved_date is None:
            problems["resolved_date"] = _("A solved ticket has a date. Reopen it to clear it.")
    elif ticket.resolved_date is not None:
        problems["resolved_date"] = _(
            "Only a solved ticket has a date: it comes with the status resolved or closed."
        )
    if problems:
        raise ValidationError(problems)


def _tell(ticket: Ticket, before: str, *, by: Any) -> None:
    """Write down a move as what it means."""
    if ticket.status == before:
        return
    match ticket.status:
        case Status.RESOLVED | Status.CLOSED:
            name = str(ticket.status)
        case _ if before in SETTLED:
            name = "reopened"
        case _:
            name = "status_changed"
    events.record(name, ticket, by=by, **{"from": before, "to": str(ticket.status)})


def _words(status: str) -> str:
    return value_word(status).replace("_", " ")
