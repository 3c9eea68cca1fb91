"""The settings of selling: pipelines with their stages, and the rules that share leads out."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.pages import Action, RecordPages
from crm.core.wording import field_label

from .leadviewsets import AssignmentRuleViewSet
from .models import Pipeline
from .rulemodels import AssignmentRule
from .settingforms import HOW, PipelineForm, RuleForm, operator_words, row_of
from .viewsets import PipelineViewSet


class PipelinePages(RecordPages):
    viewset = PipelineViewSet
    slug = "pipelines"
    icon = "square-kanban"
    form_base = PipelineForm
    columns = ("is_default", "active", "created_at")
    facts = ("is_default", "active")
    groups = (
        (gettext_lazy("Pipeline"), ("name", "is_default", "active")),
        (gettext_lazy("Stages"), ("stages",)),
    )

    def inline_fields(self, request: HttpRequest) -> list[str]:
        return [name for name in super().inline_fields(request) if name != "stages"]

    def actions(self, request: HttpRequest, record: Pipeline) -> list[Action]:
        board = f"{reverse('board')}?pipeline={record.pk}"
        return [Action(_("Board"), board, "square-kanban")]

    def more(self, request: HttpRequest, record: Pipeline) -> dict[str, Any]:
        """Return the stages."""
        return {"stages": record.all_stages()}


class AssignmentRulePages(RecordPages):
    viewset = AssignmentRuleViewSet
    slug = "assignment-rules"
    icon = "route"
    form_base = RuleForm
    columns = ("position", "how", "user_id", "team_id", "active")
    facts = ("position", "active", "how", "user_id", "team_id")
    groups = (
        (gettext_lazy("Rule"), ("name", "position", "active")),
        (gettext_lazy("Which leads"), ("conditions",)),
        (gettext_lazy("Who gets them"), ("how", "user_id", "team_id")),
    )

    def inline_fields(self, request: HttpRequest) -> list[str]:
        return [name for name in super().inline_fields(request) if name != "conditions"]

    def more(self, request: HttpRequest, record: AssignmentRule) -> dict[str, Any]:
        """Return the conditions in words, and how leads are shared out."""
        rows = [row_of(key, values) for key, values in record.conditions.items()]
        told = [
            (field_label(row["field"], "lead"), operator_words(row["operator"]), row["values"])
            for row in rows
        ]
        return {"conditions": told, "how": dict(HOW)[record.how]}
