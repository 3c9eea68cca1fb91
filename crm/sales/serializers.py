"""The wire names of leads, deals and pipelines."""

from django.contrib.auth import get_user_model
from rest_framework import serializers

from crm.core.bodyfields import IntegerField, LinkField, MoneyField, TextField
from crm.core.fields import LARGEST_INTEGER
from crm.core.serializers import RECORD_FIELDS, RecordSerializer

from .models import Deal, Lead, Pipeline
from .stages import LONGEST_NAME

DECIDED = ("pipeline_id", "stage", "probability")


class LeadSerializer(RecordSerializer):
    # null gives the score back to the rules
    lead_score = IntegerField(min_value=0, max_value=100, required=False, allow_null=True)

    class Meta:
        model = Lead
        fields = (
            "id",
            "first_name",
            "last_name",
            "email",
            "phone",
            "company",
            "title",
            "source",
            "status",
            "lead_score",
            "industry",
            "annual_revenue",
            "employees",
            "website",
            "address",
            "city",
            "state",
            "country",
            "postal_code",
            "notes",
            "assigned_to",
            "converted_date",
            "last_contact_date",
            "converted_contact_id",
            "converted_account_id",
            "converted_deal_id",
            *RECORD_FIELDS,
        )


class DealSerializer(RecordSerializer):
    class Meta:
        model = Deal
        fields = (
            "id",
            "deal_name",
            "amount",
            "pipeline_id",
            "stage",
            "stage_kind",
            "probability",
            "forecast_category",
            "expected_close_date",
            "close_date",
            "account_id",
            "contact_id",
            "assigned_to",
            "lead_source",
            "description",
            "next_step",
            "loss_reason",
            "currency",
            "items",
            "stage_changed_at",
            "position",
            *RECORD_FIELDS,
        )

    def to_internal_value(self, data):
        """Read an empty value of what the stage decides as nothing said about it."""
        if isinstance(data, dict):
            data = {n: v for n, v in data.items() if n not in DECIDED or v not in ("", None)}
        return super().to_internal_value(data)


class PipelineSerializer(RecordSerializer):
    class Meta:
        model = Pipeline
        fields = ("id", "name", "is_default", "active", "stages", *RECORD_FIELDS)


class MoveSerializer(serializers.Serializer):
    """Where a deal goes: a stage, what comes with it, a place among the cards there.

    ``from_stage`` and ``revision`` say what the mover saw; 409 where that is over.
    """

    stage = TextField(max_length=LONGEST_NAME)
    from_stage = TextField(max_length=LONGEST_NAME, required=False)
    revision = IntegerField(required=False, min_value=1, max_value=LARGEST_INTEGER)
    probability = IntegerField(required=False, allow_null=True, min_value=0, max_value=100)
    loss_reason = TextField(max_length=255, required=False, allow_blank=True)
    amount = MoneyField(
        max_digits=15, decimal_places=2, required=False, allow_null=True, min_value=0
    )
    position = IntegerField(
        required=False, allow_null=True, min_value=-LARGEST_INTEGER, max_value=LARGEST_INTEGER
    )
    before = LinkField(queryset=Deal.objects.all(), required=False, allow_null=True)
    after = LinkField(queryset=Deal.objects.all(), required=False, allow_null=True)


class AssignSerializer(serializers.Serializer):
    """Whom a lead goes to; null is nobody."""

    assigned_to = LinkField(queryset=get_user_model().objects.all(), allow_null=True)
