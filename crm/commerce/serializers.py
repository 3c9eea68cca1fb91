"""The wire names of products, orders and invoices, and the bodies of their verbs."""

from rest_framework import serializers

from crm.core.bodyfields import MomentField, MoneyField, TextField
from crm.core.serializers import RECORD_FIELDS, RecordSerializer

from .bookkeeping import CreditNote
from .models import Invoice, Order, Product


class ProductSerializer(RecordSerializer):
    guarded_fields = {"cost": "crm.view_product_cost"}  # noqa: RUF012

    class Meta:
        model = Product
        fields = (
            "id",
            "name",
            "sku",
            "description",
            "category",
            "price",
            "cost",
            "stock_quantity",
            "track_stock",
            "unit",
            "status",
            "image_url",
            "specifications",
            "tags",
            *RECORD_FIELDS,
        )


class OrderSerializer(RecordSerializer):
    class Meta:
        model = Order
        fields = (
            "id",
            "order_number",
            "customer_id",
            "status",
            "order_date",
            "subtotal",
            "tax",
            "shipping_cost",
            "discount",
            "total",
            "items",
            "shipping_address",
            "billing_address",
            "payment_method",
            "payment_status",
            "notes",
            "tracking_number",
            "assigned_to",
            "deal_id",
            "currency",
            *RECORD_FIELDS,
        )


class InvoiceSerializer(RecordSerializer):
    class Meta:
        model = Invoice
        fields = (
            "id",
            "invoice_number",
            "customer_id",
            "issue_date",
            "due_date",
            "status",
            "subtotal",
            "tax",
            "discount",
            "shipping_cost",
            "total",
            "base_total",
            "amount_paid",
            "amount_credited",
            "balance_due",
            "items",
            "payment_method",
            "notes",
            "terms",
            "void_reason",
            "order_id",
            "currency",
            "assigned_to",
            *RECORD_FIELDS,
        )


class ShipSerializer(serializers.Serializer):
    tracking_number = TextField(max_length=255, required=False, allow_blank=True)


class PaymentSerializer(serializers.Serializer):
    amount = MoneyField(max_digits=15, decimal_places=2)
    date = MomentField(required=False)
    method = TextField(max_length=255, required=False, allow_blank=True)
    reference = TextField(max_length=255, required=False, allow_blank=True)


class ReasonSerializer(serializers.Serializer):
    reason = TextField(max_length=1000)


class CreditSerializer(ReasonSerializer):
    items = serializers.JSONField(required=False)

    class Meta:
        model = CreditNote  # whose declaration says what lines are
