"""The REST face of tasks, meetings, calls and the timeline."""

from crm.core.filters import OwnedFilter
from crm.core.viewsets import RecordViewSet

from .filters import TaskFilter
from .models import Activity, Call, Meeting, Task
from .serializers import ActivitySerializer, CallSerializer, MeetingSerializer, TaskSerializer


class TaskViewSet(RecordViewSet):
    queryset = Task.objects.all()
    serializer_class = TaskSerializer
    filterset_class = TaskFilter


class MeetingViewSet(RecordViewSet):
    queryset = Meeting.objects.all()
    serializer_class = MeetingSerializer
    filterset_class = OwnedFilter


class CallViewSet(RecordViewSet):
    queryset = Call.objects.all()
    serializer_class = CallSerializer
    filterset_class = OwnedFilter


class ActivityViewSet(RecordViewSet):
    queryset = Activity.objects.all()
    serializer_class = ActivitySerializer
    filterset_class = OwnedFilter
