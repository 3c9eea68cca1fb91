"""Workflows in the staff site."""

from django.contrib import admin

from crm.core.admin import RecordAdmin, badge

from .models import Workflow

STATUS = {"active": "success", "inactive": "warning"}


@admin.register(Workflow)
class WorkflowAdmin(RecordAdmin):
    list_display = (
        "name",
        "trigger_type",
        "status_",
        "execution_count",
        "last_executed_at",
        "created_by",
    )
    list_filter = ("status", "trigger_type")
    list_select_related = ("created_by",)
    readonly_fields = ("execution_count", "last_executed_at")
    fieldsets = (
        (None, {"fields": ("name", "description", ("status", "trigger_type"))}),
        ("What it does", {"fields": ("trigger_config", "conditions", "actions")}),
        ("Runs", {"fields": (("execution_count", "last_executed_at"),)}),
        ("More", {"fields": ("custom_fields", "external_id"), "classes": ["collapse"]}),
    )
    status_ = badge("status", STATUS)
