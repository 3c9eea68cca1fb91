"""Counting who followed a link.

A click is one row, stored at once and by itself; the figures of the link are made from the
rows under the link's lock. So none is lost and none counts twice, however many come at once
and whatever dies in between.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone

from crm.core import events
from crm.messaging import tracking
from crm.messaging.models import Email

from .models import Campaign, Click, LinkAnalytics
from .visitors import Visit

#: all links of one mail within this time were followed by a scanner
SCANNER_WINDOW = timedelta(seconds=2)
#: only then is it known of a click in a mail whether a scanner made it
SETTLED_AFTER = timedelta(seconds=4)
KEPT_DAYS = 90
NEWEST_SHOWN = 50
BATCH = 1000


def record_click(link_id: UUID, visit: Visit, *, email_id: UUID | None = None) -> None:
    """Store a click and count it; one in a mail is counted a few seconds later."""
    Click.objects.create(
        link_id=link_id,
        at=visit.at,
        referrer=visit.referrer,
        device=visit.device,
        visitor=visit.visitor,
        machine=visit.machine,
        email_id=email_id,
    )
    if email_id is None:
        count_clicks(link_id, now=visit.at)


def settled(now: datetime) -> Q:
    """Return the condition on clicks that can be counted by ``now``."""
    return Q(email=None) | Q(at__lte=now - SETTLED_AFTER)


@transaction.atomic
def count_clicks(link_id: UUID, *, now: datetime) -> int:
    """Add the clicks to their link's figures that are not in them yet; return how many."""
    locked = LinkAnalytics.all_objects.select_for_update(of=("self",), no_key=True)
    link = locked.filter(pk=link_id).first()
    if link is None:
        return 0
    waiting = Click.objects.filter(link=link_id, counted=False).filter(settled(now))
    clicks = list(waiting.order_by("at", "pk")[:BATCH])
    if not clicks:
        return 0
    people = [click for click in clicks if not click.machine]
    values: dict[str, Any] = {"machine_clicks": F("machine_clicks") + len(clicks) - len(people)}
    if people:
        newest = [shown(click) for click in reversed(people)]
        latest = max(people[-1].at, link.last_clicked_at or people[-1].at)
        values |= {
            "clicks": F("clicks") + len(people),
            "unique_clicks": F("unique_clicks") + _new_visitors(link_id, people),
            "last_clicked_at": latest,
            "click_data": [*newest, *link.click_data][:NEWEST_SHOWN],
        }
    # Not by the verbs: a click is no change that anybody made to the link.
    LinkAnalytics.all_objects.filter(pk=link_id).update(**values)
    Click.objects.filter(pk__in=[click.pk for click in clicks]).update(counted=True)
    _count_in_mails(clicks)
    if people and link.campaign_id:
        transaction.on_commit(partial(refresh_clicks, link.campaign_id), robust=True)
    return len(clicks)


def _new_visitors(link_id: UUID, people: list[Click]) -> int:
    visitors = {click.visitor for click in people}
    known = Click.objects.filter(link=link_id, counted=True, machine=False, visitor__in=visitors)
    return len(visitors) - known.values("visitor").distinct().count()


def _count_in_mails(clicks: list[Click]) -> None:
    """Count the clicks in the figures of the mails they were made in.

    A person's first click in a mail is the event ``email.clicked``.
    """
    by_mail: dict[Any, list[Click]] = defaultdict(list)
    for click in clicks:
        if click.email_id:
            by_mail[click.email_id].append(click)
    for email_id in sorted(by_mail):
        found = by_mail[email_id]
        people = [click for click in found if not click.machine]
        values: dict[str, Any] = {
            "clicks_count": F("clicks_count") + len(people),
            "machine_clicks_count": F("machine_clicks_count") + len(found) - len(people),
        }
        rows = Email.all_objects.filter(pk=email_id)
        rows.update(**values)
        if people and rows.filter(clicked_at=None).update(clicked_at=people[0].at):
            events.record("clicked", Email(pk=email_id), by=None)


def shown(click: Click) -> dict[str, str]:
    """Return a click as the link's row shows it."""
    return {
        "time": click.at.isoformat().replace("+00:00", "Z"),
        "referrer": click.referrer,
        "device": click.device,
    }


def refresh_clicks(campaign_id: UUID) -> None:
    """Make a campaign's clicks the sum of those of its links."""
    with transaction.atomic():
        locked = Campaign.all_objects.select_for_update(of=("self",), no_key=True)
        campaign = locked.filter(pk=campaign_id).first()
        if campaign is None:
            return
        links = LinkAnalytics.all_objects.filter(campaign=campaign_id)
        total = links.aggregate(total=Sum("clicks"))["total"] or 0
        metrics = {**campaign.metrics, "clicks": total}
        if metrics != campaign.metrics:
            Campaign.all_objects.filter(pk=campaign_id).update(metrics=metrics)


def count_waiting(now: datetime | None = None) -> int:
    """Count what is settled by now: clicks in mails, and what a crash left uncounted."""
    now = now or timezone.now()
    waiting = Click.objects.filter(counted=False).filter(settled(now))
    unmask_scanners(waiting)
    total = 0
    for link_id in list(waiting.order_by().values_list("link", flat=True).distinct()[:BATCH]):
        while counted := count_clicks(link_id, now=now):
            total += counted
    return total


def unmask_scanners(waiting: Any) -> int:
    """Mark the clicks of whoever followed all links of one mail within two seconds."""
    mails = set(
        waiting.exclude(email=None).filter(machine=False).values_list("email", flat=True)[:BATCH]
    )
    if not mails:
        return 0
    links_of = _links_in(mails)
    clicks: dict[Any, list[Click]] = defaultdict(list)
    for click in Click.objects.filter(email__in=mails).order_by("at", "pk"):
        clicks[click.email_id].append(click)
    found = [click.pk for mail in mails for click in scanned(clicks[mail], links_of.get(mail, 0))]
    return Click.objects.filter(pk__in=found, counted=False).update(machine=True)


def scanned(clicks: list[Click], links: int) -> list[Click]:
    """Return the clicks of one mail, in order of time, that a scanner made.

    A mail with a single link tells nothing.
    """
    if links < 2:
        return []
    found: dict[UUID, Click] = {}
    for start, first in enumerate(clicks):
        burst = [c for c in clicks[start:] if c.at - first.at <= SCANNER_WINDOW]
        if len({click.link_id for click in burst}) >= links:
            found |= {click.pk: click for click in burst}
    return list(found.values())


def _links_in(mails: set[UUID]) -> dict[UUID, int]:
    """Return how many different links each mail has."""
    rows = Email.all_objects.filter(pk__in=mails).values_list("pk", "html_body")
    return {pk: len({found[1] for found in tracking.LINK.findall(markup)}) for pk, markup in rows}


def forget_clicks() -> int:
    """Drop the single clicks after ninety days; the figures stay."""
    old = timezone.now() - timedelta(days=KEPT_DAYS)
    forgotten = Click.objects.filter(counted=True, at__lt=old).order_by("at").values("pk")[:BATCH]
    return Click.objects.filter(pk__in=list(forgotten.values_list("pk", flat=True))).delete()[0]
