"""Deals, and the way they went."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.core import fields
from crm.core.bases import LIVE, Record, index, owner_index
from crm.core.lines import lines
from crm.core.querysets import live
from crm.people.models import Account, Contact

from .dealquerysets import OPEN, DealQuerySet
from .stages import LONGEST_NAME, STANDARD_PIPELINE, ForecastCategory, Pipeline, StageKind


class Deal(Record):
    """A sale we are trying to make.

    ``stage`` is the name of a stage of its pipeline; ``stage_kind`` and
    ``forecast_category`` are what that stage was when the deal entered it.
    """

    class Stage(models.TextChoices):
        QUALIFICATION = "Qualification"
        NEEDS_ANALYSIS = "Needs Analysis"
        VALUE_PROPOSITION = "Value Proposition"
        IDENTIFY_DECISION_MAKERS = "Identify Decision Makers"
        PROPOSAL = "Proposal/Price Quote"
        NEGOTIATION = "Negotiation/Review"
        CLOSED_WON = "Closed Won"
        CLOSED_LOST = "Closed Lost"
        ON_HOLD = "On Hold"

    class Source(models.TextChoices):
        WEBSITE = "website"
        REFERRAL = "referral"
        SOCIAL_MEDIA = "social_media"
        EMAIL_CAMPAIGN = "email_campaign"
        EVENT = "event"
        COLD_CALL = "cold_call"
        OTHER = "other"

    label_fields = ("deal_name",)
    short_fields = ("deal_name",)
    search_fields = ("deal_name", "next_step", "description")

    deal_name = fields.string(required=True)
    amount = fields.money(0)
    pipeline = models.ForeignKey(
        Pipeline, on_delete=models.PROTECT, related_name="deals", default=STANDARD_PIPELINE
    )
    stage = fields.named(LONGEST_NAME, default=Stage.QUALIFICATION.value)
    stage_kind = fields.choice(StageKind, StageKind.OPEN, editable=False)
    forecast_category = fields.choice(ForecastCategory, ForecastCategory.PIPELINE, editable=False)
    probability = fields.whole(10, maximum=100)
    expected_close_date = fields.moment()
    close_date = fields.moment()
    account = fields.link(Account, related_name="deals")
    contact = fields.link(Contact, related_name="deals")
    assigned_to = fields.link(
        settings.AUTH_USER_MODEL, related_name="deals", db_index=False, db_column="assigned_to"
    )
    lead_source = fields.choice(Source, "", blank=True)
    description = fields.text()
    next_step = fields.text()
    loss_reason = fields.string()
    currency = fields.currency()
    items = lines("name", "quantity", "unit_price")
    stage_changed_at = fields.moment(editable=False)
    position = fields.whole(0, minimum=None, help_text="Order on the board.")

    objects: ClassVar[Any] = live(DealQuerySet)
    all_objects: ClassVar[Any] = DealQuerySet.as_manager()

    class Meta(Record.Meta):
        db_table = "deals"
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(probability__range=(0, 100)),
                name="deal_probability_range",
                violation_error_message=_("probability goes from 0 to 100."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="deal_amount_not_negative",
                violation_error_message=_("amount can't be negative."),
            ),
            models.CheckConstraint(
                condition=Q(stage_kind__in=OPEN, close_date=None)
                | Q(stage_kind=StageKind.WON, probability=100, close_date__isnull=False)
                | Q(stage_kind=StageKind.LOST, probability=0, close_date__isnull=False),
                name="deal_outcome_is_whole",
                violation_error_message=_("A deal has a close_date if it is won or lost only."),
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            owner_index("assigned_to"),
            index("stage"),
            index("expected_close_date"),
            index("close_date"),
            models.Index(
                fields=["pipeline", "stage", "position", "id"],
                condition=LIVE,
                name="deal_on_board",
            ),
        ]

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        #: what its maker said of it, to tell a value from a default
        self.given = frozenset(name.removesuffix("_id") for name in values)

    @property
    def is_open(self) -> bool:
        """Whether the deal is neither won nor lost."""
        return self.stage_kind in OPEN


class StageChange(models.Model):
    """One step of a deal: into which stage, from where, by whom, after how long there.

    The first one, from nowhere, is the making of the deal. Append-only. ``seconds`` is the
    time spent in ``from_stage``.
    """

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="stage_changes")
    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="+")
    from_stage = fields.string(LONGEST_NAME)
    to_stage = fields.string(LONGEST_NAME, required=True)
    kind = fields.choice(StageKind)
    by = fields.link(settings.AUTH_USER_MODEL, db_index=False)
    at = models.DateTimeField()
    seconds = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "stage_changes"
        ordering: ClassVar[list[str]] = ["at", "id"]
        indexes: ClassVar[list] = [
            models.Index(fields=["deal", "at", "id"], name="stage_change_of_deal"),
            models.Index(fields=["pipeline", "at"], name="stage_change_in_time"),
        ]

    def __str__(self) -> str:
        return f"{self.from_stage or 'made'} → {self.to_stage}"
