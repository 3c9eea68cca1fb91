"""Named filters of what people have to do."""

import django_filters

from crm.core.filters import OwnedFilter, YesNoFilter
from crm.core.periods import period

#: the four parts of what is open, by the days of the user's time zone (behaviours.md G10)
PARTS = ("overdue", "today", "upcoming", "no_date")


def part_of(queryset, name):
    """Return one part of the open tasks; every open task is in exactly one."""
    today = period("today")
    match name:
        case "overdue":
            return queryset.overdue(today.start)
        case "today":
            return queryset.due_within(today.start, today.end)
        case "upcoming":
            return queryset.upcoming(today.end)
    return queryset.without_date()


class TaskFilter(OwnedFilter):
    """Questions asked of tasks."""

    overdue = YesNoFilter(method="filter_part", help_text="Open, of a day before today.")
    today = YesNoFilter(method="filter_part", help_text="Open and due today.")
    upcoming = YesNoFilter(method="filter_part", help_text="Open, of a day after today.")
    no_date = YesNoFilter(method="filter_part", help_text="Open, without a due date.")
    due = django_filters.ChoiceFilter(
        choices=[(name, name) for name in PARTS],
        method="filter_due",
        help_text=f"One part of the open tasks: {', '.join(PARTS)}.",
        error_messages={"invalid_choice": f"Write one of: {', '.join(PARTS)}."},
    )

    def filter_part(self, queryset, name, value):
        found = part_of(queryset, name)
        return found if value else queryset.exclude(pk__in=found.order_by().values("pk"))

    def filter_due(self, queryset, name, value):
        return part_of(queryset, value)
