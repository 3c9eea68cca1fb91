"""Sending a campaign: the audience frozen once, a mail for each, and an eye on what comes back.

Each step is a batch of its own transaction that finds its work in the tables. It can be
killed anywhere, run any number of times and by several workers; the unique pair of campaign
and address has the last word. The mails themselves leave by the engine of all mail.
"""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from uuid_utils.compat import uuid7

from crm.core import jobs
from crm.messaging.models import Email
from crm.messaging.operations import queue_many

from . import attribution, audience, operations, wording
from .models import Campaign, CampaignRecipient

log = logging.getLogger(__name__)

Status = Campaign.Status
BATCH = 200
#: a campaign pauses itself above these shares of the mails it sent last
MOST_BOUNCED = 0.05
MOST_COMPLAINED = 0.001
WATCHED = 1000
FEWEST_WATCHED = 100
#: until then after its end a campaign's figures follow what its readers do
FIGURES_FOLLOW = timedelta(days=60)


def look_for_campaigns() -> None:
    """Ask a worker to go on wherever a campaign is due or under way.

    The clock only asks: a job of its own that died would be taken up two minutes later.
    """
    due = Q(status=Status.SCHEDULED, start_date__lte=timezone.now()) | Q(status=Status.ACTIVE)
    if Campaign.objects.filter(due, campaign_type=Campaign.Type.EMAIL).exists():
        jobs.hint(operations.RUN)


def run_campaigns() -> None:
    """Start what is due, and bring every active campaign as far as it goes now."""
    operations.start_due()
    active = Campaign.objects.filter(status=Status.ACTIVE, campaign_type=Campaign.Type.EMAIL)
    for campaign_id in list(active.order_by("started_at").values_list("pk", flat=True)):
        try:
            advance(campaign_id)
        except Exception:  # one that fails must not keep the others from going on
            log.exception("The campaign %s could not be brought further", campaign_id)


def advance(campaign_id: UUID) -> None:
    """Freeze the audience, queue its mails, watch what comes back, and see whether it is done."""
    while freeze_batch(campaign_id):
        pass
    while queue_batch(campaign_id):
        pass
    watch(campaign_id)
    attribution.refresh_metrics(campaign_id)
    complete(campaign_id)


def _active(campaign_id: UUID) -> Campaign | None:
    """Return an active campaign, locked; None where it is none, or another worker has it."""
    rows = Campaign.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    return rows.filter(pk=campaign_id, status=Status.ACTIVE).first()


@transaction.atomic
def freeze_batch(campaign_id: UUID) -> bool:
    """Take the next rows of the audience over as recipients; whether there may be more.

    How far it got, and who was left out, is stored with them: after a crash it goes on there.
    """
    campaign = _active(campaign_id)
    if campaign is None or campaign.audience_frozen_at is not None:
        return False
    if campaign.started_by is None or campaign.started_at is None:
        return _stop(campaign, "Nobody is known to have started it.")
    position = campaign.audience_position
    wanted = [source for source in audience.SOURCES if source in campaign.audience]
    source = position.get("source") or wanted[0]
    try:
        rows = audience.members(
            campaign.audience, source, by=campaign.started_by, until=campaign.started_at
        )
    except ValidationError as error:
        return _stop(campaign, " ".join(error.messages))
    if after := position.get("after"):
        rows = rows.filter(pk__gt=after)
    batch = list(rows.values_list("pk", "email")[:BATCH])
    values: dict[str, Any] = {}
    if batch:
        values["excluded"] = _take_over(campaign, source, batch)
        values["audience_position"] = {"source": source, "after": str(batch[-1][0])}
    elif source != wanted[-1]:
        values["audience_position"] = {"source": wanted[wanted.index(source) + 1], "after": None}
    else:
        values["audience_frozen_at"] = timezone.now()
    # Not by the verbs: this is bookkeeping, and no change that anybody made.
    Campaign.objects.filter(pk=campaign_id).update(**values)
    return "audience_frozen_at" not in values


def _stop(campaign: Campaign, reason: str) -> bool:
    operations.pause_campaign(campaign, by=None, reason=reason)
    return False


def _take_over(campaign: Campaign, source: str, batch: list[tuple[UUID, str]]) -> dict[str, int]:
    """Store the recipients among some rows; return who was left out so far, by reason."""
    addresses = [address for _, address in batch]
    there = CampaignRecipient.objects.filter(campaign=campaign, address__in=addresses)
    known = set(there.values_list("address", flat=True))
    consent = campaign.audience.get(audience.CONSENT, False)
    outcome = audience.sort_out(source, batch, known, consent=consent)
    link = {"contacts": "contact_id", "leads": "lead_id"}[source]
    CampaignRecipient.objects.bulk_create(
        [
            CampaignRecipient(campaign=campaign, address=address, **{link: pk})
            for address, pk in outcome.taken.items()
        ]
    )
    return {
        reason: campaign.excluded.get(reason, 0) + outcome.excluded[reason]
        for reason in audience.REASONS
    }


@transaction.atomic
def queue_batch(campaign_id: UUID) -> int:
    """Make and queue the mails of the next recipients; return how many.

    A recipient and its mail are tied together in the transaction that makes the mail.
    """
    campaign = _active(campaign_id)
    if campaign is None or campaign.audience_frozen_at is None:
        return 0
    waiting = CampaignRecipient.objects.filter(campaign=campaign, mailed_at=None)
    recipients = list(waiting.select_for_update(of=("self",)).order_by("pk")[:BATCH])
    if not recipients:
        return 0
    values = _values_of(recipients, by=campaign.started_by)
    now = timezone.now()
    emails = []
    for recipient in recipients:
        email = _mail_to(recipient, campaign, values.get(recipient.pk, {}))
        recipient.email, recipient.mailed_at = email, now
        emails.append(email)
    queue_many(emails, by=campaign.started_by)
    CampaignRecipient.objects.bulk_update(recipients, ["email", "mailed_at"])
    return len(recipients)


def _values_of(recipients: list[CampaignRecipient], *, by: Any) -> dict[UUID, dict[str, str]]:
    found: dict[UUID, dict[str, str]] = {}
    for source, link in (("contacts", "contact_id"), ("leads", "lead_id")):
        ids = {getattr(r, link): r.pk for r in recipients if getattr(r, link)}
        if ids:
            values = wording.values_of(source, list(ids), by=by)
            found |= {ids[pk]: known for pk, known in values.items()}
    return found


def _mail_to(recipient: CampaignRecipient, campaign: Campaign, values: dict[str, str]) -> Email:
    message = wording.worded(campaign, values)
    from_name, reply_to = operations.sender_of(campaign)
    kind = "contact" if recipient.contact_id else "lead" if recipient.lead_id else ""
    return Email(
        id=uuid7(),
        campaign=campaign,
        to_email=recipient.address,
        from_name=from_name,
        reply_to=reply_to,
        subject=message.subject,
        body=message.text,
        html_body=message.html,
        track=True,
        related_to_type=kind,
        related_to_id=recipient.contact_id or recipient.lead_id,
    )


@transaction.atomic
def watch(campaign_id: UUID) -> bool:
    """Pause a campaign that too many bounce from or complain of; whether it did.

    Looked at are the last 1,000 mails sent since it was started or resumed, from 100 on
    (behaviours.md, Campaign).
    """
    campaign = _active(campaign_id)
    if campaign is None:
        return False
    reason = alarm(last_sent(campaign))
    if reason:
        operations.pause_campaign(campaign, by=None, reason=reason)
    return bool(reason)


def last_sent(campaign: Campaign) -> list[str]:
    """Return what became of the mails that were sent last."""
    left = Email.all_objects.filter(
        campaign=campaign,
        status__in=(Email.Status.SENT, Email.Status.BOUNCED, Email.Status.COMPLAINED),
        sent_at__gte=campaign.resumed_at,
    )
    return list(left.order_by("-sent_at").values_list("status", flat=True)[:WATCHED])


def alarm(statuses: list[str]) -> str:
    """Return why a campaign has to stop, or the empty string."""
    total = len(statuses)
    if total < FEWEST_WATCHED:
        return ""
    for status, limit, what in (
        (Email.Status.BOUNCED, MOST_BOUNCED, "bounced"),
        (Email.Status.COMPLAINED, MOST_COMPLAINED, "were complained of"),
    ):
        number = statuses.count(status)
        if number > total * limit:
            return f"{number} of the last {total} mails {what}; more than {limit:.1%} is too many."
    return ""


@transaction.atomic
def complete(campaign_id: UUID) -> bool:
    """Close a campaign whose every recipient is accounted for; whether it did."""
    campaign = _active(campaign_id)
    if campaign is None or campaign.audience_frozen_at is None:
        return False
    if open_recipients(campaign).exists():
        return False
    operations.complete_campaign(campaign)
    return True


def open_recipients(campaign: Campaign) -> QuerySet[CampaignRecipient]:
    """Return the recipients of whom it is not yet known what became, or that nobody knows."""
    status = Email.Status
    on_the_way = Q(email__status__in=(status.QUEUED, status.SCHEDULED, status.DRAFT))
    on_the_way |= Q(email__status=status.SENDING, email__outcome_unknown=False)
    open_ = Q(mailed_at=None) | (on_the_way & Q(email__deleted_at=None))
    return CampaignRecipient.objects.filter(open_, campaign=campaign)


def refresh_figures(now: datetime | None = None) -> None:
    """Bring the metrics of campaigns up to date that somebody may still read."""
    since = (now or timezone.now()) - FIGURES_FOLLOW
    for campaign_id in list(
        Campaign.objects.filter(started_at__gte=since).values_list("pk", flat=True)
    ):
        attribution.refresh_metrics(campaign_id)
