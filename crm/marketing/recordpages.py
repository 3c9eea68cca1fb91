"""The pages of campaigns and tracked links."""

from django.utils.translation import gettext_lazy as _

from crm.core.pages import RecordPages

from .viewsets import CampaignViewSet, LinkAnalyticsViewSet


class CampaignPages(RecordPages):
    viewset = CampaignViewSet
    slug = "campaigns"
    icon = "megaphone"
    columns = ("campaign_type", "status", "start_date", "budget", "spent")
    facts = ("campaign_type", "status", "start_date", "end_date", "budget", "spent")
    groups = (
        (_("Campaign"), ("name", "campaign_type", "description", "goals", "target_audience")),
        (_("Time and money"), ("start_date", "end_date", "budget", "spent")),
    )
    quick = ("name", "campaign_type")


class LinkAnalyticsPages(RecordPages):
    viewset = LinkAnalyticsViewSet
    slug = "links"
    icon = "link"
    columns = (
        "original_url",
        "campaign_id",
        "clicks",
        "unique_clicks",
        "last_clicked_at",
        "status",
    )
    facts = ("short_url", "original_url", "campaign_id", "clicks", "unique_clicks", "status")
    groups = ((_("Link"), ("original_url", "campaign_id", "status", "expires_at")),)
