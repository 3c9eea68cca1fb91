"""Tasks, meetings, calls and the timeline in the staff site."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from unfold.admin import ModelAdmin

from crm.core.admin import RecordAdmin, badge
from crm.core.errors import DomainError

from . import operations
from .models import Activity, CalendarFeed, Call, Meeting, Task

STATUS = {"completed": "success", "cancelled": "danger", "missed": "danger", "no_show": "danger"}
PRIORITY = {"high": "warning", "urgent": "danger"}
LINK = ("About", {"fields": (("related_to_type", "related_to_id"),)})
MORE = ("More", {"fields": ("notes", "custom_fields", "external_id")})


@admin.register(Task)
class TaskAdmin(RecordAdmin):
    list_display = ("title", "status_", "priority_", "due_date", "assigned_to", "related_to_type")
    list_filter = ("status", "priority", "assigned_to", "related_to_type")
    list_select_related = ("assigned_to",)
    autocomplete_fields = ("assigned_to",)
    actions = (*RecordAdmin.actions, "complete")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "title",
                    "description",
                    ("status", "priority"),
                    ("due_date", "completed_date"),
                    ("reminder", "recurrence"),
                    "assigned_to",
                )
            },
        ),
        LINK,
        MORE,
    )
    status_ = badge("status", STATUS)
    priority_ = badge("priority", PRIORITY)

    @admin.action(description="Complete", permissions=["change"])
    def complete(self, request, queryset):
        for task in queryset:
            try:
                if not self.has_change_permission(request, task):
                    raise PermissionDenied("You may not change this task.")
                operations.complete_task(task, by=request.user)
            except (DomainError, PermissionDenied) as refusal:
                self.message_user(request, f"{task}: {refusal}", messages.ERROR)
            else:
                self.message_user(request, f"Completed: {task}.", messages.SUCCESS)


@admin.register(Meeting)
class MeetingAdmin(RecordAdmin):
    list_display = ("title", "start_time", "end_time", "status_", "meeting_type", "host", "contact")
    list_filter = ("status", "meeting_type", "host")
    list_select_related = ("host", "contact")
    autocomplete_fields = ("host", "contact")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "title",
                    "description",
                    ("start_time", "end_time"),
                    ("status", "meeting_type"),
                    ("host", "contact"),
                    "recurrence",
                )
            },
        ),
        ("Where and who", {"fields": (("location", "meeting_link"), "attendees", "outcome")}),
        LINK,
        MORE,
    )
    status_ = badge("status", STATUS)


@admin.register(Call)
class CallAdmin(RecordAdmin):
    list_display = ("subject", "call_type", "status_", "start_time", "duration", "user")
    list_filter = ("status", "call_type", "user")
    list_select_related = ("user",)
    autocomplete_fields = ("user",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "subject",
                    ("call_type", "status"),
                    ("start_time", "duration"),
                    ("phone_number", "user"),
                    ("outcome", "recording_url"),
                )
            },
        ),
        LINK,
        MORE,
    )
    status_ = badge("status", STATUS)


@admin.register(Activity)
class ActivityAdmin(RecordAdmin):
    list_display = ("title", "activity_type", "related_to_type", "user", "created_at")
    list_filter = ("activity_type", "related_to_type", "user")
    list_select_related = ("user",)
    autocomplete_fields = ("user",)
    fieldsets = (
        (None, {"fields": ("title", "activity_type", "description", "user")}),
        LINK,
        ("More", {"fields": ("metadata", "custom_fields", "external_id")}),
    )


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ModelAdmin):
    """Who has a private calendar address; deleting one revokes it."""

    list_display = ("user", "created_at")
    list_select_related = ("user",)
    search_fields = ("user__full_name", "user__email")
    fields = ("user", "created_at")
    readonly_fields = ("user", "created_at")
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
