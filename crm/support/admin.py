"""Tickets in the staff site."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from unfold.admin import ModelAdmin, TabularInline

from crm.core.admin import RecordAdmin, badge
from crm.core.errors import DomainError

from . import operations
from .models import SlaCalendar, SlaPolicy, Ticket, TicketComment

STATUS = {"open": "info", "pending": "warning", "resolved": "success", "closed": "success"}
PRIORITY = {"high": "warning", "urgent": "danger"}


class CommentInline(TabularInline):
    """What was said, to read and to answer."""

    model = TicketComment
    fields = ("created_at", "author", "from_customer", "internal", "body")
    readonly_fields = ("created_at", "author", "from_customer")
    extra = 0
    can_delete = False
    tab = True

    def has_add_permission(self, request, obj=None):
        return obj is not None and request.user.has_perm("crm.change_ticket")

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
        "sla_policy",
        "escalated_at",
        "escalated_to",
    )
    actions = (*RecordAdmin.actions, "reopen", "escalate")
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
                    "sla_policy",
                    ("escalated_at", "escalated_to"),
                )
            },
        ),
        ("More", {"fields": ("custom_fields", "external_id"), "classes": ["collapse"]}),
    )
    status_ = badge("status", STATUS)
    priority_ = badge("priority", PRIORITY)

    @admin.action(description="Reopen", permissions=["change"])
    def reopen(self, request, queryset):
        self._move(request, queryset, operations.reopen_ticket, "Reopened")

    @admin.action(description="Escalate to the manager", permissions=["change"])
    def escalate(self, request, queryset):
        self._move(request, queryset, operations.escalate_ticket, "Escalated")

    def _move(self, request, queryset, verb, done):
        for ticket in queryset:
            try:
                if not self.has_change_permission(request, ticket):
                    raise PermissionDenied("You may not change this ticket.")
                verb(ticket, by=request.user)
            except (DomainError, PermissionDenied) as refusal:
                self.message_user(request, f"{ticket}: {refusal}", messages.ERROR)
            else:
                self.message_user(request, f"{done}: {ticket}.", messages.SUCCESS)

    def save_formset(self, request, form, formset, change):
        """Say what was written into the empty lines, through the verb."""
        if formset.model is not TicketComment:
            return super().save_formset(request, form, formset, change)
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for line in formset.extra_forms:
            if not line.has_changed():
                continue
            said = line.cleaned_data
            try:
                operations.add_comment(
                    form.instance, said["body"], by=request.user, internal=said["internal"]
                )
            except (DomainError, PermissionDenied) as refusal:
                self.message_user(request, f"Not said: {refusal}", messages.ERROR)
        return None


@admin.register(SlaCalendar)
class SlaCalendarAdmin(ModelAdmin):
    """When somebody is there to help."""

    list_display = ("name", "timezone")
    search_fields = ("name",)


@admin.register(SlaPolicy)
class SlaPolicyAdmin(ModelAdmin):
    """How fast tickets of each priority are answered and solved.

    One that tickets were promised by is switched off, not deleted.
    """

    list_display = (
        "name",
        "priority",
        "calendar",
        "first_response_minutes",
        "resolution_minutes",
        "active",
    )
    list_filter = ("active", "priority")
    list_select_related = ("calendar",)
