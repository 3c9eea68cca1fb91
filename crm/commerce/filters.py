"""Named filters of orders and invoices."""

from django.utils import timezone

from crm.core.filters import OwnedFilter, YesNoFilter


class InvoiceFilter(OwnedFilter):
    """Questions asked of invoices."""

    overdue = YesNoFilter(
        method="filter_overdue", help_text="Issued, not paid, and past their due date."
    )

    def filter_overdue(self, queryset, name, value):
        late = queryset.overdue(timezone.now())
        return late if value else queryset.exclude(pk__in=late.order_by().values("pk"))
