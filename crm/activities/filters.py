"""Named filters of what people have to do."""

from django.utils import timezone

from crm.core.filters import OwnedFilter, YesNoFilter


class TaskFilter(OwnedFilter):
    """Questions asked of tasks."""

    overdue = YesNoFilter(method="filter_overdue", help_text="Open and past their due date.")

    def filter_overdue(self, queryset, name, value):
        late = queryset.overdue(timezone.now())
        return late if value else queryset.exclude(pk__in=late.order_by().values("pk"))
