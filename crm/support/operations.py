"""What happens to tickets beyond being stored."""

from typing import Any

from django.db import transaction

from crm.core import records
from crm.core.numbering import next_number

from .models import Ticket


@records.create.register
@transaction.atomic
def create_ticket(ticket: Ticket, *, by: Any) -> Ticket:
    """Open a ticket under the number that the customer will quote."""
    ticket.ticket_number = next_number("ticket", prefix="T")
    return records.save_new(ticket, by=by)
