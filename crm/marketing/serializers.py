"""The wire names of campaigns and links."""

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
