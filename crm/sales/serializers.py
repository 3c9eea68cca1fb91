"""The wire names of leads and deals."""

from django.contrib.auth import get_user_model
from rest_framework import serializers

from crm.core.bodyfields import IntegerField, LinkField
from crm.core.serializers import RECORD_FIELDS, RecordSerializer

from .models import Deal, Lead


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
            "stage",
            "probability",
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
            "stage_changed_at",
            "position",
            *RECORD_FIELDS,
        )


class AssignSerializer(serializers.Serializer):
    """Whom a lead goes to; null is nobody."""

    assigned_to = LinkField(queryset=get_user_model().objects.all(), allow_null=True)
