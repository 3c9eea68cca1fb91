"""The pages of products, orders and invoices."""

from django.utils.translation import gettext_lazy as _

from crm.core.pages import RecordPages

from .viewsets import InvoiceViewSet, OrderViewSet, ProductViewSet


class ProductPages(RecordPages):
    viewset = ProductViewSet
    slug = "products"
    icon = "package"
    columns = ("sku", "category", "price", "stock_quantity", "status")
    facts = ("sku", "category", "price", "cost", "stock_quantity", "unit", "status")
    groups = (
        (_("Product"), ("name", "sku", "category", "status", "description", "tags", "image_url")),
        (_("Price and stock"), ("price", "cost", "unit", "track_stock", "stock_quantity")),
    )
    quick = ("name", "sku", "price")


class OrderPages(RecordPages):
    viewset = OrderViewSet
    slug = "orders"
    icon = "shopping-cart"
    columns = ("customer_id", "status", "payment_status", "total", "order_date", "assigned_to")
    facts = ("customer_id", "status", "payment_status", "total", "order_date", "assigned_to")
    groups = (
        (_("Order"), ("customer_id", "order_date", "currency", "deal_id", "assigned_to")),
        (_("Delivery"), ("shipping_address", "billing_address", "shipping_cost", "discount")),
        (_("Payment"), ("payment_method", "notes")),
    )


class InvoicePages(RecordPages):
    viewset = InvoiceViewSet
    slug = "invoices"
    icon = "receipt-text"
    columns = ("customer_id", "status", "total", "balance_due", "due_date", "assigned_to")
    facts = (
        "customer_id",
        "status",
        "total",
        "amount_paid",
        "balance_due",
        "issue_date",
        "due_date",
    )
    groups = (
        (_("Invoice"), ("customer_id", "due_date", "currency", "order_id", "assigned_to")),
        (_("Terms"), ("payment_method", "terms", "notes", "discount", "shipping_cost")),
    )
