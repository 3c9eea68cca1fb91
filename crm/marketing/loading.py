"""What history of campaigns and links needs beside its rows."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from crm.core.entries import Entry, completes

from .links import new_code
from .models import Campaign, LinkAnalytics

#: what an email campaign that would start or go on by itself rests as
AT_REST = {
    Campaign.Status.SCHEDULED: Campaign.Status.DRAFT,
    Campaign.Status.ACTIVE: Campaign.Status.PAUSED,
}


@completes(Campaign)
def complete_campaigns(entries: Sequence[Entry]) -> None:
    """Let no email campaign start or go on by itself: a person decides that here."""
    for entry in entries:
        campaign, before = entry.record, entry.before
        goes_on = before is not None and before.status == campaign.status
        if not campaign.is_email or campaign.status not in AT_REST or goes_on:
            continue
        rest = AT_REST[campaign.status]
        entry.note(
            _("It was %(status)s and is %(rest)s here: nothing is mailed until somebody says so.")
            % {"status": campaign.status, "rest": rest}
        )
        campaign.status = rest


@completes(LinkAnalytics)
def complete_links(entries: Sequence[Entry]) -> None:
    """Make a code for the links that came without one."""
    for entry in entries:
        link, before = entry.record, entry.before
        if not link.short_code:
            link.short_code = before.short_code if before else new_code()
