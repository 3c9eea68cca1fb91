"""What came of a campaign: the leads and the revenue that followed its clicks.

A recipient who clicked counts as a lead where their lead was converted within 30 days
after the first click, and with revenue where a deal of theirs (of their contact, or made
from their lead) was won in that time.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from crm.sales.models import Deal
from crm.sales.stages import StageKind

from .models import Campaign, CampaignRecipient, LinkAnalytics

ATTRIBUTED_WITHIN = timedelta(days=30)
CLICKED = F("email__clicked_at")
CONVERTED = Q(
    lead__converted_date__gte=CLICKED, lead__converted_date__lte=CLICKED + ATTRIBUTED_WITHIN
)


def won_deals() -> QuerySet[Deal]:
    """Return the deals of a recipient, as seen from a query over recipients, that a click won."""
    return Deal.objects.filter(
        Q(contact=OuterRef("contact_id")) | Q(converted_leads=OuterRef("lead_id")),
        stage_kind=StageKind.WON,
        close_date__gte=OuterRef("email__clicked_at"),
        close_date__lte=OuterRef("email__clicked_at") + ATTRIBUTED_WITHIN,
    )


def revenue(campaign: Campaign) -> list[dict[str, Any]]:
    """Return the sums of the deals that a campaign is credited with, by currency."""
    clicked = CampaignRecipient.objects.filter(
        Q(contact=OuterRef("contact_id"), contact__isnull=False)
        | Q(lead__converted_deal=OuterRef("pk")),
        campaign=campaign,
        email__clicked_at__lte=OuterRef("close_date"),
        email__clicked_at__gte=OuterRef("close_date") - ATTRIBUTED_WITHIN,
    )
    won = Deal.objects.filter(Exists(clicked), stage_kind=StageKind.WON).order_by("currency")
    return list(won.values("currency").annotate(deals=Count("pk"), amount=Sum("amount")))


def refresh_metrics(campaign_id: UUID) -> None:
    """Make a campaign's metrics what its mails, links and recipients add up to."""
    opened = Q(email__opens_count__gt=0)
    recipients = CampaignRecipient.objects.filter(campaign=campaign_id)
    with transaction.atomic():
        locked = Campaign.all_objects.select_for_update(of=("self",), no_key=True)
        campaign = locked.filter(pk=campaign_id).first()
        if campaign is None:
            return
        found = recipients.aggregate(
            impressions=Count("pk", filter=opened),
            leads_generated=Count("pk", filter=CONVERTED),
            conversions=Count("pk", filter=CONVERTED | Q(Exists(won_deals()))),
        )
        links = LinkAnalytics.all_objects.filter(campaign=campaign_id)
        found["clicks"] = links.aggregate(total=Sum("clicks"))["total"] or 0
        metrics = {**campaign.metrics, **found}
        if metrics != campaign.metrics:
            # Not by the verbs: figures are no change that anybody made.
            Campaign.all_objects.filter(pk=campaign_id).update(metrics=metrics)
