"""What campaigns answer to what happens to their mails."""

from crm.core import jobs
from crm.core.models import Event

from . import operations
from .models import Campaign


def look_after_campaign(event: Event) -> None:
    """A mail came back or was complained of: where it was a campaign's, see whether to stop."""
    if Campaign.objects.filter(emails=event.record_id, status=Campaign.Status.ACTIVE).exists():
        jobs.after_commit(operations.RUN)
