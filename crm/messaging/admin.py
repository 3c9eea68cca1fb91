"""E-mails in the staff site."""

from django.contrib import admin

from crm.core.admin import RecordAdmin, badge

from .models import Email

STATUS = {
    "sent": "success",
    "failed": "danger",
    "bounced": "danger",
    "complained": "danger",
    "scheduled": "info",
    "queued": "info",
    "sending": "info",
}


@admin.register(Email)
class EmailAdmin(RecordAdmin):
    list_display = (
        "subject",
        "to_email",
        "status_",
        "sent_at",
        "opens_count",
        "clicks_count",
        "created_by",
    )
    list_filter = ("status", "related_to_type")
    list_select_related = ("created_by",)
    autocomplete_fields = ("campaign",)
    readonly_fields = (
        "sent_at",
        "opened_at",
        "clicked_at",
        "opens_count",
        "clicks_count",
        "message_id",
        "error",
        "attempts",
    )
    fieldsets = (
        (None, {"fields": (("from_email", "to_email"), "subject", "body", "html_body")}),
        ("Further receivers", {"fields": (("cc", "bcc"),), "classes": ["collapse"]}),
        (
            "Sending",
            {"fields": (("status", "scheduled_at"), ("template_id", "campaign"), "attachments")},
        ),
        (
            "What became of it",
            {
                "fields": (
                    ("sent_at", "attempts"),
                    ("opened_at", "opens_count"),
                    ("clicked_at", "clicks_count"),
                    "message_id",
                    "error",
                )
            },
        ),
        ("About", {"fields": (("related_to_type", "related_to_id"),)}),
        ("More", {"fields": ("metadata", "custom_fields", "external_id"), "classes": ["collapse"]}),
    )
    status_ = badge("status", STATUS)
