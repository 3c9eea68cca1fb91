"""Campaigns and their links."""

from datetime import datetime, timedelta
from decimal import Decimal

from crm.marketing.models import Campaign, LinkAnalytics

from .names import address_part
from .scene import Known, Scene

Status = Campaign.Status
#: from fresh to settled
STATUSES = {
    Status.DRAFT: 2, Status.SCHEDULED: 2, Status.ACTIVE: 3, Status.PAUSED: 1, Status.COMPLETED: 6,
}  # fmt: skip
LINK_STATUSES = {"active": 7, "inactive": 2, "expired": 3}
Type = Campaign.Type
#: kind, name, subject of the message, what it says
TOPICS = (
    (Type.EMAIL, "Stocktaking made short", "Count in one day instead of three",
     "Our guide shows how twelve warehouses halved the time of their stocktaking."),
    (Type.EMAIL, "Labels for the cold", "Labels that stay on at minus 30",
     "Order a free sample set of five freezer labels."),
    (Type.OTHER, "Ring scanner trial weeks", "Both hands free: try it for four weeks",
     "Five ring scanners, no cost, returned if you don't like them."),
    (Type.WEBINAR, "Webinar: picking without paper", "Thirty minutes on picking without paper",
     "We show the way from order to parcel with the questions of three customers."),
    (Type.SOCIAL_MEDIA, "Trade-in", "Your old scanners are worth something",
     "We take back any make until the end of the quarter."),
    (Type.EVENT, "Customer day", "Meet other warehouse people",
     "A day of visits and talks, with lunch. Places are limited to sixty."),
    (Type.EMAIL, "Software news", "What is new in the stock software",
     "Counting without connection, batch numbers and a faster start page."),
    (Type.SMS, "Maintenance before the season", "Ready for the busy weeks?",
     "Book the yearly visit now and get the spare batteries for half the price."),
)  # fmt: skip
AUDIENCES = (
    ("New leads of the last months", {"leads": {"status": "new"}}),
    ("Qualified leads", {"leads": {"status": "qualified"}}),
    ("All active contacts", {"contacts": {"status": "active"}}),
    ("Customers and leads in logistics", {"leads": {"industry": "Logistics"}, "contacts": {}}),
)
GOALS = (
    "40 new leads within four weeks.",
    "25 trial sets sent out.",
    "100 registrations, half of them new.",
    "Ten orders above 5,000.",
)
SITES = ("https://www.example.com", "https://shop.example.com", "https://learn.example.com")
REFERRERS = ("mail.example.com", "social.example.com", "search.example.com", "")
DEVICES = ("desktop", "phone", "tablet")
CLICKS_SHOWN = 20


def run_campaigns(scene: Scene) -> None:
    """Store campaigns with their message and their figures."""
    count = scene.counts["campaign"]
    statuses = scene.deal_by_age(count, STATUSES)
    traits = zip(scene.calendar.spread(count), statuses, strict=True)
    for number, (at, status) in enumerate(traits):
        _run_campaign(scene, number, at, Status(status))


def _run_campaign(scene: Scene, number: int, at: datetime, status: Campaign.Status) -> None:
    kind, name, subject, message = TOPICS[number % len(TOPICS)]
    if kind == Type.EMAIL and status == Status.ACTIVE:
        status = Status.COMPLETED  # sending takes minutes, not weeks
    audience, condition = scene.pick(AUDIENCES)
    start, end = _period(scene, at, status)
    budget = scene.random.randrange(500, 12_000, 250)
    begun = status in (Status.ACTIVE, Status.PAUSED, Status.COMPLETED)
    share = 1 if status == Status.COMPLETED else scene.random.uniform(0.2, 0.8)
    campaign = Campaign(
        name=f"{name} {at:%B %Y}",
        campaign_type=kind,
        status=status,
        start_date=start,
        end_date=end,
        budget=budget,
        spent=Decimal(int(budget * share * 0.9)) if begun else 0,
        target_audience=audience,
        description=message,
        goals=scene.pick(GOALS),
        content={
            "subject": subject,
            "html": f"<h1>{subject}</h1><p>{message}</p>",
            "text": f"{subject}\n\n{message}",
            "from_name": "Nexa",
            "reply_to": "hello@nexa.example",
        },
        audience=condition,
    )
    if begun:
        campaign.metrics = _figures(scene, share)
    scene.stamp(campaign, at, scene.staff.manager())
    if kind == Type.EMAIL and status != Status.DRAFT:
        campaign.started_by_id = campaign.created_by_id
    scene.ledger.add(campaign, touched=min(end, scene.now) if begun else None)
    scene.keep(
        campaign,
        "campaign",
        campaign.name,
        campaign.created_by,
        details={"sends": begun and kind == Type.EMAIL},
    )


def _period(scene: Scene, at: datetime, status: Campaign.Status) -> tuple[datetime, datetime]:
    """Return from when to when a campaign runs, which its state depends on."""
    length = timedelta(days=scene.random.randint(14, 45))
    match status:
        case Status.COMPLETED:
            start = scene.calendar.after(at, days=30)
            return start, min(start + length, scene.now)
        case Status.ACTIVE | Status.PAUSED:
            start = max(at, scene.now - length / 2)
            return start, start + length
    start = scene.calendar.ahead(days=30)
    return start, start + length


def _figures(scene: Scene, share: float) -> dict[str, int]:
    impressions = int(scene.random.randint(800, 24_000) * share)
    clicks = int(impressions * scene.random.uniform(0.02, 0.12))
    conversions = int(clicks * scene.random.uniform(0.03, 0.2))
    return {
        "impressions": impressions,
        "clicks": clicks,
        "conversions": conversions,
        "leads_generated": int(conversions * 0.7),
    }


def shorten_links(scene: Scene) -> None:
    """Store short links, most of them of a campaign."""
    count = scene.counts["linkanalytics"]
    statuses = scene.deal(count, LINK_STATUSES)
    moments = scene.calendar.spread(count)
    for number, (at, status) in enumerate(zip(moments, statuses, strict=True), start=1):
        campaign = scene.some("campaign", at) if scene.chance(0.8) else None
        _shorten_link(scene, number, at, status, campaign)


def _shorten_link(
    scene: Scene, number: int, at: datetime, status: str, campaign: Known | None
) -> None:
    at = max(at, campaign.created_at) if campaign else at
    clicks = scene.random.randint(0, 400)
    topic = address_part(campaign.name if campaign else "price list")
    expired = status == LinkAnalytics.Status.EXPIRED
    end = scene.calendar.between(at, scene.now) if expired else scene.now
    times = sorted((scene.calendar.between(at, end) for _ in range(clicks)), reverse=True)
    link = LinkAnalytics(
        short_code=f"{topic[:20].strip('-')}-{number}",
        original_url=f"{scene.pick(SITES)}/{topic}?utm_source=nexa",
        campaign_id=campaign.id if campaign else None,
        clicks=clicks,
        unique_clicks=int(clicks * scene.random.uniform(0.6, 0.95)),
        last_clicked_at=times[0] if times else None,
        metadata={"channel": scene.pick(("mail", "flyer", "website"))},
        click_data=[
            {
                "time": time.isoformat(),
                "referrer": scene.pick(REFERRERS),
                "country": scene.pick(("US", "GB", "DE", "FR", "NL", "PT")),
                "device": scene.pick(DEVICES),
            }
            for time in times[:CLICKS_SHOWN]
        ],
        status=status,
        expires_at=end if expired else None,
    )
    scene.stamp(link, at, campaign.owner if campaign else scene.staff.seller())
    scene.ledger.add(link, touched=link.last_clicked_at)
