"""Which deals: open, won, lost, overdue."""

from datetime import datetime

from crm.core.querysets import RecordQuerySet

from .stages import StageKind

OPEN = (StageKind.OPEN, StageKind.HOLD)


class DealQuerySet(RecordQuerySet):
    """What is asked of deals."""

    def open(self) -> "DealQuerySet":
        """Keep the deals that are neither won nor lost; those on hold are open."""
        return self.filter(stage_kind__in=OPEN)

    def closed(self) -> "DealQuerySet":
        """Keep the deals that are won or lost."""
        return self.exclude(stage_kind__in=OPEN)

    def won(self) -> "DealQuerySet":
        """Keep the deals that are won."""
        return self.filter(stage_kind=StageKind.WON)

    def lost(self) -> "DealQuerySet":
        """Keep the deals that are lost."""
        return self.filter(stage_kind=StageKind.LOST)

    def overdue(self, today: datetime) -> "DealQuerySet":
        """Keep the open deals that should have been closed before the day that began then."""
        return self.filter(stage_kind__in=OPEN, expected_close_date__lt=today)
