"""Companies and persons we deal with."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import fields, matching
from crm.core.bases import Record, index, not_negative, owner_index, unique_live


class Account(Record):
    """A company."""

    class Type(models.TextChoices):
        PROSPECT = "prospect"
        CUSTOMER = "customer"
        PARTNER = "partner"
        VENDOR = "vendor"

    label_fields = ("account_name",)
    short_fields = ("account_name",)
    search_fields = ("account_name", "account_number", "website", "industry", "billing_city")
    phone_fields = ("phone",)
    duplicate_keys = {"domain": ("domain",), "phone": ("phone_key",), "name": ("name_key",)}
    duplicate_kinds = ("account",)

    account_name = fields.string(required=True)
    account_number = fields.string(help_text="Made by the server where empty.")
    website = fields.string()
    industry = fields.string()
    annual_revenue = fields.money()
    employees = fields.whole()
    type = fields.choice(Type, Type.PROSPECT)
    phone = fields.string()
    billing_address = fields.text()
    billing_city = fields.string()
    billing_state = fields.string()
    billing_country = fields.string()
    billing_postal_code = fields.string()
    shipping_address = fields.text()
    shipping_city = fields.string()
    shipping_state = fields.string()
    shipping_country = fields.string()
    shipping_postal_code = fields.string()
    description = fields.text()
    assigned_to = fields.link(
        settings.AUTH_USER_MODEL, related_name="accounts", db_index=False, db_column="assigned_to"
    )
    parent_account = fields.link("self", related_name="child_accounts")
    domain = fields.derived("website", by=matching.company_domain)
    phone_key = fields.derived("phone", by=matching.phone_key)
    name_key = fields.derived("account_name", by=matching.name_key)

    class Meta(Record.Meta):
        db_table = "accounts"
        constraints = [
            *Record.Meta.constraints,
            unique_live(
                "account_number", message=gettext_lazy("Another account already has this number.")
            ),
            models.CheckConstraint(
                condition=Q(parent_account=None) | ~Q(parent_account=models.F("id")),
                name="account_not_its_own_parent",
                violation_error_message=gettext_lazy("An account can't be its own parent."),
            ),
            not_negative("annual_revenue", "employees"),
        ]
        indexes = [
            *Record.Meta.indexes,
            owner_index("assigned_to"),
            index("industry"),
            index("domain"),
            index("phone_key"),
            index("name_key"),
        ]

    def clean(self) -> None:
        """Refuse a chain of parents that comes back to this account."""
        super().clean()
        seen = {self.pk}
        parent_id = self.parent_account_id
        while parent_id is not None:
            if parent_id in seen:
                raise ValidationError(
                    {"parent_account_id": _("This would make a circle of parents.")}
                )
            seen.add(parent_id)
            parent_id = (
                Account.all_objects.filter(pk=parent_id)
                .values_list("parent_account_id", flat=True)
                .first()
            )


class Contact(Record):
    """A person, mostly at an account."""

    class Source(models.TextChoices):
        WEBSITE = "website"
        REFERRAL = "referral"
        SOCIAL_MEDIA = "social_media"
        EMAIL_CAMPAIGN = "email_campaign"
        EVENT = "event"
        OTHER = "other"

    class Status(models.TextChoices):
        ACTIVE = "active"
        INACTIVE = "inactive"
        LEAD = "lead"
        CUSTOMER = "customer"

    is_person = True
    label_fields = ("first_name", "last_name")
    short_fields = ("first_name", "last_name", "email")
    search_fields = ("first_name", "last_name", "email", "title", "city")
    phone_fields = ("phone", "mobile")
    duplicate_keys = {
        "email": ("email",),
        "phone": ("phone_key", "mobile_key"),
        "name": ("name_key",),
    }
    duplicate_kinds = ("contact", "lead")

    first_name = fields.string(required=True)
    last_name = fields.string(required=True)
    email = fields.email()
    phone = fields.string()
    mobile = fields.string()
    title = fields.string()
    department = fields.string()
    account = fields.link(Account, related_name="contacts")
    source = fields.choice(Source, Source.WEBSITE)
    status = fields.choice(Status, Status.ACTIVE)
    linkedin_url = fields.string()
    twitter_handle = fields.string()
    address = fields.text()
    city = fields.string()
    state = fields.string()
    country = fields.string()
    postal_code = fields.string()
    notes = fields.text()
    assigned_to = fields.link(
        settings.AUTH_USER_MODEL, related_name="contacts", db_index=False, db_column="assigned_to"
    )
    last_contact_date = fields.moment()
    email_opt_out = models.BooleanField(default=False, help_text="No campaign mail goes there.")
    opted_out_at = fields.moment(editable=False)
    opted_out_source = fields.string(editable=False, help_text="Through which door it came.")
    consent_at = fields.moment(help_text="When the person agreed to get campaign mail.")
    consent_source = fields.string(help_text="How and where they agreed.")
    tracking_opt_out = models.BooleanField(
        default=False, help_text="Openings and clicks are not counted."
    )
    phone_key = fields.derived("phone", by=matching.phone_key)
    mobile_key = fields.derived("mobile", by=matching.phone_key)
    name_key = fields.derived("first_name", "last_name", by=matching.name_key)

    class Meta(Record.Meta):
        db_table = "contacts"
        constraints = [
            *Record.Meta.constraints,
            unique_live(
                "email",
                where=~Q(email=""),
                message=gettext_lazy("Another contact already has this email."),
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            owner_index("assigned_to"),
            index("status"),
            index("phone_key"),
            index("mobile_key"),
            index("name_key"),
        ]


class Customer(Record):
    """Somebody who buys, a person or a business; the party of orders, invoices and tickets."""

    class Type(models.TextChoices):
        INDIVIDUAL = "individual"
        BUSINESS = "business"

    class Status(models.TextChoices):
        ACTIVE = "active"
        INACTIVE = "inactive"
        SUSPENDED = "suspended"

    is_person = True
    short_fields = ("name", "email")
    search_fields = ("name", "email", "company", "tax_id")
    phone_fields = ("phone",)
    duplicate_keys = {"email": ("email",), "phone": ("phone_key",), "name": ("name_key",)}
    duplicate_kinds = ("customer",)

    name = fields.string(required=True)
    email = fields.email()
    phone = fields.string()
    company = fields.string()
    customer_type = fields.choice(Type, Type.INDIVIDUAL)
    status = fields.choice(Status, Status.ACTIVE)
    billing_address = fields.text()
    shipping_address = fields.text()
    tax_id = fields.string()
    credit_limit = fields.money(0)
    total_spent = fields.money(0, minimum=None, editable=False)
    notes = fields.text()
    tags = fields.json_list(fields.TAG)
    assigned_to = fields.link(
        settings.AUTH_USER_MODEL, related_name="customers", db_index=False, db_column="assigned_to"
    )
    account = fields.link(Account, related_name="customers")
    contact = fields.link(Contact, related_name="customers")
    phone_key = fields.derived("phone", by=matching.phone_key)
    name_key = fields.derived("name", by=matching.name_key)

    class Meta(Record.Meta):
        db_table = "customers"
        constraints = [
            *Record.Meta.constraints,
            unique_live(
                "email",
                where=~Q(email=""),
                message=gettext_lazy("Another customer already has this email."),
            ),
            unique_live("account", message=gettext_lazy("This account already has its customer.")),
            not_negative("credit_limit"),
        ]
        indexes = [
            *Record.Meta.indexes,
            owner_index("assigned_to"),
            index("status"),
            index("phone_key"),
            index("name_key"),
        ]


class Supplier(Record):
    """A company we buy from."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        INACTIVE = "inactive"

    owner_field = None
    search_fields = ("name", "contact_person", "email", "city", "tax_id")
    phone_fields = ("phone",)

    name = fields.string(required=True)
    contact_person = fields.string()
    email = fields.email()
    phone = fields.string()
    address = fields.text()
    city = fields.string()
    state = fields.string()
    country = fields.string()
    postal_code = fields.string()
    tax_id = fields.string()
    payment_terms = fields.string()
    status = fields.choice(Status, Status.ACTIVE)
    rating = fields.whole(minimum=1, maximum=5)
    notes = fields.text()
    products_supplied = fields.json_list({"type": ["string", "object"]})

    class Meta(Record.Meta):
        db_table = "suppliers"
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(rating=None) | Q(rating__range=(1, 5)),
                name="supplier_rating_range",
                violation_error_message=gettext_lazy("rating goes from 1 to 5."),
            ),
        ]
        indexes = [*Record.Meta.indexes, index("status"), index("email")]
