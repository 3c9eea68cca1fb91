"""Leads and deals."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.core import fields, matching
from crm.core.bases import LIVE, Record, index, not_negative, owner_index
from crm.people.models import Account, Contact

from .dealmodels import Deal, StageChange
from .stages import Pipeline

__all__ = ["Deal", "Lead", "Pipeline", "StageChange"]


class Lead(Record):
    """Somebody who might buy, before we know whether they will."""

    class Source(models.TextChoices):
        WEBSITE = "website"
        REFERRAL = "referral"
        SOCIAL_MEDIA = "social_media"
        EMAIL_CAMPAIGN = "email_campaign"
        COLD_CALL = "cold_call"
        OTHER = "other"

    class Status(models.TextChoices):
        NEW = "new"
        CONTACTED = "contacted"
        QUALIFIED = "qualified"
        UNQUALIFIED = "unqualified"
        CONVERTED = "converted"

    is_person = True
    label_fields = ("first_name", "last_name")
    short_fields = ("first_name", "last_name", "email")
    search_fields = ("first_name", "last_name", "email", "company", "title", "city")
    phone_fields = ("phone",)
    duplicate_keys = {"email": ("email",), "phone": ("phone_key",), "name": ("name_key",)}
    duplicate_kinds = ("lead", "contact")

    first_name = fields.string(required=True)
    last_name = fields.string(required=True)
    email = fields.email(required=True)
    phone = fields.string()
    company = fields.string()
    title = fields.string()
    source = fields.choice(Source, Source.WEBSITE)
    status = fields.choice(Status, Status.NEW)
    lead_score = fields.whole(0, maximum=100)
    industry = fields.string()
    annual_revenue = fields.money()
    employees = fields.whole()
    website = fields.string()
    address = fields.text()
    city = fields.string()
    state = fields.string()
    country = fields.string()
    postal_code = fields.string()
    notes = fields.text()
    assigned_to = fields.link(
        settings.AUTH_USER_MODEL, related_name="leads", db_index=False, db_column="assigned_to"
    )
    converted_date = fields.moment()
    last_contact_date = fields.moment()
    converted_contact = fields.link(Contact, related_name="converted_leads", editable=False)
    converted_account = fields.link(Account, related_name="converted_leads", editable=False)
    converted_deal = fields.link("Deal", related_name="converted_leads", editable=False)
    score_is_manual = models.BooleanField(
        default=False, editable=False, help_text="Somebody set lead_score; the rules leave it."
    )
    score_expires_at = fields.moment(editable=False)
    phone_key = fields.derived("phone", by=matching.phone_key)
    name_key = fields.derived("first_name", "last_name", by=matching.name_key)

    class Meta(Record.Meta):
        db_table = "leads"
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(lead_score__range=(0, 100)),
                name="lead_score_range",
                violation_error_message=_("lead_score goes from 0 to 100."),
            ),
            models.CheckConstraint(
                condition=Q(employees=None) | Q(employees__gte=0),
                name="lead_employees_not_negative",
                violation_error_message=_("employees can't be negative."),
            ),
            not_negative("annual_revenue"),
        ]
        indexes = [
            *Record.Meta.indexes,
            owner_index("assigned_to"),
            index("email"),
            index("status"),
            index("lead_score"),
            index("phone_key"),
            index("name_key"),
            models.Index(
                fields=["score_expires_at"],
                condition=LIVE & Q(score_expires_at__isnull=False),
                name="lead_score_expiry",
            ),
        ]
