"""The index of the jobs: what runs by the clock, and where work waits."""

from datetime import timedelta

from accounts import registrations
from crm.activities.operations import give_reminders
from crm.commerce.operations import mark_overdue
from crm.core import outbox, purge
from crm.core.jobs import Queue, Scheduled
from crm.documents import sweeping
from crm.marketing import clicks, links
from crm.marketing import sending as campaigns
from crm.messaging import sending
from crm.messaging.models import Email
from crm.sales import scoring
from crm.support import operations as support

schedule: dict[str, Scheduled] = {
    "tell events": Scheduled(
        outbox.deliver_all,
        every=timedelta(seconds=15),
        does="Tells the events that a crash or a lost hint left untold.",
    ),
    "give reminders": Scheduled(
        give_reminders,
        every=timedelta(seconds=30),
        does="Tells the open tasks whose reminder has come.",
    ),
    "stamp overdue invoices": Scheduled(
        mark_overdue,
        every=timedelta(minutes=15),
        does="Marks issued invoices whose due date has passed as overdue.",
    ),
    "purge": Scheduled(
        purge.purge_expired,
        every=timedelta(hours=6),
        does="Removes for good what has been in the recycle bin for PURGE_DAYS.",
    ),
    "give up registrations": Scheduled(
        registrations.give_up,
        every=timedelta(hours=6),
        does="Deletes the accounts that somebody registered and nobody opened within a week.",
    ),
    "rescore leads": Scheduled(
        scoring.rescore_expired,
        every=timedelta(hours=1),
        does="Lowers the scores that rest on a contact which is 30 days ago by now.",
    ),
    "sweep files": Scheduled(
        sweeping.sweep,
        every=timedelta(minutes=10),
        does="Removes stored files that no document holds: failed uploads and purged documents.",
    ),
    "hash files": Scheduled(
        sweeping.hash_files,
        every=timedelta(minutes=10),
        does="Computes the checksums of large files that were sent straight to the bucket.",
    ),
    "count clicks": Scheduled(
        clicks.count_waiting,
        every=timedelta(seconds=10),
        does="Counts the clicks in mails, and those that a crash left uncounted.",
    ),
    "run campaigns": Scheduled(
        campaigns.look_for_campaigns,
        every=timedelta(seconds=10),
        does="Has due campaigns started, and the active ones brought as far as they go.",
    ),
    "refresh campaign figures": Scheduled(
        campaigns.refresh_figures,
        every=timedelta(minutes=5),
        does="Brings the figures of campaigns up to date with what their readers did.",
    ),
    "expire links": Scheduled(
        links.expire_links,
        every=timedelta(minutes=1),
        does="Stamps the links whose end has passed.",
    ),
    "forget clicks": Scheduled(
        clicks.forget_clicks,
        every=timedelta(hours=1),
        does="Drops the single clicks after ninety days; the figures stay.",
    ),
    "send due mail": Scheduled(
        sending.look_for_due,
        every=timedelta(seconds=30),
        does="Queues scheduled mails whose time has come; has sent what waits or may be retried.",
    ),
    "mark lost mail": Scheduled(
        sending.mark_lost,
        every=timedelta(minutes=1),
        does="Marks mails that a dead worker was sending: their outcome is unknown.",
    ),
    "missed promises": Scheduled(
        support.flag_breaches,
        every=timedelta(minutes=1),
        does="Notes tickets that missed a promise and tells the manager.",
    ),
}

queues: tuple[Queue, ...] = (
    Queue("Events", outbox.waiting, outbox.given_up, page="admin:crm_event_changelist"),
    Queue(
        "Mail",
        Email.objects.waiting,
        Email.objects.unsettled,
        page="admin:crm_email_changelist",
    ),
)
