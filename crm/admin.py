"""The index of the staff site, and what its first page shows."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import admin as accounts
from crm.activities import admin as activities
from crm.activities.models import Task
from crm.automation import admin as automation
from crm.commerce import admin as commerce
from crm.commerce.models import Invoice
from crm.core import backstage
from crm.documents import admin as documents
from crm.marketing import admin as marketing
from crm.messaging import admin as messaging
from crm.people import admin as people
from crm.sales import admin as sales
from crm.sales.models import Deal, Lead
from crm.support import admin as support
from crm.support.models import Ticket

__all__ = [
    "accounts",
    "activities",
    "automation",
    "backstage",
    "commerce",
    "documents",
    "marketing",
    "messaging",
    "people",
    "sales",
    "support",
]


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Put what waits for somebody on the first page; each number leads to its list."""
    user, now = request.user, timezone.now()
    cards = (
        ("New leads", "lead", {"status": "new"}, Lead.objects),
        ("Open deals", "deal", {"close_date__isnull": True}, Deal.objects),
        ("Overdue tasks", "task", {"due_date__lt": now}, Task.objects.open()),
        ("Open tickets", "ticket", {"status": "open"}, Ticket.objects),
        ("Unpaid invoices", "invoice", {"status": "sent"}, Invoice.objects),
    )
    context["cards"] = [
        {
            "title": title,
            "number": rows.visible_to(user).filter(**where).count(),
            "link": reverse(f"admin:crm_{entity}_changelist"),
        }
        for title, entity, where, rows in cards
        if user.has_perm(f"crm.view_{entity}")
    ]
    return context
