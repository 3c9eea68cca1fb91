"""The pages of workflows."""

from django.utils.translation import gettext_lazy as _

from crm.core.pages import RecordPages

from .viewsets import WorkflowViewSet


class WorkflowPages(RecordPages):
    viewset = WorkflowViewSet
    slug = "workflows"
    icon = "workflow"
    columns = ("status", "trigger_type", "created_at")
    facts = ("status", "trigger_type", "created_at")
    groups = ((_("Workflow"), ("name", "description")),)
