"""Named filters of orders and invoices."""

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.core.company import Company
from crm.core.filters import OwnedFilter, YesNoFilter
from crm.core.periods import Period, period

from .bookkeeping import Payment

TWO_TIMES = _("Write two times, from,until; one may be empty: 2026-03-01,2026-04-01.")


class TwoTimesField(forms.CharField):
    """``from,until``; either may be empty."""

    def clean(self, value: str | None) -> list[Period | None] | None:
        """Return both, None where there is nothing."""
        parts = [part.strip() for part in super().clean(value).split(",")]
        if parts == [""]:
            return None
        if len(parts) != 2 or not any(parts):
            raise ValidationError(TWO_TIMES)
        try:
            return [period(part) if part else None for part in parts]
        except ValueError as error:
            raise ValidationError(str(error)) from error


class TwoTimesFilter(django_filters.Filter):
    field_class = TwoTimesField


class InvoiceFilter(OwnedFilter):
    """Questions asked of invoices."""

    overdue = YesNoFilter(
        method="filter_overdue", help_text="Issued, not paid, and past their due date."
    )
    paid_between = TwoTimesFilter(
        method="filter_paid_between",
        help_text="With a payment from the first time on and before the second: from,until.",
    )

    def filter_overdue(self, queryset, name, value):
        late = queryset.overdue(Company.current().start_of_today())
        return late if value else queryset.exclude(pk__in=late.order_by().values("pk"))

    def filter_paid_between(self, queryset, name, value):
        first, until = value
        payments = Payment.objects.order_by()
        if first:
            payments = payments.filter(paid_at__gte=first.start)
        if until:
            payments = payments.filter(paid_at__lt=until.start)
        return queryset.filter(pk__in=payments.values("invoice"))
