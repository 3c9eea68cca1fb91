"""The rules of assignment in the staff site."""

from django.contrib import admin

from crm.core.admin import RecordAdmin

from .rulemodels import AssignmentRule


@admin.register(AssignmentRule)
class AssignmentRuleAdmin(RecordAdmin):
    list_display = ("name", "position", "active", "how", "user", "team", "last_assigned")
    list_filter = ("active", "how")
    list_select_related = ("user", "team", "last_assigned")
    autocomplete_fields = ("user", "team")
    readonly_fields = ("last_assigned",)
    fieldsets = (
        (None, {"fields": ("name", ("position", "active"), "conditions")}),
        ("Who gets them", {"fields": ("how", ("user", "team"), "last_assigned")}),
        ("More", {"fields": ("custom_fields", "external_id")}),
    )
