"""What of commerce is unfinished where something goes."""

from typing import Any

from django.db.models import QuerySet

from .models import Invoice

UNPAID = (Invoice.Status.SENT, Invoice.Status.OVERDUE)


def unpaid_invoices_of(account: Any) -> QuerySet:
    """Return the invoices that an account's customers have not paid."""
    return Invoice.objects.filter(customer__account=account, status__in=UNPAID)
