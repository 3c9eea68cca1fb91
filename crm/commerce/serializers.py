"""The wire names of products, orders and invoices."""

from crm.core.serializers import RECORD_FIELDS, RecordSerializer

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
            "total",
            "amount_paid",
            "balance_due",
            "items",
            "payment_method",
            "notes",
            "terms",
            "order_id",
            "currency",
            "assigned_to",
            *RECORD_FIELDS,
        )
