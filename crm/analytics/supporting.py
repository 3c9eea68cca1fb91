"""How support stands."""

from typing import Any

from crm.support.models import Ticket

from .figures import Numbers, counted, seen
from .spans import Span, Window


def open_tickets(user: Any, span: Span) -> Numbers:
    """Return the tickets that are not solved now."""
    return counted(seen(Ticket, user).open(), "tickets", {"open": "true"})


def breached_tickets(user: Any, span: Span) -> Numbers:
    """Return the tickets that are not solved now and missed a promise."""
    rows = seen(Ticket, user).open().filter(sla_breached=True)
    return counted(rows, "tickets", {"open": "true", "breached": "true"})


def resolved_tickets(user: Any, window: Window) -> Any:
    """Return the tickets that were solved in a window and are so still."""
    rows = seen(Ticket, user).filter(status__in=["resolved", "closed"])
    return rows.filter(window.among("resolved_date"))
