"""What mail answers to what happens elsewhere."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime

from accounts.codemodels import VerificationCode
from accounts.models import Invitation, User
from crm.core import records
from crm.core.fields import normal_email
from crm.core.models import Event
from crm.people.models import Contact

from .accountmails import queue_account_mail
from .composing import configured_sender
from .models import Email
from .operations import queue, queue_many

Kind = Email.AccountMail
#: the key in a person's preferences that switches reminders by mail off
MAIL_REMINDERS = "mail_reminders"


def mail_reset_link(event: Event) -> None:
    """Somebody asked for a new password: mail them the link."""
    user = User.objects.filter(pk=event.record_id).first()
    if user is not None and user.is_active:
        sender = configured_sender()
        queue_account_mail(Kind.PASSWORD_RESET, user.email, user.pk, sender=sender)


def mail_verification_code(event: Event) -> None:
    """Somebody registered, or wants a new code: mail the one that is good now."""
    code = VerificationCode.objects.select_related("user").filter(user=event.record_id).first()
    if code is not None:
        sender = configured_sender()
        queue_account_mail(Kind.VERIFICATION, code.user.email, code.pk, sender=sender)


def mail_invitation(event: Event) -> None:
    """A place was offered: mail the link that takes it."""
    invitation = Invitation.objects.filter(pk=event.record_id, accepted_at=None).first()
    if invitation is not None:
        sender = configured_sender()
        queue_account_mail(Kind.INVITATION, invitation.email, invitation.pk, sender=sender)


def mail_meeting(event: Event, *, closing: Callable[[Event, str], str]) -> None:
    """People are invited to a meeting, or it changed: mail it to each of them.

    ``closing`` gives the lines with which the mail to an address ends.
    """
    contacts = dict(Contact.objects.filter(email__in=event.data["to"]).values_list("email", "pk"))
    emails = []
    for address in dict.fromkeys(event.data["to"]):
        contact = contacts.get(normal_email(address))
        about = {"related_to_type": "contact", "related_to_id": contact} if contact else {}
        emails.append(
            Email(
                to_email=address,
                subject=" ".join(event.data["subject"].split())[:255],
                body=event.data["text"] + closing(event, address),
                calendar=event.data["calendar"],
                reply_to=event.actor.email if event.actor else "",
                **about,
            )
        )
    queue_many(emails, by=event.actor)


def mail_reminder(event: Event) -> None:
    """The moment came at which somebody wanted to be reminded: mail them, unless switched off."""
    owner = User.objects.filter(pk=event.data["owner"]).first() if event.data["owner"] else None
    if owner is None or not owner.is_active or not owner.preferences.get(MAIL_REMINDERS, True):
        return
    title = " ".join(event.data["title"].split())
    lines = [f"Hello {owner.full_name},", "", f"you wanted to be reminded of: {title}"]
    due = parse_datetime(event.data["due"]) if event.data["due"] else None
    if due is not None:
        lines.append(f"Due: {due.astimezone(ZoneInfo(owner.timezone)):%Y-%m-%d, %H:%M}")
    email = Email(to_email=owner.email, subject=f"Reminder: {title}"[:255])
    email.body = "\n".join([*lines, ""])
    queue(records.create(email, by=None), by=None)
