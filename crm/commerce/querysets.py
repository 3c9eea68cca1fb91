"""Reads of orders and invoices, named after the question."""

from datetime import datetime

from crm.core.querysets import RecordQuerySet


class InvoiceQuerySet(RecordQuerySet):
    """Invoices."""

    def overdue(self, now: datetime) -> "InvoiceQuerySet":
        """Keep issued invoices that are not paid although their due date has passed."""
        return self.filter(status__in=["sent", "overdue"], due_date__lt=now)
