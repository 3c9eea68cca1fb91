"""Leads and deals in the staff site."""

from django.contrib import admin

from crm.core.admin import RecordAdmin, amount, badge

from .models import Deal, Lead

STATUS = {"new": "info", "qualified": "success", "converted": "success", "unqualified": "danger"}
STAGE = {"Closed Won": "success", "Closed Lost": "danger", "On Hold": "warning"}


@admin.register(Lead)
class LeadAdmin(RecordAdmin):
    list_display = (
        "name",
        "company",
        "email",
        "status_",
        "source",
        "lead_score",
        "assigned_to",
        "created_at",
    )
    list_filter = ("status", "source", "assigned_to")
    list_select_related = ("assigned_to",)
    autocomplete_fields = ("assigned_to",)
    readonly_fields = ("converted_contact", "converted_account", "converted_deal")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("first_name", "last_name"),
                    ("company", "title"),
                    ("status", "source"),
                    ("lead_score", "assigned_to"),
                )
            },
        ),
        (
            "How to reach them",
            {"fields": (("email", "phone"), ("website", "last_contact_date"))},
        ),
        ("Company", {"fields": ("industry", ("annual_revenue", "employees"))}),
        ("Address", {"fields": ("address", ("postal_code", "city"), ("state", "country"))}),
        (
            "Conversion",
            {
                "fields": (
                    "converted_date",
                    ("converted_contact", "converted_account", "converted_deal"),
                ),
                "classes": ["collapse"],
            },
        ),
        ("More", {"fields": ("notes", "custom_fields", "external_id")}),
    )
    status_ = badge("status", STATUS)

    @admin.display(description="Name", ordering="last_name")
    def name(self, lead):
        return str(lead)


@admin.register(Deal)
class DealAdmin(RecordAdmin):
    list_display = (
        "deal_name",
        "account",
        "stage_",
        "amount_",
        "probability",
        "expected_close_date",
        "assigned_to",
    )
    list_filter = ("stage", "lead_source", "assigned_to")
    list_select_related = ("account", "assigned_to")
    autocomplete_fields = ("account", "contact", "assigned_to")
    readonly_fields = ("stage_changed_at",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "deal_name",
                    ("account", "contact"),
                    ("amount", "currency"),
                    ("stage", "probability"),
                    "assigned_to",
                )
            },
        ),
        (
            "Course",
            {
                "fields": (
                    ("expected_close_date", "close_date"),
                    ("lead_source", "loss_reason"),
                    "next_step",
                    ("position", "stage_changed_at"),
                )
            },
        ),
        ("More", {"fields": ("description", "custom_fields", "external_id")}),
    )
    stage_ = badge("stage", STAGE)
    amount_ = amount("amount")
