"""Filters with a name of their own, beside the comparisons that every field offers."""

import django_filters
from django.utils.translation import gettext_lazy as _

from .written import yes_or_no


class YesNoFilter(django_filters.TypedChoiceFilter):
    """``true`` or ``false``, and nothing else."""

    def __init__(self, **options):
        choices = [(word, word) for word in ("true", "false", "1", "0")]
        messages = {"invalid_choice": _("Write true or false.")}
        super().__init__(choices=choices, coerce=yes_or_no, error_messages=messages, **options)


class RecordFilter(django_filters.FilterSet):
    """Questions that every entity answers. A domain adds its own, such as ``overdue``."""

    mine = YesNoFilter(method="filter_mine", help_text="What belongs to the caller.")

    def filter_mine(self, queryset, name, value):
        if value is True:
            return queryset.owned_by(self.request.user)
        if value is False:
            return queryset.exclude(
                **{queryset.model.owner_field or "created_by": self.request.user}
            )
        return queryset


class OwnedFilter(RecordFilter):
    """For entities whose records can belong to nobody."""

    unassigned = YesNoFilter(method="filter_unassigned", help_text="What belongs to nobody.")

    def filter_unassigned(self, queryset, name, value):
        free = {f"{queryset.model.owner_field}__isnull": True}
        return queryset.filter(**free) if value else queryset.exclude(**free)
