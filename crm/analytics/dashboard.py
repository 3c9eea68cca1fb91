"""The numbers one looks at first thing in the morning."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from crm.activities.models import Activity, Task
from crm.commerce.models import Invoice
from crm.core.bases import Record
from crm.sales.models import Deal, Lead
from crm.support.models import Ticket

from . import billing, leads, selling, supporting, working
from .figures import Numbers, compared, may_view
from .spans import Span

Make = Callable[[], Numbers]


def dashboard(user: Any, span: Span, names: Iterable[str] = ()) -> Numbers:
    """Return the figures of the span, each beside that of the span before, and how things stand.

    ``names`` chooses some figures; none is all. A figure whose records the role of ``user``
    may not view is None.
    """
    purse = selling.purse_of(span)

    def in_span(make: Callable[..., Numbers], *more: Any, by: str) -> Make:
        return lambda: compared(lambda part: make(user, part, *more), span, by=by)

    @cache
    def owed() -> Numbers:
        return billing.receivables(user, Span(span.now, span.zone))

    figures: dict[str, tuple[type[Record], Make]] = {
        "new_leads": (Lead, in_span(leads.new_leads, by="count")),
        "open_deals": (Deal, lambda: selling.open_deals(user, span, purse)),
        "won_deals": (Deal, in_span(selling.won_deals, purse, by="sum")),
        "win_rate": (Deal, in_span(selling.win_rate, by="percent")),
        "invoiced": (Invoice, in_span(billing.invoiced, by="sum")),
        "received": (Invoice, in_span(billing.received, by="sum")),
        "unpaid_invoices": (Invoice, lambda: owed()["total"]),
        "overdue_invoices": (Invoice, lambda: owed()["overdue"]),
        "overdue_tasks": (Task, lambda: working.overdue_tasks(user, span)),
        "activities": (Activity, in_span(working.activities, by="count")),
        "open_tickets": (Ticket, lambda: supporting.open_tickets(user, span)),
        "breached_tickets": (Ticket, lambda: supporting.breached_tickets(user, span)),
    }
    told: Numbers = {"currency": purse.base, "time_zone": str(span.zone)}
    for name in names or figures:
        model, make = figures[name]
        told[name] = make() if may_view(user, model) else None
    return told
