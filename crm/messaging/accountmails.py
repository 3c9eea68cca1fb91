"""Mails about somebody's own account. Their secrets exist only in the message that leaves."""

from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts import tokens
from accounts.codemodels import VerificationCode
from accounts.models import Invitation, User
from crm.core import events, jobs

from .gateways import Permanent
from .models import Email

Kind = Email.AccountMail
SUBJECTS = {
    Kind.PASSWORD_RESET: "Set a new password for Nexa CRM",
    Kind.INVITATION: "An invitation to Nexa CRM",
    Kind.VERIFICATION: "Your code for Nexa CRM",
}
NOT_KEPT = "This mail held a secret for its receiver alone, which is not kept here."


@transaction.atomic
def queue_account_mail(kind: Kind, address: str, subject_id: UUID, *, sender: str) -> Email:
    """Store the mail about a user, an invitation or a code; its text is written when it leaves."""
    email = Email.objects.create(
        from_email=sender,
        to_email=address,
        subject=SUBJECTS[kind],
        body=NOT_KEPT,
        status=Email.Status.QUEUED,
        priority=Email.Priority.ACCOUNT,
        queued_at=timezone.now(),
        reference=uuid4(),
        account_mail=kind,
        account_subject=subject_id,
    )
    events.record("created", email, by=None)
    jobs.after_commit("send_mail")
    return email


def written(email: Email) -> tuple[str, str]:
    """Return subject and text of an account mail, with its secret.

    Raises :class:`~.gateways.Permanent` where the secret would open nothing any more.
    """
    about: Any = email.account_subject
    if email.account_mail == Kind.PASSWORD_RESET:
        user = User.objects.filter(pk=about).first()
        if user is None or not user.is_active:
            raise Permanent("This account is not open any more.")
        link = f"{settings.FRONTEND_URL}/reset-password/{tokens.reset_token(user)}"
        return _rendered("accounts/mails/reset_password.txt", {"user": user, "link": link})
    if email.account_mail == Kind.VERIFICATION:
        code = VerificationCode.objects.select_related("user").filter(pk=about).first()
        if code is None or not code.is_good(timezone.now()):
            raise Permanent("This code has expired, was used or was replaced.")
        present = tokens.verification_codes(code.pk)[0]
        context = {"user": code.user, "code": present}
        return _rendered("accounts/mails/verification.txt", context)
    invitations = Invitation.objects.select_related("invited_by")
    invitation = invitations.filter(pk=about).first()
    if invitation is None or invitation.accepted_at or invitation.expires_at <= timezone.now():
        raise Permanent("This invitation has expired or was used already.")
    secret = tokens.invitation_secret(invitation.pk, known_by=invitation.token_hash)
    if secret is None:
        raise Permanent("The key that this invitation was made with is not known any more.")
    link = f"{settings.FRONTEND_URL}/accept-invite/{secret}"
    return _rendered("accounts/mails/invitation.txt", {"invitation": invitation, "link": link})


def _rendered(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """The template's first line is the subject."""
    subject, _, body = render_to_string(template, context).strip().partition("\n")
    return " ".join(subject.split()), body.strip() + "\n"
