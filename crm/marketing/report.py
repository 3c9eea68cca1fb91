"""The report of a campaign, in a handful of queries whatever its size."""

from typing import Any

from django.db.models import Count, Exists, Q, Sum

from crm.core.querysets import counted
from crm.messaging.models import Email, Suppression

from . import attribution
from .audience import by_reason
from .models import Campaign, CampaignRecipient, LinkAnalytics

TOP_LINKS = 10
Status = Email.Status
HANDED_OVER = (Status.SENT, Status.BOUNCED, Status.COMPLAINED)


def report(campaign: Campaign) -> dict[str, Any]:
    """Return what became of a campaign.

    ``recipients`` is the sum of ``queued``, ``sending``, ``unknown``, ``sent`` and ``failed``;
    ``sent`` holds those that bounced or were complained of later.
    """
    figures = _figures(campaign)
    delivered = figures["delivered"]
    return {
        "recipients": figures["recipients"],
        "excluded": by_reason(campaign.excluded),
        **{name: figures[name] for name in ("queued", "sending", "unknown", "sent", "failed")},
        **{name: figures[name] for name in ("delivered", "bounced", "complained")},
        "unsubscribed": figures["unsubscribed"],
        "opens": _read_by(figures, "opens", delivered),
        "clicks": _read_by(figures, "clicks", delivered),
        "top_links": _top_links(campaign),
        "attributed": {
            "leads": figures["leads"],
            "conversions": figures["conversions"],
            "revenue": attribution.revenue(campaign),
        },
    }


def _figures(campaign: Campaign) -> dict[str, int]:
    purged = Q(mailed_at__isnull=False, email=None)
    waiting = Q(email__status__in=(Status.QUEUED, Status.SCHEDULED, Status.DRAFT))
    conditions = {
        "queued": Q(mailed_at=None) | (waiting & Q(email__deleted_at=None)),
        "sending": Q(email__status=Status.SENDING, email__outcome_unknown=False),
        "unknown": Q(email__status=Status.SENDING, email__outcome_unknown=True) | purged,
        "sent": Q(email__status__in=HANDED_OVER),
        "failed": Q(email__status=Status.FAILED) | (waiting & Q(email__deleted_at__isnull=False)),
        "bounced": Q(email__status=Status.BOUNCED),
        "complained": Q(email__status=Status.COMPLAINED),
        "unique_opens": Q(email__opens_count__gt=0),
        "unique_clicks": Q(email__clicks_count__gt=0),
        "leads": attribution.CONVERTED,
    }
    rows = CampaignRecipient.objects.filter(campaign=campaign)
    found = rows.aggregate(
        recipients=Count("pk"),
        **{name: Count("pk", filter=condition) for name, condition in conditions.items()},
        total_opens=Sum("email__opens_count", default=0),
        total_clicks=Sum("email__clicks_count", default=0),
        machine_opens=Sum("email__machine_opens_count", default=0),
        machine_clicks=Sum("email__machine_clicks_count", default=0),
    )
    found |= counted(
        {
            "conversions": rows.filter(attribution.CONVERTED | Q(Exists(attribution.won_deals()))),
            "unsubscribed": Suppression.objects.filter(
                reason=Suppression.Reason.UNSUBSCRIBED, email__campaign=campaign
            ),
        }
    )
    found["delivered"] = found["sent"] - found["bounced"]
    return found


def _read_by(figures: dict[str, int], what: str, delivered: int) -> dict[str, Any]:
    unique = figures[f"unique_{what}"]
    return {
        "unique": unique,
        "total": figures[f"total_{what}"],
        "machine": figures[f"machine_{what}"],
        "rate": round(unique / delivered, 4) if delivered else 0.0,
    }


def _top_links(campaign: Campaign) -> list[dict[str, Any]]:
    links = LinkAnalytics.objects.filter(campaign=campaign).order_by("-clicks", "short_code")
    names = ("short_code", "original_url", "clicks", "unique_clicks", "machine_clicks")
    return list(links.values(*names)[:TOP_LINKS])
