"""Products, orders and invoices. What is paid and credited on them is in bookkeeping.py."""

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core import fields
from crm.core.bases import Record, index, not_negative, owner_index, unique_live
from crm.core.lines import lines
from crm.core.money import ZERO
from crm.core.querysets import live
from crm.people.models import Customer
from crm.sales.models import Deal

from .querysets import InvoiceQuerySet


class Product(Record):
    """Something we sell."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        DISCONTINUED = "discontinued"
        OUT_OF_STOCK = "out_of_stock"

    owner_field = None
    search_fields = ("name", "sku", "category", "description")

    name = fields.string(required=True)
    sku = fields.string()
    description = fields.text()
    category = fields.string()
    price = fields.money(null=False, blank=False)
    cost = fields.money()
    stock_quantity = fields.whole(0, minimum=None)
    track_stock = models.BooleanField(
        default=True, help_text="Off for what never runs out, such as services and licences."
    )
    unit = fields.string(default="unit")
    status = fields.choice(Status, Status.ACTIVE)
    image_url = fields.string()
    specifications = fields.json_object()
    tags = fields.json_list(fields.TAG)

    class Meta(Record.Meta):
        db_table = "products"
        permissions = [("view_product_cost", "Can see what a product costs us")]
        constraints = [
            *Record.Meta.constraints,
            unique_live(
                "sku", where=~Q(sku=""), message=_("Another product already has this sku.")
            ),
            not_negative("price", "cost"),
        ]
        indexes = [*Record.Meta.indexes, index("category"), index("status")]


class Priced(Record):
    """What orders and invoices have in common: lines and the sums under them."""

    items = lines("quantity")  # a product fills in its own name and price (pricing.py)
    subtotal = fields.money()
    tax = fields.money(0)
    discount = fields.money(0)
    shipping_cost = fields.money(0)
    total = fields.money()
    payment_method = fields.string()
    notes = fields.text()
    currency = fields.currency()

    class Meta(Record.Meta):
        abstract = True


class Order(Priced):
    """What a customer ordered."""

    class Status(models.TextChoices):
        PENDING = "pending"
        CONFIRMED = "confirmed"
        PROCESSING = "processing"
        SHIPPED = "shipped"
        DELIVERED = "delivered"
        CANCELLED = "cancelled"

    class PaymentStatus(models.TextChoices):
        PENDING = "pending"
        PAID = "paid"
        FAILED = "failed"
        REFUNDED = "refunded"

    label_fields = ("order_number",)
    short_fields = ("order_number",)
    search_fields = ("order_number", "tracking_number", "notes")

    order_number = fields.string(editable=False)
    customer = fields.link(Customer, related_name="orders")
    status = fields.choice(Status, Status.PENDING)
    order_date = models.DateTimeField(default=timezone.now)
    shipping_address = fields.text()
    billing_address = fields.text()
    payment_status = fields.choice(PaymentStatus, PaymentStatus.PENDING)
    tracking_number = fields.string()
    assigned_to = fields.link(
        settings.AUTH_USER_MODEL, related_name="orders", db_index=False, db_column="assigned_to"
    )
    deal = fields.link(Deal, related_name="orders")
    from_deal = models.BooleanField(default=False, editable=False)
    stock_taken = models.JSONField(
        default=dict, editable=False, help_text="Pieces by product that cancelling gives back."
    )

    class Meta(Priced.Meta):
        db_table = "orders"
        constraints = [
            *Priced.Meta.constraints,
            unique_live("order_number", message=_("Another order already has this number.")),
            unique_live(
                "deal", where=Q(from_deal=True), message=_("This deal already has its order.")
            ),
            not_negative("subtotal", "tax", "shipping_cost", "discount", "total"),
        ]
        indexes = [
            *Priced.Meta.indexes,
            owner_index("assigned_to"),
            index("status"),
            index("order_date"),
        ]


class Invoice(Priced):
    """What a customer owes us. A draft has no number yet."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        SENT = "sent"
        PAID = "paid"
        OVERDUE = "overdue"
        CANCELLED = "cancelled"

    label_fields = ("invoice_number",)
    short_fields = ("invoice_number",)
    search_fields = ("invoice_number", "notes")
    scope_terms = {"draft": Q(status="draft")}

    invoice_number = models.CharField(max_length=255, null=True, blank=True, editable=False)  # noqa: DJ001
    customer = fields.link(Customer, related_name="invoices")
    issue_date = models.DateTimeField(default=timezone.now)
    due_date = models.DateTimeField()
    status = fields.choice(Status, Status.DRAFT)
    amount_paid = fields.money(0, editable=False)
    amount_credited = fields.money(0, editable=False)
    terms = fields.text()
    order = fields.link(Order, related_name="invoices")
    void_reason = fields.text(help_text="Why an issued invoice is void; goes with cancelling it.")
    exchange_rate = models.DecimalField(
        max_digits=18, decimal_places=8, null=True, blank=True, editable=False,
        help_text="What one unit was worth in the base currency on the day of issue.",
    )  # fmt: skip
    base_total = fields.money(
        editable=False, help_text="The total in the base currency, at the rate of the day of issue."
    )
    document = models.JSONField(
        default=dict, editable=False, help_text="Who we and the customer were at issue."
    )
    balance_due = models.GeneratedField(
        expression=models.F("total") - models.F("amount_paid") - models.F("amount_credited"),
        output_field=models.DecimalField(max_digits=15, decimal_places=2),
        db_persist=True,
    )
    link_key = models.CharField(
        max_length=64, blank=True, default="", db_index=True, editable=False,
        help_text="What the invoice's public address is made of; empty where it has none.",
    )  # fmt: skip
    assigned_to = fields.link(
        settings.AUTH_USER_MODEL, related_name="invoices", db_index=False, db_column="assigned_to"
    )

    objects: ClassVar[Any] = live(InvoiceQuerySet)

    class Meta(Priced.Meta):
        db_table = "invoices"
        constraints = [
            *Priced.Meta.constraints,
            unique_live("invoice_number", message=_("Another invoice already has this number.")),
            not_negative("subtotal", "tax", "discount", "shipping_cost", "total", "amount_paid"),
            models.CheckConstraint(
                condition=Q(total=None) | Q(amount_credited__lte=models.F("total")),
                name="invoice_credited_up_to_total",
                violation_error_message=_("No more can be credited than the invoice's total."),
            ),
        ]
        indexes = [
            *Priced.Meta.indexes,
            owner_index("assigned_to"),
            index("status"),
            index("due_date"),
        ]

    def __str__(self) -> Any:
        return self.invoice_number or "draft invoice"

    @property
    def balance(self) -> Decimal:
        """What is still to pay; below zero is what we owe back."""
        return (self.total or ZERO) - self.amount_paid - self.amount_credited
