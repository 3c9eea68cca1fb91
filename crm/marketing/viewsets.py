"""The REST face of campaigns and links."""

from rest_framework.decorators import action

from crm.core.schema import Contract
from crm.core.shapes import COUNT, MOMENT, TEXT, UUID_TEXT, array, obj, or_null
from crm.core.views import body_of, ok
from crm.core.viewsets import RecordViewSet

from . import operations, previews
from .audience import REASONS
from .models import Campaign, LinkAnalytics
from .report import report
from .serializers import (
    CampaignSerializer,
    LinkAnalyticsSerializer,
    PreviewSerializer,
    ScheduleSerializer,
    TestMailSerializer,
)

EXCLUDED = obj(dict.fromkeys(REASONS, COUNT))
MESSAGE = obj({"to": TEXT, "subject": TEXT, "html": TEXT, "text": TEXT})
PREVIEW = obj({"recipients": COUNT, "excluded": EXCLUDED, "message": MESSAGE})
READING = obj({"unique": COUNT, "total": COUNT, "machine": COUNT, "rate": {"type": "number"}})
LINK = obj(
    {
        "short_code": TEXT,
        "original_url": TEXT,
        **dict.fromkeys(("clicks", "unique_clicks", "machine_clicks"), COUNT),
    }
)
REVENUE = obj({"currency": TEXT, "deals": COUNT, "amount": {"type": "number"}})
REPORT = obj(
    {
        "recipients": COUNT,
        "excluded": EXCLUDED,
        **dict.fromkeys(("queued", "sending", "unknown", "sent", "failed"), COUNT),
        **dict.fromkeys(("delivered", "bounced", "complained", "unsubscribed"), COUNT),
        "opens": READING,
        "clicks": READING,
        "top_links": array(LINK),
        "attributed": obj({"leads": COUNT, "conversions": COUNT, "revenue": array(REVENUE)}),
    }
)
TEST_MAIL = obj({"id": UUID_TEXT, "to_email": TEXT, "status": TEXT, "queued_at": or_null(MOMENT)})


class CampaignViewSet(RecordViewSet):
    queryset = Campaign.objects.all()
    serializer_class = CampaignSerializer

    @action(
        detail=True,
        methods=["post"],
        verb="change",
        contract=Contract(body=PreviewSerializer, data=PREVIEW, optional_body=True),
    )
    def preview(self, request, id):
        """What sending it now would come to: how many, who is left out, and one mail as read."""
        campaign = self.get_for("change", id)
        recipient = self.optional_body(PreviewSerializer).get("recipient_id")
        return ok(previews.preview(campaign, recipient, by=request.user))

    @action(
        detail=True,
        methods=["post"],
        verb="change",
        contract=Contract(
            body=TestMailSerializer, data=TEST_MAIL, status=202, message=True, optional_body=True
        ),
    )
    def test(self, request, id):
        """Mail it to the caller, or to a colleague, as the first of its audience would read it."""
        campaign = self.get_for("change", id)
        to = self.optional_body(TestMailSerializer).get("to", "")
        email = previews.send_test(campaign, to, by=request.user)
        names = ("id", "to_email", "status", "queued_at")
        row = {name: getattr(email, name) for name in names}
        return ok(row, status=202, message=f"A test mail is on its way to {email.to_email}")

    @action(
        detail=True,
        methods=["post"],
        verb="change",
        contract=Contract(body=ScheduleSerializer, message=True),
    )
    def schedule(self, request, id):
        """Let it start at a time."""
        campaign = self.get_for("change", id)
        start_date = body_of(request, ScheduleSerializer)["start_date"]
        operations.schedule_campaign(
            campaign, start_date, by=request.user, if_revision=self.expected_revision()
        )
        return self.shown(campaign, message="Campaign scheduled")

    @action(detail=True, methods=["post"], verb="change", contract=Contract(message=True))
    def send(self, request, id):
        """Start sending it now."""
        return self.moved(operations.send_campaign, id, "Campaign started")

    @action(detail=True, methods=["post"], verb="change", contract=Contract(message=True))
    def pause(self, request, id):
        """Stop sending it; what is on its way arrives."""
        return self.moved(operations.pause_campaign, id, "Campaign paused")

    @action(detail=True, methods=["post"], verb="change", contract=Contract(message=True))
    def resume(self, request, id):
        """Go on where it was paused."""
        return self.moved(operations.resume_campaign, id, "Campaign resumed")

    @action(detail=True, verb="view", contract=Contract(data=REPORT))
    def report(self, request, id):
        """What became of it: sent, failed, read, followed, and what came of that."""
        return ok(report(self.get_for("view", id)))

    def moved(self, move, id, message):
        """Answer with a campaign after a move that needs nothing but a wish."""
        campaign = self.get_for("change", id)
        move(campaign, by=self.request.user, if_revision=self.expected_revision())
        return self.shown(campaign, message=message)

    def optional_body(self, serializer_class):
        """Return the checked body; none at all is an empty one."""
        if not self.request.data and self.request.stream is None:
            return {}
        return body_of(self.request, serializer_class)


class LinkAnalyticsViewSet(RecordViewSet):
    queryset = LinkAnalytics.objects.all()
    serializer_class = LinkAnalyticsSerializer
