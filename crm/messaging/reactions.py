"""What mail answers to what happens elsewhere."""

from accounts.models import Invitation, User
from crm.core.models import Event

from .accountmails import queue_account_mail
from .composing import configured_sender
from .models import Email

Kind = Email.AccountMail


def mail_reset_link(event: Event) -> None:
    """Somebody asked for a new password: mail them the link."""
    user = User.objects.filter(pk=event.record_id).first()
    if user is not None and user.is_active:
        sender = configured_sender()
        queue_account_mail(Kind.PASSWORD_RESET, user.email, user.pk, sender=sender)


def mail_invitation(event: Event) -> None:
    """A place was offered: mail the link that takes it."""
    invitation = Invitation.objects.filter(pk=event.record_id, accepted_at=None).first()
    if invitation is not None:
        sender = configured_sender()
        queue_account_mail(Kind.INVITATION, invitation.email, invitation.pk, sender=sender)
