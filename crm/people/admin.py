"""Companies and persons in the staff site."""

from django.contrib import admin

from crm.core.admin import RecordAdmin, amount, badge, related_inline

from .models import Account, Contact, Customer, Supplier

STATUS = {"active": "success", "customer": "success", "suspended": "danger", "lead": "info"}
TYPE = {"customer": "success", "prospect": "info", "partner": "warning"}


CONTACTS = related_inline("Contact", "first_name", "last_name", "email", "phone", "assigned_to")
DEALS = related_inline("Deal", "deal_name", "stage", "amount", "expected_close_date", "assigned_to")
ORDERS = related_inline("Order", "order_number", "status", "order_date", "total")
INVOICES = related_inline("Invoice", "invoice_number", "status", "due_date", "total", "balance_due")
TICKETS = related_inline("Ticket", "ticket_number", "subject", "status", "priority")


@admin.register(Account)
class AccountAdmin(RecordAdmin):
    list_display = (
        "account_name",
        "account_number",
        "type_",
        "industry",
        "assigned_to",
        "created_at",
    )
    list_filter = ("type", "industry", "assigned_to")
    list_select_related = ("assigned_to",)
    autocomplete_fields = ("assigned_to", "parent_account")
    inlines = (CONTACTS, DEALS)
    fieldsets = (
        (None, {"fields": ("account_name", "account_number", "type", "assigned_to")}),
        (
            "Company",
            {
                "fields": (
                    ("industry", "employees"),
                    ("annual_revenue", "parent_account"),
                    ("website", "phone"),
                    "description",
                )
            },
        ),
        (
            "Billing",
            {
                "fields": (
                    "billing_address",
                    ("billing_postal_code", "billing_city"),
                    ("billing_state", "billing_country"),
                )
            },
        ),
        (
            "Shipping",
            {
                "fields": (
                    "shipping_address",
                    ("shipping_postal_code", "shipping_city"),
                    ("shipping_state", "shipping_country"),
                ),
                "classes": ["collapse"],
            },
        ),
        ("More", {"fields": ("custom_fields", "external_id"), "classes": ["collapse"]}),
    )
    type_ = badge("type", TYPE)


@admin.register(Contact)
class ContactAdmin(RecordAdmin):
    list_display = ("name", "email", "phone", "account", "status_", "assigned_to", "created_at")
    list_filter = ("status", "source", "assigned_to", "email_opt_out")
    list_select_related = ("account", "assigned_to")
    autocomplete_fields = ("account", "assigned_to")
    inlines = (DEALS,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("first_name", "last_name"),
                    ("title", "department"),
                    "account",
                    ("status", "source"),
                    "assigned_to",
                )
            },
        ),
        (
            "How to reach them",
            {
                "fields": (
                    ("email", "email_opt_out", "tracking_opt_out"),
                    ("phone", "mobile"),
                    ("linkedin_url", "twitter_handle"),
                    "last_contact_date",
                )
            },
        ),
        (
            "Address",
            {"fields": ("address", ("postal_code", "city"), ("state", "country"))},
        ),
        ("More", {"fields": ("notes", "custom_fields", "external_id")}),
    )
    status_ = badge("status", STATUS)

    @admin.display(description="Name", ordering="last_name")
    def name(self, contact):
        return str(contact)


@admin.register(Customer)
class CustomerAdmin(RecordAdmin):
    list_display = (
        "name",
        "email",
        "customer_type",
        "status_",
        "spent",
        "assigned_to",
        "created_at",
    )
    list_filter = ("status", "customer_type", "assigned_to")
    list_select_related = ("assigned_to",)
    autocomplete_fields = ("assigned_to", "account", "contact")
    readonly_fields = ("total_spent",)
    inlines = (ORDERS, INVOICES, TICKETS)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    ("customer_type", "status"),
                    ("email", "phone"),
                    "company",
                    ("account", "contact"),
                    "assigned_to",
                )
            },
        ),
        ("Money", {"fields": ("tax_id", ("credit_limit", "total_spent"))}),
        ("Addresses", {"fields": ("billing_address", "shipping_address")}),
        ("More", {"fields": ("notes", "tags", "custom_fields", "external_id")}),
    )
    status_ = badge("status", STATUS)
    spent = amount("total_spent")


@admin.register(Supplier)
class SupplierAdmin(RecordAdmin):
    list_display = ("name", "contact_person", "email", "phone", "status_", "rating", "created_at")
    list_filter = ("status", "rating")
    fieldsets = (
        (None, {"fields": ("name", ("status", "rating"), "contact_person", ("email", "phone"))}),
        ("Address", {"fields": ("address", ("postal_code", "city"), ("state", "country"))}),
        ("Terms", {"fields": (("tax_id", "payment_terms"), "products_supplied")}),
        ("More", {"fields": ("notes", "custom_fields", "external_id")}),
    )
    status_ = badge("status", STATUS)
