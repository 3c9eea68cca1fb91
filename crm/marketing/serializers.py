"""The wire names of campaigns and links."""

from rest_framework import serializers

from crm.core.bodyfields import EmailField, MomentField
from crm.core.serializers import RECORD_FIELDS, RecordSerializer

from .models import Campaign, LinkAnalytics


class CampaignSerializer(RecordSerializer):
    class Meta:
        model = Campaign
        fields = (
            "id",
            "name",
            "campaign_type",
            "status",
            "start_date",
            "end_date",
            "budget",
            "spent",
            "target_audience",
            "description",
            "goals",
            "metrics",
            "content",
            "audience",
            "excluded",
            "status_reason",
            "started_at",
            "completed_at",
            *RECORD_FIELDS,
        )


class LinkAnalyticsSerializer(RecordSerializer):
    class Meta:
        model = LinkAnalytics
        fields = (
            "id",
            "short_code",
            "original_url",
            "campaign_id",
            "clicks",
            "unique_clicks",
            "machine_clicks",
            "last_clicked_at",
            "metadata",
            "click_data",
            "status",
            "expires_at",
            *RECORD_FIELDS,
        )


class ScheduleSerializer(serializers.Serializer):
    """When a campaign shall start."""

    start_date = MomentField()


class TestMailSerializer(serializers.Serializer):
    """Which colleague gets the test mail; without one it is the caller."""

    to = EmailField(required=False)


class PreviewSerializer(serializers.Serializer):
    """For which lead or contact of the audience the message is rendered; else for the first."""

    recipient_id = serializers.UUIDField(required=False)
