"""The REST face of workflows."""

from crm.core.viewsets import RecordViewSet

from .models import Workflow
from .serializers import WorkflowSerializer


class WorkflowViewSet(RecordViewSet):
    queryset = Workflow.objects.all()
    serializer_class = WorkflowSerializer
