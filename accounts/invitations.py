"""Invitations: a place offered by mail, and taken."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import events
from crm.core.errors import Conflict
from crm.core.fields import normal_email
from crm.core.wording import value_word

from . import sessions, tokens
from .models import Invitation, Team, User
from .operations import create_user
from .sessions import SignIn

INVITATION_LIFETIME = timedelta(hours=72)
INVITED_BY_MANAGERS = {User.Role.SALES_REP, User.Role.SUPPORT}


@transaction.atomic
def invite(email: str, *, role: str, team: Team | None, by: User) -> Invitation:
    """Offer somebody a place, good once within 72 hours; an earlier offer ends.

    The event wakes the mail with the link.

    Managers invite sales_rep and support, into a team they manage: their own unless they
    name another. Raises ``PermissionDenied`` and :class:`Conflict`.
    """
    if not by.has_perm("accounts.invite_user"):
        raise PermissionDenied(_("The permission accounts.invite_user is missing."))
    if by.role != User.Role.ADMIN and not by.is_superuser:
        if role not in INVITED_BY_MANAGERS:
            raise PermissionDenied(
                _("Only an administrator may invite somebody as %(role)s.")
                % {"role": value_word(role)}
            )
        team = team or by.team
        own_team = by.role == User.Role.MANAGER and team is not None and team.pk == by.team_id
        if team is None or (team.manager_id != by.pk and not own_team):
            raise PermissionDenied(_("You may only invite into a team that you manage."))
    email = normal_email(email)
    if User.objects.filter(email=email).exists():
        raise Conflict(_("Somebody with this email is here already."))
    now = timezone.now()
    Invitation.objects.filter(email=email, accepted_at=None, expires_at__gt=now).update(
        expires_at=now
    )
    invitation = Invitation(
        email=email,
        role=role,
        team=team,
        invited_by=by,
        expires_at=now + INVITATION_LIFETIME,
    )
    secret = tokens.invitation_secret(invitation.pk) or ""
    invitation.token_hash = tokens.fingerprint(secret)
    invitation.save(force_insert=True)
    events.record("offered", invitation, by=by)
    return invitation


@transaction.atomic
def accept_invitation(
    secret: str, values: dict[str, Any], *, password: str, request: Any
) -> SignIn:
    """Take an offered place once and sign in; the role and team are those of the offer."""
    now = timezone.now()
    offered = Invitation.objects.filter(
        token_hash=tokens.fingerprint(secret), accepted_at=None, expires_at__gt=now
    )
    invitation = offered.select_related("team").first()
    if invitation is None or not offered.update(accepted_at=now):
        raise ValidationError({"token": _("This invitation has expired or was used already.")})
    if not invitation.invited_by.is_active:
        gone = _("Whoever invited you is not here any more. Ask for a new invitation.")
        raise ValidationError({"token": gone})
    user = User(
        **values,
        email=invitation.email,
        role=invitation.role,
        team=invitation.team,
        email_verified=True,
    )
    create_user(user, by=None, password=password)
    return sessions.open_session(user, request=request)


def offered(secret: str) -> Invitation | None:
    """Return the offer that a link's secret would take now, or None."""
    mine = Invitation.objects.filter(token_hash=tokens.fingerprint(secret), accepted_at=None)
    return mine.filter(expires_at__gt=timezone.now()).first()


def waiting(now: datetime, *, seen_by: User) -> QuerySet[Invitation]:
    """Return the offers that nobody took yet: all to administrators, else one's own."""
    offers = Invitation.objects.filter(accepted_at=None, expires_at__gt=now)
    if seen_by.role != User.Role.ADMIN and not seen_by.is_superuser:
        offers = offers.filter(invited_by=seen_by)
    return offers.select_related("team", "invited_by")


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User) -> None:
    """Take an offer back: its link stops working at once."""
    now = timezone.now()
    if Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires_at__gt=now).update(
        expires_at=now
    ):
        events.record("withdrawn", invitation, by=by)
