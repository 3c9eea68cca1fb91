"""Named filters of orders and invoices."""

from crm.core.company import Company
from crm.core.filters import OwnedFilter, YesNoFilter


class InvoiceFilter(OwnedFilter):
    """Questions asked of invoices."""

    overdue = YesNoFilter(
        method="filter_overdue", help_text="Issued, not paid, and past their due date."
    )

    def filter_overdue(self, queryset, name, value):
        late = queryset.overdue(Company.current().start_of_today())
        return late if value else queryset.exclude(pk__in=late.order_by().values("pk"))
