"""What of sales is unfinished where somebody or something goes."""

from typing import Any

from django.db.models import QuerySet

from .models import Deal, Lead

#: leads that nobody has to do anything about any more
SETTLED = (Lead.Status.CONVERTED, Lead.Status.UNQUALIFIED)


def open_deals_with(account: Any) -> QuerySet:
    """Return the deals with an account that are neither won nor lost."""
    return Deal.objects.open().filter(account=account)


def open_deals_of(person: Any) -> QuerySet:
    """Return a person's deals that are neither won nor lost."""
    return Deal.objects.open().filter(assigned_to=person)


def open_leads_of(person: Any) -> QuerySet:
    """Return a person's leads that are neither converted nor unqualified."""
    return Lead.objects.filter(assigned_to=person).exclude(status__in=SETTLED)
