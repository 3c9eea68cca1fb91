"""What of support is unfinished where somebody or something goes."""

from typing import Any

from django.db.models import Q, QuerySet

from .models import Ticket


def open_tickets_of(account: Any) -> QuerySet:
    """Return the unsolved tickets of an account's customers and contacts."""
    theirs = Q(customer__account=account) | Q(contact__account=account)
    return Ticket.objects.open().filter(theirs)


def open_tickets_with(person: Any) -> QuerySet:
    """Return the unsolved tickets that a person looks after."""
    return Ticket.objects.open().filter(assigned_to=person)
