"""The wire names of workflows."""

from crm.core.serializers import RECORD_FIELDS, RecordSerializer

from .models import Workflow


class WorkflowSerializer(RecordSerializer):
    class Meta:
        model = Workflow
        fields = (
            "id",
            "name",
            "description",
            "trigger_type",
            "trigger_config",
            "actions",
            "conditions",
            "status",
            "execution_count",
            "last_executed_at",
            *RECORD_FIELDS,
        )
