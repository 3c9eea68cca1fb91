"""The REST face of tasks, meetings, calls and the timeline."""

from django.http import HttpResponse
from rest_framework.decorators import action

from crm.core.filters import OwnedFilter
from crm.core.schema import Contract
from crm.core.views import body_of
from crm.core.viewsets import RecordViewSet

from . import operations
from .filters import TaskFilter
from .ics import MEDIA, invitation
from .invitations import invite_attendees
from .models import Activity, Call, Meeting, Task
from .serializers import (
    ActivitySerializer,
    CallSerializer,
    CompleteSerializer,
    MeetingSerializer,
    TaskSerializer,
)


class TaskViewSet(RecordViewSet):
    queryset = Task.objects.all()
    serializer_class = TaskSerializer
    filterset_class = TaskFilter

    @action(
        detail=True,
        methods=["put"],
        verb="change",
        contract=Contract(body=CompleteSerializer, optional_body=True, message=True),
    )
    def complete(self, request, id):
        """Say that a task is done, and if you like what came of it."""
        task = self.get_for("change", id)
        sent = body_of(request, CompleteSerializer) if request.stream is not None else {}
        task = operations.complete_task(
            task,
            by=request.user,
            notes=sent.get("notes", ""),
            if_revision=self.expected_revision(),
        )
        return self.shown(task, message="Task completed successfully")


class MeetingViewSet(RecordViewSet):
    queryset = Meeting.objects.all()
    serializer_class = MeetingSerializer
    filterset_class = OwnedFilter

    @action(
        detail=True,
        verb="view",
        url_path="invitation.ics",
        contract=Contract(media=MEDIA),
    )
    def invitation(self, request, id):
        """The meeting as calendars take it: an invitation, or its cancellation."""
        meeting = self.get_for("view", id)
        self.take_only()
        answer = HttpResponse(invitation(meeting), content_type=f"{MEDIA}; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="invitation.ics"'
        return answer

    @action(detail=True, methods=["post"], verb="change", contract=Contract(message=True))
    def invite(self, request, id):
        """Mail an invitation to all attendees."""
        meeting = self.get_for("change", id)
        meeting = invite_attendees(meeting, by=request.user, if_revision=self.expected_revision())
        return self.shown(meeting, message="The invitations are on their way")


class CallViewSet(RecordViewSet):
    queryset = Call.objects.all()
    serializer_class = CallSerializer
    filterset_class = OwnedFilter


class ActivityViewSet(RecordViewSet):
    queryset = Activity.objects.all()
    serializer_class = ActivitySerializer
    filterset_class = OwnedFilter
