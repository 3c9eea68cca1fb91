"""The wire names of tasks, meetings, calls and the timeline."""

from rest_framework import serializers

from crm.core.bodyfields import TextField
from crm.core.serializers import RECORD_FIELDS, RecordSerializer

from .models import Activity, Call, Meeting, Task


class TaskSerializer(RecordSerializer):
    class Meta:
        model = Task
        fields = (
            "id",
            "title",
            "description",
            "status",
            "priority",
            "due_date",
            "completed_date",
            "assigned_to",
            "related_to_type",
            "related_to_id",
            "reminder",
            "recurrence",
            "notes",
            *RECORD_FIELDS,
        )


class MeetingSerializer(RecordSerializer):
    class Meta:
        model = Meeting
        fields = (
            "id",
            "title",
            "description",
            "start_time",
            "end_time",
            "location",
            "meeting_link",
            "host_id",
            "contact_id",
            "status",
            "meeting_type",
            "attendees",
            "invited_at",
            "notes",
            "outcome",
            "recurrence",
            "related_to_type",
            "related_to_id",
            *RECORD_FIELDS,
        )


class CallSerializer(RecordSerializer):
    class Meta:
        model = Call
        fields = (
            "id",
            "subject",
            "call_type",
            "status",
            "start_time",
            "duration",
            "phone_number",
            "related_to_type",
            "related_to_id",
            "user_id",
            "notes",
            "outcome",
            "recording_url",
            *RECORD_FIELDS,
        )


class ActivitySerializer(RecordSerializer):
    class Meta:
        model = Activity
        fields = (
            "id",
            "activity_type",
            "title",
            "description",
            "user_id",
            "related_to_type",
            "related_to_id",
            "metadata",
            *RECORD_FIELDS,
        )


class CompleteSerializer(serializers.Serializer):
    """What came of a task."""

    notes = TextField(required=False, allow_blank=True)
