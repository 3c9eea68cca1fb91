"""What history of tickets needs beside its rows: numbers, and silence about old promises."""

from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core.entries import Entry, completes, counts
from crm.core.numbering import continue_above, highest, next_number

from .clocks import UNSOLVED
from .models import Ticket


@counts(Ticket, "ticket_number")
def continue_tickets(numbers: Iterable[str]) -> None:
    """Let the ticket numbers go on above those that came."""
    continue_above("ticket", highest(numbers, prefix="T"))


@completes(Ticket)
def complete_tickets(entries: Sequence[Entry]) -> None:
    """Number the tickets that came without a number; a promise broken elsewhere is no news."""
    now = timezone.now()
    for entry in entries:
        ticket, before = entry.record, entry.before
        if not ticket.ticket_number.strip():
            ticket.ticket_number = (
                before.ticket_number if before else next_number("ticket", prefix="T")
            )
            if before is None:
                entry.note(
                    _("It had no number and is %(number)s now.") % {"number": ticket.ticket_number}
                )
        answer, solution = ticket.first_response_due, ticket.resolution_due
        late = answer is not None and answer < now and ticket.first_responded_at is None
        late = late or (solution is not None and solution < now)
        if late and ticket.status in UNSOLVED:
            ticket.sla_breached = True
