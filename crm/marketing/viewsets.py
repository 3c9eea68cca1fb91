"""The REST face of campaigns and links."""

from crm.core.viewsets import RecordViewSet

from .models import Campaign, LinkAnalytics
from .serializers import CampaignSerializer, LinkAnalyticsSerializer


class CampaignViewSet(RecordViewSet):
    queryset = Campaign.objects.all()
    serializer_class = CampaignSerializer


class LinkAnalyticsViewSet(RecordViewSet):
    queryset = LinkAnalytics.objects.all()
    serializer_class = LinkAnalyticsSerializer
