"""The mails that accounts need. Links lead to the configured address, never to the request's."""

from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from .models import Invitation, User


def send_reset(user: User, token: str) -> None:
    """Mail the link that sets a new password, after the commit."""
    link = f"{settings.FRONTEND_URL}/reset-password/{token}"
    _after_commit("accounts/mails/reset_password.txt", user.email, {"user": user, "link": link})


def send_invitation(invitation: Invitation, secret: str) -> None:
    """Mail the link that takes an offered place, after the commit."""
    link = f"{settings.FRONTEND_URL}/accept-invite/{secret}"
    context = {"invitation": invitation, "link": link}
    _after_commit("accounts/mails/invitation.txt", invitation.email, context)


def _after_commit(template: str, to: str, context: dict) -> None:
    """The template's first line is the subject."""
    subject, _, body = render_to_string(template, context).strip().partition("\n")
    send = partial(send_mail, subject.strip(), body.strip() + "\n", None, [to])
    transaction.on_commit(send, robust=True)
