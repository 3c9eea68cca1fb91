"""The pages of tasks, meetings, calls and notes."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from crm.core.pages import RecordPages

from .viewsets import ActivityViewSet, CallViewSet, MeetingViewSet, TaskViewSet


class TaskPages(RecordPages):
    viewset = TaskViewSet
    slug = "tasks"
    icon = "circle-check-big"
    columns = ("status", "priority", "due_date", "related_to", "assigned_to")
    facts = ("status", "priority", "due_date", "related_to", "assigned_to", "completed_date")
    groups = (
        (_("Task"), ("title", "description", "related_to")),
        (_("Plan"), ("status", "priority", "due_date", "reminder", "assigned_to")),
        (_("Notes"), ("notes",)),
    )
    quick = ("title", "due_date", "priority", "assigned_to")


class MeetingPages(RecordPages):
    viewset = MeetingViewSet
    slug = "meetings"
    icon = "calendar-clock"
    columns = ("start_time", "status", "meeting_type", "related_to", "host_id")
    facts = (
        "start_time",
        "end_time",
        "status",
        "location",
        "meeting_link",
        "related_to",
        "host_id",
    )
    groups = (
        (_("Meeting"), ("title", "meeting_type", "status", "description")),
        (_("Time and place"), ("start_time", "end_time", "location", "meeting_link")),
        (_("People"), ("host_id", "contact_id", "related_to")),
        (_("Afterwards"), ("outcome", "notes")),
    )
    quick = ("title", "start_time", "end_time", "location")


class CallPages(RecordPages):
    viewset = CallViewSet
    slug = "calls"
    icon = "phone"
    columns = ("call_type", "status", "start_time", "duration", "related_to", "user_id")
    facts = ("call_type", "status", "start_time", "duration", "phone_number", "related_to")
    groups = (
        (_("Call"), ("subject", "call_type", "status", "phone_number", "related_to")),
        (_("Course"), ("start_time", "duration", "outcome", "recording_url", "user_id")),
        (_("Notes"), ("notes",)),
    )
    quick = ("subject", "call_type", "outcome", "notes")
    told_field = "notes"

    def words_for_adding(self) -> str:
        return _now("Log a call")


class ActivityPages(RecordPages):
    viewset = ActivityViewSet
    slug = "activities"
    icon = "sticky-note"
    columns = ("activity_type", "related_to", "user_id", "created_at")
    facts = ("activity_type", "related_to", "user_id", "created_at")
    groups = ((_("Activity"), ("title", "description", "related_to")),)
    quick = ("title", "description")
    told_field = "description"

    def words_for_adding(self) -> str:
        return _now("Note")

    def fixed_values(self, request: HttpRequest) -> dict[str, Any]:
        return {"activity_type": "note"}  # by hand people write notes; the rest writes itself
