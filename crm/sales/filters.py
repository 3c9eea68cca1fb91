"""Questions about deals, asked of a list by name."""

from datetime import datetime, time, timedelta

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from crm.core.filters import OwnedFilter, YesNoFilter

from .dealquerysets import OPEN
from .models import Pipeline
from .stages import StageKind


def start_of_today() -> datetime:
    """Return when the day began where the user is (behaviours.md G10)."""
    return timezone.make_aware(datetime.combine(timezone.localdate(), time.min))


class DealFilter(OwnedFilter):
    """What is asked of deals beside their fields."""

    open = YesNoFilter(method="filter_open", help_text="Neither won nor lost.")
    won = YesNoFilter(method="filter_won", help_text="Won.")
    lost = YesNoFilter(method="filter_lost", help_text="Lost.")
    overdue = YesNoFilter(
        method="filter_overdue", help_text="Open, and expected to be closed before today."
    )
    rotting = YesNoFilter(
        method="filter_rotting", help_text="Longer in a stage than its rotting_days."
    )

    def filter_open(self, queryset, name, value):
        return queryset.open() if value else queryset.closed()

    def filter_won(self, queryset, name, value):
        return queryset.won() if value else queryset.exclude(stage_kind=StageKind.WON)

    def filter_lost(self, queryset, name, value):
        return queryset.lost() if value else queryset.exclude(stage_kind=StageKind.LOST)

    def filter_overdue(self, queryset, name, value):
        today = start_of_today()
        if value:
            return queryset.overdue(today)
        return queryset.exclude(stage_kind__in=OPEN, expected_close_date__lt=today)

    def filter_rotting(self, queryset, name, value):
        now, rotten = timezone.now(), Q(pk__in=[])
        for pipeline in Pipeline.objects.all():
            for stage in pipeline.all_stages():
                if stage.rotting_days is not None:
                    latest = now - timedelta(days=stage.rotting_days)
                    rotten |= Q(pipeline=pipeline, stage=stage.name, _since__lt=latest)
        queryset = queryset.alias(_since=Coalesce(F("stage_changed_at"), F("created_at")))
        return queryset.filter(rotten) if value else queryset.exclude(rotten)
