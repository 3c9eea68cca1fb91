"""Who we are, and what other currencies were worth: what the house's papers and sums need."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import fields

SMALLEST_RATE = Decimal("0.00000001")
LARGEST_LOGO = 1_000_000


def check_timezone(name: str) -> None:
    """Refuse a name that is no time zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise ValidationError(
            _("There is no time zone '%(name)s'. Write one such as Europe/Berlin.") % {"name": name}
        ) from error


def check_size(file: Any) -> None:
    """Refuse a logo that would make every invoice heavy."""
    if file.size > LARGEST_LOGO:
        raise ValidationError(_("The logo is larger than 1 MB."))


class Company(models.Model):
    """We ourselves, as our invoices show us; there is one row."""

    name = fields.string(required=True)
    address = fields.text()
    email = fields.email()
    phone = fields.string()
    website = fields.string()
    tax_id = fields.string()
    bank_details = fields.text(help_text="Where to pay; stands on every invoice.")
    invoice_footer = fields.text(help_text="The last lines of every invoice.")
    logo = models.FileField(
        upload_to="company",
        blank=True,
        validators=[FileExtensionValidator(["png", "jpg", "jpeg"]), check_size],
        help_text="PNG or JPEG, up to 1 MB.",
    )
    base_currency = fields.currency()
    timezone = fields.string(
        64,
        default="UTC",
        validators=[check_timezone],
        help_text="Whose day it is when an invoice is issued.",
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "company"
        verbose_name_plural = "company"
        constraints: ClassVar[list] = [
            models.CheckConstraint(condition=Q(pk=1), name="company_is_one_row")
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        """Store the one row."""
        self.pk = 1
        super().save(*args, **options)

    @classmethod
    def current(cls) -> "Company":
        """Return our company; before anybody wrote it down, one with the defaults."""
        return cls.objects.filter(pk=1).first() or cls(pk=1, name="Our company")

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which our days begin and end."""
        return ZoneInfo(self.timezone)

    def today(self) -> date:
        """Return the date that it is at our place."""
        return timezone.localdate(timezone=self.zone)

    def start_of_today(self) -> datetime:
        """Return when the present day began at our place: what was due before it is overdue."""
        return datetime.combine(self.today(), time.min, self.zone)


class ExchangeRate(models.Model):
    """What one unit of a currency is worth in the base currency, from a day on."""

    currency = fields.currency()
    valid_from = models.DateField()
    rate = models.DecimalField(
        max_digits=18,
        decimal_places=8,
        validators=[MinValueValidator(SMALLEST_RATE)],
        help_text="How much of the base currency one unit is worth.",
    )

    class Meta:
        db_table = "exchange_rates"
        ordering: ClassVar[list[str]] = ["currency", "-valid_from"]
        constraints: ClassVar[list] = [
            models.UniqueConstraint(
                fields=["currency", "valid_from"],
                name="exchangerate_unique_a_day",
                violation_error_message=gettext_lazy(
                    "There is a rate of this currency for this day already."
                ),
            ),
            models.CheckConstraint(
                condition=Q(rate__gt=0),
                name="exchangerate_positive",
                violation_error_message=gettext_lazy("A rate is more than zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.valid_from}: {self.rate}"
