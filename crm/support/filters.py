"""Named filters of tickets."""

from django.utils import timezone

from crm.core.filters import OwnedFilter, YesNoFilter


class TicketFilter(OwnedFilter):
    """Questions asked of tickets."""

    open = YesNoFilter(method="filter_open", help_text="Not solved yet, whoever's turn it is.")
    overdue = YesNoFilter(
        method="filter_overdue", help_text="Not solved yet and past a promise that still counts."
    )
    breached = YesNoFilter(
        field_name="sla_breached", help_text="Missed a promise, solved meanwhile or not."
    )

    def filter_open(self, queryset, name, value):
        return queryset.open() if value else queryset.exclude(pk__in=_ids(queryset.open()))

    def filter_overdue(self, queryset, name, value):
        late = queryset.overdue(timezone.now())
        return late if value else queryset.exclude(pk__in=_ids(late))


def _ids(queryset):
    return queryset.order_by().values("pk")
