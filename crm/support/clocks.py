"""The clocks of a ticket: what is used up of its promises, and when the rest is due."""

from datetime import datetime, timedelta
from typing import Any

from .models import Ticket
from .promises import SlaPolicy, active_policy
from .sla import SECOND, Clock

#: while these last, somebody here has the next move
OURS = (Ticket.Status.OPEN, Ticket.Status.IN_PROGRESS)
UNSOLVED = (*OURS, Ticket.Status.PENDING)
#: the due time that belongs to each clock
DUE = {"response": "first_response_due", "resolution": "resolution_due"}


def clocks_after(ticket: Ticket, changed: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return the policy, clocks and due times that follow from what changes on a ticket.

    ``ticket`` is as it was before; nothing on it is changed. The clock of the first answer
    runs until somebody answers, that of the solution while it is our turn. Another priority
    brings its own allowance and calendar; what is used up stays used up.
    """
    status = changed.get("status", ticket.status)
    answered = changed.get("first_responded_at", ticket.first_responded_at) is not None
    policy = ticket.sla_policy
    if ticket._state.adding or "priority" in changed:
        policy = active_policy(changed.get("priority", ticket.priority))
    turn = _Turn(ticket, policy, now)
    values: dict[str, Any] = {"sla_policy": policy}
    values |= turn.clock("response", runs=not answered and status in UNSOLVED)
    values |= turn.clock("resolution", runs=status in OURS)
    if policy is None:
        return values
    if status == Ticket.Status.PENDING:
        values["resolution_due"] = None  # how long the customer takes, nobody knows
    elif ticket.status == Ticket.Status.PENDING and status not in UNSOLVED:
        was_left = Clock(timedelta(seconds=values["resolution_used"])).started(now)
        values["resolution_due"] = was_left.due(
            policy.allowance("resolution"), policy.calendar.rules()
        )
    return values


class _Turn:
    """What happens to the clocks of one ticket at one moment."""

    def __init__(self, ticket: Ticket, policy: SlaPolicy | None, now: datetime) -> None:
        self.ticket, self.policy, self.now = ticket, policy, now
        self.before = ticket.sla_policy

    def clock(self, name: str, *, runs: bool) -> dict[str, Any]:
        """Return the columns of one clock, and its due time where that is a new one."""
        used: int = getattr(self.ticket, f"{name}_used")
        clock = Clock(timedelta(seconds=used), getattr(self.ticket, f"{name}_since"))
        goes_on = self.policy == self.before and (clock.since is not None) == runs
        if goes_on:
            return {f"{name}_used": used, f"{name}_since": clock.since}
        if self.before is not None:
            clock = clock.stopped(self.now, self.before.calendar.rules())
        values: dict[str, Any] = {}
        if runs:
            values[DUE[name]] = None
            if self.policy is not None:
                clock = clock.started(self.now)
                calendar = self.policy.calendar.rules()
                values[DUE[name]] = clock.due(self.policy.allowance(name), calendar)
        return {**values, f"{name}_used": clock.used // SECOND, f"{name}_since": clock.since}
