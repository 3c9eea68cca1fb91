import factory

from crm.marketing.models import Campaign, LinkAnalytics


class CampaignFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Campaign

    name = factory.Sequence("Campaign {}".format)
    campaign_type = "email"


class LinkAnalyticsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LinkAnalytics

    short_code = factory.Sequence("code{}".format)
    original_url = "https://example.com/offer"
