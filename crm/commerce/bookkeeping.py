"""What is booked on invoices: payments and credit notes. Rows are added, never changed."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from crm.core import fields
from crm.core.lines import lines

from .models import Invoice


class Payment(models.Model):
    """Money that came in for an invoice, in the invoice's currency."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    paid_at = models.DateTimeField(default=timezone.now)
    method = fields.string()
    reference = fields.string(help_text="Such as the bank's own number of the transfer.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = fields.link(settings.AUTH_USER_MODEL, editable=False)

    class Meta:
        db_table = "payments"
        ordering: ClassVar[list[str]] = ["paid_at", "id"]
        constraints: ClassVar[list] = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive")
        ]

    def __str__(self) -> str:
        return f"{self.amount:,.2f} on {self.paid_at:%Y-%m-%d}"


class CreditNote(models.Model):
    """A document of its own that takes an issued invoice back, whole or in part."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = fields.string(required=True, unique=True)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    reason = fields.text(required=True)
    items = lines("quantity")
    subtotal = models.DecimalField(max_digits=15, decimal_places=2)
    discount = models.DecimalField(max_digits=15, decimal_places=2)
    tax = models.DecimalField(max_digits=15, decimal_places=2)
    shipping_cost = models.DecimalField(max_digits=15, decimal_places=2)
    total = models.DecimalField(max_digits=15, decimal_places=2)
    currency = fields.currency()
    base_total = fields.money()
    document = models.JSONField(default=dict)
    issued_at = models.DateTimeField(default=timezone.now)
    created_by: Any = fields.link(settings.AUTH_USER_MODEL, editable=False)

    class Meta:
        db_table = "credit_notes"
        ordering: ClassVar[list[str]] = ["issued_at", "id"]
        constraints: ClassVar[list] = [
            models.CheckConstraint(condition=Q(total__gt=0), name="creditnote_positive")
        ]

    def __str__(self) -> str:
        return self.number
