"""The pages of campaigns and tracked links."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.pages import Action, RecordPages

from .campaignpages import EDITABLE, Building, steps
from .models import Campaign, Click
from .viewsets import CampaignViewSet, LinkAnalyticsViewSet

Status = Campaign.Status
MOST_CLICKS = 25
DELIVERED = "sent,complained"


class CampaignPages(Building, RecordPages):
    viewset = CampaignViewSet
    slug = "campaigns"
    icon = "megaphone"
    columns = ("campaign_type", "status", "start_date", "budget", "spent")
    facts = ("campaign_type", "start_date", "end_date", "budget", "spent", "created_by")
    groups = (
        (
            gettext_lazy("Campaign"),
            ("name", "campaign_type", "description", "goals", "target_audience"),
        ),
        (gettext_lazy("Time and money"), ("start_date", "end_date", "budget", "spent")),
    )
    quick = ("name", "campaign_type")

    def _initial(self, request: HttpRequest) -> dict[str, Any]:
        return {"campaign_type": Campaign.Type.EMAIL, **super()._initial(request)}

    def actions(self, request: HttpRequest, record: Any) -> list[Action]:
        if not record.may_change or not record.is_email:
            return []
        match record.status:
            case Status.ACTIVE:
                return [self._move_to("pause", record, _("Pause"), "pause")]
            case Status.PAUSED:
                return [self._move_to("resume", record, _("Go on"), "play", "primary")]
            case Status.SCHEDULED:
                return [self._move_to("unschedule", record, _("Back to draft"), "calendar-x")]
        return []

    def _move_to(
        self, name: str, record: Any, words: str, icon: str, style: str = "light"
    ) -> Action:
        return Action(words, reverse(f"campaign-{name}", args=[record.pk]), icon, "post", style)

    def more(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        if not record.is_email:
            return {}
        if record.status in EDITABLE:
            return {"steps": steps(record) if record.may_change else [], "is_plan": True}
        found = self._sent(record)
        figures = found["result"]
        return found | {
            "tiles": self._tiles(request, record, figures),
            "bars": bars(figures),
            "reasons": [pair for pair in figures["excluded"].items() if pair[1]],
            "links": self._links(request, figures["top_links"]),
        }

    def _tiles(
        self, request: HttpRequest, record: Any, figures: dict[str, Any]
    ) -> list[tuple[str, Any, str, str]]:
        """Return the figures: name, number, what is said below, and the list behind it."""
        base = ""
        if request.user.has_perm("crm.view_email"):
            base = f"{reverse('email-list')}?{urlencode({'campaign_id': record.pk})}"

        def behind(query: str) -> str:
            return f"{base}&{query}" if base else ""

        opens, clicks = figures["opens"], figures["clicks"]
        machine = _("%(number)s more by machines")
        return [
            (_("Recipients"), figures["recipients"], "", base),
            (_("Sent"), figures["sent"], "", behind("status=sent,bounced,complained")),
            (_("Delivered"), figures["delivered"], "", behind(f"status={DELIVERED}")),
            (
                _("Opened"),
                opens["unique"],
                machine % {"number": opens["machine"]} if opens["machine"] else "",
                behind("opens_count__gt=0"),
            ),
            (
                _("Clicked"),
                clicks["unique"],
                machine % {"number": clicks["machine"]} if clicks["machine"] else "",
                behind("clicks_count__gt=0"),
            ),
            (_("Came back"), figures["bounced"], "", behind("status=bounced")),
            (_("Unsubscribed"), figures["unsubscribed"], "", ""),
            (_("Failed"), figures["failed"], "", behind("status=failed")),
        ]

    def _links(self, request: HttpRequest, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the links of the mails, with the way to them for whoever may see links."""
        may_see = request.user.has_perm("crm.view_linkanalytics")
        base = reverse("linkanalytics-list")
        most = max((row["clicks"] for row in rows), default=0) or 1
        return [
            {
                **row,
                "most": most,
                "url": f"{base}?{urlencode({'short_code': row['short_code']})}" if may_see else "",
            }
            for row in rows
        ]


def bars(figures: dict[str, Any]) -> list[tuple[str, int, int, float]]:
    """Return the way from recipients to clicks: name, number, of how many, percent of that."""
    delivered = figures["delivered"]
    rows = [
        (_("Sent"), figures["sent"], figures["recipients"]),
        (_("Delivered"), delivered, figures["sent"]),
        (_("Opened"), figures["opens"]["unique"], delivered),
        (_("Clicked"), figures["clicks"]["unique"], delivered),
        (_("Came back"), figures["bounced"], figures["sent"]),
        (_("Unsubscribed"), figures["unsubscribed"], delivered),
    ]
    return [
        (name, number, whole or 1, round(100 * number / whole, 1) if whole else 0.0)
        for name, number, whole in rows
    ]


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
    facts = ("short_url", "original_url", "campaign_id", "status", "expires_at", "last_clicked_at")
    groups = ((gettext_lazy("Link"), ("original_url", "campaign_id", "status", "expires_at")),)
    quick = ("original_url", "campaign_id")

    def more(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """Return who followed the link last, as far as that is kept."""
        rows = Click.objects.filter(link=record).order_by("-at", "-id")[:MOST_CLICKS]
        return {"clicks": list(rows.values("at", "device", "referrer", "machine"))}
