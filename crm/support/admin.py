"""Tickets in the staff site."""

from django.contrib import admin
from unfold.admin import TabularInline

from crm.core.admin import RecordAdmin, badge

from .models import Ticket, TicketComment

STATUS = {"open": "info", "pending": "warning", "resolved": "success", "closed": "success"}
PRIORITY = {"high": "warning", "urgent": "danger"}


class CommentInline(TabularInline):
    """What was said, to read."""

    model = TicketComment
    fields = ("created_at", "author", "internal", "body")
    readonly_fields = fields
    extra = 0
    max_num = 0
    can_delete = False
    tab = True

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("crm.view_ticket")


@admin.register(Ticket)
class TicketAdmin(RecordAdmin):
    list_display = (
        "ticket_number",
        "subject",
        "status_",
        "priority_",
        "customer",
        "assigned_to",
        "created_at",
    )
    list_filter = ("status", "priority", "source", "assigned_to", "sla_breached")
    list_select_related = ("customer", "assigned_to")
    autocomplete_fields = ("customer", "contact", "assigned_to")
    readonly_fields = (
        "ticket_number",
        "first_response_due",
        "resolution_due",
        "first_responded_at",
        "sla_breached",
    )
    inlines = (CommentInline,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "ticket_number",
                    "subject",
                    "description",
                    ("status", "priority"),
                    ("category", "source"),
                    ("customer", "contact"),
                    "assigned_to",
                )
            },
        ),
        ("Solution", {"fields": ("resolution", "resolved_date", "tags")}),
        (
            "Promises",
            {
                "fields": (
                    ("first_response_due", "first_responded_at"),
                    ("resolution_due", "sla_breached"),
                )
            },
        ),
        ("More", {"fields": ("custom_fields", "external_id"), "classes": ["collapse"]}),
    )
    status_ = badge("status", STATUS)
    priority_ = badge("priority", PRIORITY)
