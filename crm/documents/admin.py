"""Documents in the staff site."""

from django.contrib import admin

from crm.core.admin import RecordAdmin

from .models import Document


@admin.register(Document)
class DocumentAdmin(RecordAdmin):
    list_display = (
        "title",
        "file_name",
        "file_type",
        "file_size",
        "folder",
        "uploaded_by",
        "created_at",
    )
    list_filter = ("folder", "is_public", "related_to_type")
    list_select_related = ("uploaded_by",)
    readonly_fields = ("file_type", "file_size", "version", "checksum_sha256", "uploaded_by")
    fieldsets = (
        (None, {"fields": ("title", "description", ("folder", "is_public"), "tags")}),
        (
            "File",
            {
                "fields": (
                    "file_name",
                    ("file_type", "file_size"),
                    ("version", "uploaded_by"),
                    "checksum_sha256",
                )
            },
        ),
        ("About", {"fields": (("related_to_type", "related_to_id"),)}),
        ("More", {"fields": ("custom_fields", "external_id"), "classes": ["collapse"]}),
    )
