"""Campaigns and the links they are measured by."""

from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from uuid_utils.compat import uuid7

from crm.core import fields
from crm.core.bases import Record, index, unique_live

METRICS = ("impressions", "clicks", "conversions", "leads_generated")
CONTENT = {name: {"type": "string"} for name in ("subject", "html", "text", "from_name")}


def no_metrics() -> dict[str, int]:
    """Return the figures a campaign starts with."""
    return dict.fromkeys(METRICS, 0)


class Campaign(Record):
    """A message to many, planned and measured."""

    class Type(models.TextChoices):
        EMAIL = "email"
        SOCIAL_MEDIA = "social_media"
        SMS = "sms"
        WEBINAR = "webinar"
        EVENT = "event"
        OTHER = "other"

    class Status(models.TextChoices):
        DRAFT = "draft"
        SCHEDULED = "scheduled"
        ACTIVE = "active"
        PAUSED = "paused"
        COMPLETED = "completed"

    owner_field = "created_by"
    search_fields = ("name", "description", "goals", "target_audience")

    name = fields.string(required=True)
    campaign_type = fields.choice(Type)
    status = fields.choice(Status, Status.DRAFT)
    start_date = fields.moment()
    end_date = fields.moment()
    budget = fields.money()
    spent = fields.money(0)
    target_audience = fields.text()
    description = fields.text()
    goals = fields.text()
    metrics = fields.json_object(default=no_metrics, editable=False)
    content = fields.json_object(
        {**CONTENT, "reply_to": fields.EMAIL_ADDRESS}, max_bytes=1024 * fields.KILOBYTE
    )
    audience = fields.json_object(help_text="Whom it goes to: filters over leads and contacts.")

    # What sending it came to
    excluded = fields.json_object(editable=False, help_text="How many were left out, by reason.")
    status_reason = fields.text(editable=False, help_text="Why it stopped by itself.")
    started_at = fields.moment(editable=False)
    completed_at = fields.moment(editable=False)
    started_by = fields.link(settings.AUTH_USER_MODEL, editable=False, db_index=False)
    # How far that is, never on the wire
    resumed_at = fields.moment(editable=False)
    audience_frozen_at = fields.moment(editable=False)
    audience_position = fields.json_object(editable=False)

    class Meta(Record.Meta):
        db_table = "campaigns"
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(start_date=None) | Q(end_date=None) | Q(end_date__gte=F("start_date")),
                name="campaign_dates_in_order",
                violation_error_message=gettext_lazy("end_date can't be before start_date."),
            ),
            models.CheckConstraint(
                condition=(Q(budget=None) | Q(budget__gte=0)) & Q(spent__gte=0),
                name="campaign_amounts_not_negative",
                violation_error_message=gettext_lazy("budget and spent can't be negative."),
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            index("status"),
            index("campaign_type"),
            index("start_date"),
        ]

    def clean(self) -> None:
        super().clean()
        if self.start_date and self.end_date and self.end_date < self.start_date:
            raise ValidationError({"end_date": _("end_date can't be before start_date.")})

    @property
    def is_email(self) -> bool:
        """Whether it is sent from here; others are kept by hand."""
        return self.campaign_type == self.Type.EMAIL


class CampaignRecipient(models.Model):
    """Somebody in the frozen audience of a campaign. No address is in it twice.

    ``mailed_at`` is set together with the mail and stays when that is purged: nobody is
    ever mailed a second time.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="recipients")
    address = fields.email(required=True)
    lead = models.ForeignKey(
        "crm.Lead", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    contact = models.ForeignKey(
        "crm.Contact", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    email = models.OneToOneField(
        "crm.Email",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="campaign_recipient",
    )
    mailed_at = fields.moment()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "campaign_recipients"
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "address"], name="campaignrecipient_address_unique"
            )
        ]
        indexes = [
            models.Index(
                fields=["campaign", "id"], condition=Q(mailed_at=None), name="recipient_to_mail"
            )
        ]

    def __str__(self) -> str:
        return self.address


LONGEST_TARGET = 2000


def check_target(address: str) -> None:
    """Refuse a target with a user name or password in it (security.md I1)."""
    try:
        parts = urlsplit(address)
        credentials = parts.username is not None or parts.password is not None
    except ValueError:
        return  # URLValidator says what is wrong
    if credentials:
        raise ValidationError(_("An address with a user name or password in it is not taken."))


class LinkAnalytics(Record):
    """A short link and what its clicks add up to.

    The figures are those of people; what scanners and previews fetched stands apart.
    """

    class Status(models.TextChoices):
        ACTIVE = "active"
        INACTIVE = "inactive"
        EXPIRED = "expired"

    owner_field = "created_by"
    label_fields = ("short_code",)
    short_fields = ("short_code",)
    search_fields = ("short_code", "original_url")

    short_code = fields.string(
        64,
        validators=[
            RegexValidator(r"^[A-Za-z0-9_-]+\Z", gettext_lazy("Letters, digits, - and _ only."))
        ],
        help_text="Made by the server where empty.",
    )
    original_url = fields.text(
        required=True,
        validators=[
            MaxLengthValidator(LONGEST_TARGET),
            URLValidator(["http", "https"]),
            check_target,
        ],
    )
    campaign = fields.link(Campaign, related_name="links")
    clicks = fields.whole(0, editable=False)
    unique_clicks = fields.whole(0, editable=False)
    machine_clicks = fields.whole(0, editable=False)
    last_clicked_at = fields.moment(editable=False)
    metadata = fields.json_object()
    click_data = fields.json_list({"type": "object"}, editable=False)
    status = fields.choice(Status, Status.ACTIVE)
    expires_at = fields.moment()

    class Meta(Record.Meta):
        db_table = "link_analytics"
        verbose_name = "link"
        verbose_name_plural = "links"
        constraints = [
            *Record.Meta.constraints,
            unique_live(
                "short_code", message=gettext_lazy("Another link already has this short_code.")
            ),
        ]
        indexes = [*Record.Meta.indexes]

    def __str__(self) -> Any:
        return self.short_code

    def status_at(self, now: datetime) -> str:
        """Return the status as it counts: an end that has passed is the end at once."""
        over = self.expires_at is not None and self.expires_at <= now
        return self.Status.EXPIRED if over and self.status == self.Status.ACTIVE else self.status


class Click(models.Model):
    """Somebody, or some machine, followed a link. Append-only; kept for ninety days.

    ``visitor`` is a daily hash: who clicks twice on a day is known again, and nobody's
    address is. ``email`` is the mail that the link stood in. ``counted`` says that the
    link's figures hold it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    link = models.ForeignKey(LinkAnalytics, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    referrer = fields.string()
    device = fields.string(20)
    visitor = fields.string(32, required=True)
    machine = models.BooleanField(default=False)
    email = models.ForeignKey(
        "crm.Email", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    counted = models.BooleanField(default=False)

    class Meta:
        db_table = "clicks"
        ordering: ClassVar[list[str]] = ["-at", "-id"]
        indexes = [
            models.Index(fields=["link", "visitor"], name="click_visitor"),
            models.Index(fields=["at"], name="click_at"),
            models.Index(fields=["link"], condition=Q(counted=False), name="click_uncounted"),
        ]

    def __str__(self) -> str:
        return f"{self.link_id} {self.at:%Y-%m-%d %H:%M}"
