"""The pages of leads, deals and what they go by."""

from django.utils.translation import gettext_lazy as _

from crm.core.pages import RecordPages

from .leadviewsets import AssignmentRuleViewSet, LeadViewSet
from .viewsets import DealViewSet, PipelineViewSet


class LeadPages(RecordPages):
    viewset = LeadViewSet
    slug = "leads"
    icon = "user-round-search"
    columns = ("company", "email", "status", "lead_score", "assigned_to", "created_at")
    facts = ("company", "title", "email", "phone", "source", "lead_score", "assigned_to")
    groups = (
        (
            _("Person"),
            ("first_name", "last_name", "email", "phone", "title"),
        ),
        (_("Company"), ("company", "industry", "website", "employees", "annual_revenue")),
        (_("Lead"), ("status", "source", "lead_score", "assigned_to", "last_contact_date")),
        (_("Address"), ("address", "postal_code", "city", "state", "country")),
        (_("About"), ("notes",)),
    )
    quick = ("first_name", "last_name", "email", "company")


class DealPages(RecordPages):
    viewset = DealViewSet
    slug = "deals"
    icon = "circle-dollar-sign"
    columns = ("account_id", "stage", "amount", "probability", "expected_close_date", "assigned_to")
    facts = (
        "amount",
        "stage",
        "probability",
        "forecast_category",
        "expected_close_date",
        "account_id",
        "contact_id",
        "assigned_to",
    )
    groups = (
        (
            _("Deal"),
            ("deal_name", "amount", "currency", "account_id", "contact_id", "assigned_to"),
        ),
        (
            _("Progress"),
            (
                "pipeline_id",
                "stage",
                "probability",
                "forecast_category",
                "expected_close_date",
                "next_step",
                "lead_source",
                "loss_reason",
            ),
        ),
        (_("About"), ("description",)),
    )
    quick = ("deal_name", "amount", "account_id", "expected_close_date")


class PipelinePages(RecordPages):
    viewset = PipelineViewSet
    slug = "pipelines"
    icon = "square-kanban"
    columns = ("is_default", "active", "created_at")
    facts = ("is_default", "active")
    groups = ((_("Pipeline"), ("name", "is_default", "active")),)


class AssignmentRulePages(RecordPages):
    viewset = AssignmentRuleViewSet
    slug = "assignment-rules"
    icon = "route"
    columns = ("active", "created_at")
    facts = ("active",)
    groups = ((_("Rule"), ("name", "active")),)
