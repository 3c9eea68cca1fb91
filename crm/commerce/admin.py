"""Products, orders and invoices in the staff site."""

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from unfold.admin import TabularInline

from crm.core.admin import RecordAdmin, RelatedInline, amount, badge
from crm.core.errors import DomainError

from . import operations
from .bookkeeping import CreditNote, Payment
from .models import Invoice, Order, Product

PRODUCT = {"active": "success", "discontinued": "danger", "out_of_stock": "warning"}
ORDER = {"delivered": "success", "cancelled": "danger", "pending": "warning"}
INVOICE = {"paid": "success", "overdue": "danger", "sent": "info"}
SUMS = ("items", ("subtotal", "discount"), ("tax", "shipping_cost"), "total")
REFUSALS = (DomainError, PermissionDenied, ValidationError)


def told(refusal: Exception) -> str:
    """Return a refusal as one line."""
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


class CommerceAdmin(RecordAdmin):
    """A kind of paper whose verbs can be run on many at once."""

    def run_on(self, request, queryset, verb):
        """Run a verb on each row that the caller may change; tell what was refused."""
        done = 0
        for record in queryset.model.objects.changeable_by(request.user).filter(
            pk__in=queryset.order_by().values("pk")
        ):
            try:
                with transaction.atomic():
                    verb(record, by=request.user)
                done += 1
            except REFUSALS as refusal:
                self.message_user(request, f"{record}: {told(refusal)}", messages.ERROR)
        if done:
            self.message_user(request, f"Done: {done}.", messages.SUCCESS)


class InvoiceInline(RelatedInline):
    model = Invoice
    fields = ("invoice_number", "status", "due_date", "total", "balance_due")


class BookedInline(RelatedInline):
    """What was booked on an invoice."""

    show_change_link = False
    ordering: ClassVar[list[str]] = ["id"]

    def get_queryset(self, request):
        return self.model.objects.order_by(*self.ordering)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("crm.view_invoice")


class PaymentInline(BookedInline, TabularInline):
    """Payments; what came in is booked in the last row."""

    model = Payment
    fields = ("amount", "paid_at", "method", "reference")
    extra = 1
    max_num = None

    def get_readonly_fields(self, request, obj=None):
        return ()

    def has_add_permission(self, request, obj=None):
        payable = obj is not None and obj.status in (Invoice.Status.SENT, Invoice.Status.OVERDUE)
        return payable and request.user.has_perm("crm.change_invoice")


class CreditNoteInline(BookedInline):
    model = CreditNote
    fields = ("number", "issued_at", "reason", "total")


@admin.register(Product)
class ProductAdmin(RecordAdmin):
    list_display = ("name", "sku", "category", "price_", "cost", "stock_quantity", "status_")
    list_filter = ("status", "category")
    guarded_fields = {"cost": "crm.view_product_cost"}  # noqa: RUF012
    fieldsets = (
        (None, {"fields": ("name", ("sku", "category"), "description", "status")}),
        (
            "Price and stock",
            {"fields": ("price", "cost", ("stock_quantity", "unit"), "track_stock")},
        ),
        (
            "More",
            {"fields": ("image_url", "specifications", "tags", "custom_fields", "external_id")},
        ),
    )
    status_ = badge("status", PRODUCT)
    price_ = amount("price")


@admin.register(Order)
class OrderAdmin(CommerceAdmin):
    list_display = ("order_number", "customer", "status_", "order_date", "total_", "payment_status")
    list_filter = ("status", "payment_status", "assigned_to")
    list_select_related = ("customer",)
    autocomplete_fields = ("customer", "deal", "assigned_to")
    readonly_fields = ("order_number",)
    inlines = (InvoiceInline,)
    actions = ("confirm", "ship", "deliver", "cancel", "invoice")
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
        ("Lines and sums", {"fields": ("currency", *SUMS)}),
        ("Delivery", {"fields": (("shipping_address", "billing_address"), "tracking_number")}),
        ("More", {"fields": ("notes", "custom_fields", "external_id")}),
    )
    status_ = badge("status", ORDER)
    total_ = amount("total")

    @admin.action(description="Confirm: take the stock", permissions=["change"])
    def confirm(self, request, queryset):
        self.run_on(request, queryset, partial(operations.move_order, status="confirmed"))

    @admin.action(description="Ship", permissions=["change"])
    def ship(self, request, queryset):
        self.run_on(request, queryset, operations.ship_order)

    @admin.action(description="Note as delivered", permissions=["change"])
    def deliver(self, request, queryset):
        self.run_on(request, queryset, partial(operations.move_order, status="delivered"))

    @admin.action(description="Cancel: give the stock back", permissions=["change"])
    def cancel(self, request, queryset):
        self.run_on(request, queryset, partial(operations.move_order, status="cancelled"))

    @admin.action(description="Draft the invoice", permissions=["change"])
    def invoice(self, request, queryset):
        self.run_on(request, queryset, operations.invoice_order)


@admin.register(Invoice)
class InvoiceAdmin(CommerceAdmin):
    list_display = ("number", "customer", "status_", "issue_date", "due_date", "total_", "balance_")
    list_filter = ("status", "assigned_to")
    list_select_related = ("customer",)
    autocomplete_fields = ("customer", "order", "assigned_to")
    readonly_fields = (
        "invoice_number",
        "amount_paid",
        "amount_credited",
        "balance_due",
        "base_total",
        "exchange_rate",
    )
    inlines = (PaymentInline, CreditNoteInline)
    actions = ("issue",)
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
        (
            "Lines and sums",
            {
                "fields": (
                    "currency",
                    *SUMS,
                    ("amount_paid", "amount_credited", "balance_due"),
                    ("exchange_rate", "base_total"),
                )
            },
        ),
        (
            "More",
            {
                "fields": (
                    "payment_method",
                    "terms",
                    "notes",
                    "void_reason",
                    "custom_fields",
                    "external_id",
                )
            },
        ),
    )
    status_ = badge("status", INVOICE)
    total_ = amount("total")
    balance_ = amount("balance_due")

    @admin.display(description="Number", ordering="invoice_number")
    def number(self, invoice):
        return str(invoice)

    @admin.action(description="Issue: give the next number", permissions=["change"])
    def issue(self, request, queryset):
        self.run_on(request, queryset, operations.issue_invoice)

    def save_formset(self, request, form, formset, change):
        """Book the payments that were typed in, through the operation."""
        formset.new_objects = formset.changed_objects = formset.deleted_objects = []
        if formset.model is not Payment:
            return
        for row in formset.forms:
            if row.has_changed() and row.instance._state.adding:
                self._book(request, form.instance, row.cleaned_data)

    def _book(self, request: Any, invoice: Invoice, values: dict[str, Any]) -> None:
        try:
            with transaction.atomic():
                operations.add_payment(
                    invoice,
                    values["amount"],
                    by=request.user,
                    paid_at=values.get("paid_at"),
                    method=values.get("method", ""),
                    reference=values.get("reference", ""),
                )
        except REFUSALS as refusal:
            self.message_user(request, f"Not booked: {told(refusal)}", messages.ERROR)
