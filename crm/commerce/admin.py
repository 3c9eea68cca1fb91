"""Products, orders and invoices in the staff site."""

from django.contrib import admin

from crm.core.admin import RecordAdmin, RelatedInline, amount, badge

from .models import Invoice, Order, Product

PRODUCT = {"active": "success", "discontinued": "danger", "out_of_stock": "warning"}
ORDER = {"delivered": "success", "cancelled": "danger", "pending": "warning"}
INVOICE = {"paid": "success", "overdue": "danger", "sent": "info"}
SUMS = ("items", ("subtotal", "discount"), ("tax", "total"))


class InvoiceInline(RelatedInline):
    model = Invoice
    fields = ("invoice_number", "status", "due_date", "total", "balance_due")


@admin.register(Product)
class ProductAdmin(RecordAdmin):
    list_display = ("name", "sku", "category", "price_", "cost", "stock_quantity", "status_")
    list_filter = ("status", "category")
    guarded_fields = {"cost": "crm.view_product_cost"}  # noqa: RUF012
    fieldsets = (
        (None, {"fields": ("name", ("sku", "category"), "description", "status")}),
        ("Price and stock", {"fields": ("price", "cost", "stock_quantity", "unit")}),
        (
            "More",
            {"fields": ("image_url", "specifications", "tags", "custom_fields", "external_id")},
        ),
    )
    status_ = badge("status", PRODUCT)
    price_ = amount("price")


@admin.register(Order)
class OrderAdmin(RecordAdmin):
    list_display = ("order_number", "customer", "status_", "order_date", "total_", "payment_status")
    list_filter = ("status", "payment_status", "assigned_to")
    list_select_related = ("customer",)
    autocomplete_fields = ("customer", "deal", "assigned_to")
    readonly_fields = ("order_number",)
    inlines = (InvoiceInline,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "order_number",
                    ("customer", "deal"),
                    ("status", "order_date"),
                    ("payment_status", "payment_method"),
                    "assigned_to",
                )
            },
        ),
        ("Lines and sums", {"fields": ("currency", *SUMS, "shipping_cost")}),
        ("Delivery", {"fields": (("shipping_address", "billing_address"), "tracking_number")}),
        ("More", {"fields": ("notes", "custom_fields", "external_id")}),
    )
    status_ = badge("status", ORDER)
    total_ = amount("total")


@admin.register(Invoice)
class InvoiceAdmin(RecordAdmin):
    list_display = ("number", "customer", "status_", "issue_date", "due_date", "total_", "balance_")
    list_filter = ("status", "assigned_to")
    list_select_related = ("customer",)
    autocomplete_fields = ("customer", "order", "assigned_to")
    readonly_fields = ("invoice_number", "balance_due")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "invoice_number",
                    ("customer", "order"),
                    ("status", "assigned_to"),
                    ("issue_date", "due_date"),
                )
            },
        ),
        ("Lines and sums", {"fields": ("currency", *SUMS, ("amount_paid", "balance_due"))}),
        ("More", {"fields": ("payment_method", "terms", "notes", "custom_fields", "external_id")}),
    )
    status_ = badge("status", INVOICE)
    total_ = amount("total")
    balance_ = amount("balance_due")

    @admin.display(description="Number", ordering="invoice_number")
    def number(self, invoice):
        return str(invoice)
