"""The index of the staff site, and what its first page shows."""

from typing import Any
from urllib.parse import urlencode

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
from crm.core.entity import by_model
from crm.core.links import short_forms
from crm.core.models import Event
from crm.declared import admin as declared
from crm.documents import admin as documents
from crm.marketing import admin as marketing
from crm.messaging import admin as messaging
from crm.people import admin as people
from crm.sales import admin as sales
from crm.sales import ruleadmin
from crm.sales.dealquerysets import OPEN
from crm.sales.models import Deal, Lead
from crm.support import admin as support
from crm.support.models import Ticket

__all__ = [
    "accounts",
    "activities",
    "automation",
    "backstage",
    "commerce",
    "declared",
    "documents",
    "marketing",
    "messaging",
    "people",
    "ruleadmin",
    "sales",
    "support",
]

LATEST = 12


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Put what waits for somebody on the first page; each number leads to its list."""
    user = request.user
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    unfinished = [Task.Status.PENDING, Task.Status.IN_PROGRESS]
    unsolved = [Ticket.Status.OPEN, Ticket.Status.IN_PROGRESS, Ticket.Status.PENDING]
    unpaid = [Invoice.Status.SENT, Invoice.Status.OVERDUE]
    cards: tuple[tuple[str, Any, dict[str, Any]], ...] = (
        ("New leads", Lead, {"status__exact": Lead.Status.NEW}),
        ("Open deals", Deal, {"stage_kind__in": list(OPEN)}),
        ("Overdue tasks", Task, {"status__in": unfinished, "due_date__lt": today}),
        ("Open tickets", Ticket, {"status__in": unsolved}),
        ("Unpaid invoices", Invoice, {"status__in": unpaid}),
    )
    context["cards"] = [
        {
            "title": title,
            "number": model.objects.visible_to(user).filter(**where).count(),
            "link": f"{reverse(admin_page(model))}?{urlencode(as_parameters(where))}",
        }
        for title, model, where in cards
        if user.has_perm(f"crm.view_{model._meta.model_name}")
    ]
    if user.has_perm("crm.view_event"):
        context["latest"] = latest()
    if user.has_perm("crm.view_job"):
        context |= {"queues": backstage.queues_now(), "jobs": backstage.jobs_now()}
    return context


def latest() -> list[dict[str, Any]]:
    """Return what happened last, each with the record it happened to."""
    entities = [model._meta.model_name for model in by_model() if model._meta.app_label == "crm"]
    events = Event.objects.filter(record_type__in=entities).select_related("actor").order_by("-id")
    shown = list(events[:LATEST])
    records = short_forms({(event.record_type, event.record_id) for event in shown})
    return [
        {
            "at": event.happened_at,
            "who": event.actor,
            "what": event.name.replace(".", " ").replace("_", " "),
            "door": event.door,
            "label": records[event.record_type, event.record_id]["label"],
            "link": reverse(f"admin:crm_{event.record_type}_change", args=[event.record_id]),
        }
        for event in shown
        if (event.record_type, event.record_id) in records
    ]


def admin_page(model: Any) -> str:
    """Return the name of the staff site's list of a model."""
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"


def as_parameters(where: dict[str, Any]) -> dict[str, str]:
    """Write a condition as the staff site's lists take it."""
    return {
        name: ",".join(value) if isinstance(value, list) else str(value)
        for name, value in where.items()
    }
