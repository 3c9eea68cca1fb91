"""Reads of tickets, named after the question."""

from datetime import datetime

from django.db.models import Q

from crm.core.querysets import RecordQuerySet


class TicketQuerySet(RecordQuerySet):
    """Tickets."""

    def open(self) -> "TicketQuerySet":
        """Keep what is not solved yet, whoever's turn it is."""
        return self.filter(status__in=["open", "in_progress", "pending"])

    def overdue(self, now: datetime) -> "TicketQuerySet":
        """Keep what is not solved yet and missed one of its promises.

        While we wait for the customer nothing but the first answer can be late.
        """
        unanswered = Q(first_responded_at=None, first_response_due__lt=now)
        unsolved = Q(status__in=["open", "in_progress"], resolution_due__lt=now)
        return self.open().filter(unanswered | unsolved)

    def newly_late(self, now: datetime) -> "TicketQuerySet":
        """Keep what is overdue and was not noted as such."""
        return self.overdue(now).filter(sla_breached=False)
