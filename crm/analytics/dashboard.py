"""The numbers one looks at first thing in the morning."""

from collections.abc import Callable
from typing import Any

from crm.activities.models import Activity, Task
from crm.commerce.models import Invoice
from crm.core.bases import Record
from crm.sales.models import Deal, Lead
from crm.support.models import Ticket

from . import billing, leads, selling, supporting, working
from .figures import Numbers, compared, may_view
from .spans import Span


def dashboard(user: Any, span: Span) -> Numbers:
    """Return the figures of the span, each beside that of the span before, and how things stand.

    A figure whose records the role of ``user`` may not view is None.
    """
    purse = selling.purse_of(span)

    def told(model: type[Record], make: Callable[[], Numbers]) -> Numbers | None:
        return make() if may_view(user, model) else None

    def in_span(make: Callable[..., Numbers], *more: Any, by: str) -> Callable[[], Numbers]:
        return lambda: compared(lambda part: make(user, part, *more), span, by=by)

    owed: Numbers = {}
    if may_view(user, Invoice):
        owed = billing.receivables(user, Span(span.now, span.zone))
    return {
        "currency": purse.base,
        "time_zone": str(span.zone),
        "new_leads": told(Lead, in_span(leads.new_leads, by="count")),
        "open_deals": told(Deal, lambda: selling.open_deals(user, span, purse)),
        "won_deals": told(Deal, in_span(selling.won_deals, purse, by="sum")),
        "win_rate": told(Deal, in_span(selling.win_rate, by="percent")),
        "invoiced": told(Invoice, in_span(billing.invoiced, by="sum")),
        "received": told(Invoice, in_span(billing.received, by="sum")),
        "unpaid_invoices": owed.get("total"),
        "overdue_invoices": owed.get("overdue"),
        "overdue_tasks": told(Task, lambda: working.overdue_tasks(user, span)),
        "activities": told(Activity, in_span(working.activities, by="count")),
        "open_tickets": told(Ticket, lambda: supporting.open_tickets(user, span)),
        "breached_tickets": told(Ticket, lambda: supporting.breached_tickets(user, span)),
    }
