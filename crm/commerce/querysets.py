"""Reads of products, orders and invoices, named after the question."""

from datetime import datetime

from django.db.models import DecimalField, F, QuerySet, Sum, TextField
from django.db.models.functions import Cast

from crm.core.querysets import RecordQuerySet


def with_product(documents: QuerySet, product_id: object) -> QuerySet:
    """Keep the orders or invoices that have a line of a product."""
    text = Cast("items", TextField())
    return documents.alias(lines=text).filter(lines__contains=str(product_id))


class InvoiceQuerySet(RecordQuerySet):
    """Invoices."""

    def overdue(self, today: datetime) -> "InvoiceQuerySet":
        """Keep issued invoices that are not paid and were due before ``today`` began."""
        return self.filter(status__in=["sent", "overdue"], due_date__lt=today)

    def issued(self) -> "InvoiceQuerySet":
        """Keep those that hold: neither drafts nor void ones."""
        return self.exclude(status__in=["draft", "cancelled"])

    def spent(self, base: str) -> object:
        """Return what paid invoices amount to in the base currency, less what was credited.

        One without a rate of its day counts only in the base currency itself.
        """
        paid = self.filter(status="paid")
        net = F("total") - F("amount_credited")
        at_rate = paid.exclude(currency=base).filter(exchange_rate__isnull=False)
        whole = paid.filter(currency=base).aggregate(sum=Sum(net))["sum"] or 0
        rest = at_rate.aggregate(
            sum=Sum(net * F("exchange_rate"), output_field=DecimalField(decimal_places=10))
        )
        return whole + (rest["sum"] or 0)
