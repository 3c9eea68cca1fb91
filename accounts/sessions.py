"""Signing in, staying signed in, and being signed out.

A session is a row; tokens only name it. Whatever ends the row, or raises the user's
``security_version``, ends every token of it at the next request.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework_simplejwt.exceptions import TokenError
from uuid_utils.compat import uuid7

from crm.core.errors import NotSignedIn, TooManyAttempts
from crm.core.fields import normal_email

from . import tokens
from .models import Session, User

log = structlog.get_logger(__name__)

WRONG_CREDENTIALS = gettext_lazy("Email or password is wrong.")
BAD_REFRESH = "This refresh token is not valid any more. Sign in again."
SEEN_EVERY = timedelta(minutes=1)
LONGEST_EMAIL = 254


@dataclass(frozen=True)
class SignIn:
    """An open session and the pair of tokens that goes with it."""

    user: User
    session: Session
    token: str
    refresh_token: str


def sign_in(email: str, password: str, *, request: Any) -> SignIn:
    """Open a session for the right password of an active user.

    ``request`` is Django's; the lock-out counts failures per account in the database.
    Raises :class:`NotSignedIn` with one message and equal work for unknown, inactive and
    wrong, :class:`TooManyAttempts` after ten failures within ten minutes.
    """
    email = normal_email(email)
    user = authenticate(request, username=email, password=password)
    if user is None:
        if not AxesProxyHandler.is_allowed(request, {"username": email}):
            seconds = int(timedelta(minutes=settings.LOGIN_LOCKOUT_MINUTES).total_seconds())
            raise TooManyAttempts(
                _("Too many failed sign-ins. Wait %(minutes)s minutes, then try again.")
                % {"minutes": settings.LOGIN_LOCKOUT_MINUTES},
                seconds=seconds,
            )
        raise NotSignedIn(WRONG_CREDENTIALS)
    opened = open_session(user, request=request)
    forget_failures(email)
    return opened


def forget_failures(email: str) -> None:
    """Open an account's lock-out: whoever owns it has proved that they do."""
    AxesProxyHandler.reset_attempts(username=normal_email(email))


def account_of(request: Any, credentials: dict[str, Any] | None) -> str:
    """Return the account that a sign-in names, in the one spelling that the lock-out counts."""
    named = request.POST if credentials is None else credentials
    return normal_email(named.get("username") or "")[:LONGEST_EMAIL]


@transaction.atomic
def open_session(user: User, *, request: Any) -> SignIn:
    """Open a session for somebody whose identity is proved.

    The user's row is locked and compared with what was proved, so that a password change
    or deactivation that happened meanwhile wins.
    """
    stored = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if not stored.is_active or stored.security_version != user.security_version:
        raise NotSignedIn(WRONG_CREDENTIALS)
    now = timezone.now()
    User.objects.filter(pk=user.pk).update(last_login=now)
    stored.last_login = now
    session = Session.objects.create(
        user=stored,
        security_version=stored.security_version,
        refresh_id=uuid7().hex,
        expires_at=now + settings.REFRESH_TOKEN_LIFETIME,
        address=request.META.get("REMOTE_ADDR", "")[:45],
        user_agent=request.META.get("HTTP_USER_AGENT", "")[:200],
    )
    return _signed_in(session)


def refresh(token_text: str) -> SignIn:
    """Exchange a refresh token for a new pair; each works once.

    One conditional update decides the single winner. A token presented again ends the
    whole session: one of the two holders is a thief. Raises :class:`NotSignedIn`.
    """
    try:
        token = tokens.read_refresh(token_text)
        session_id, used_id, user_id = token["sid"], token["jti"], token["sub"]
    except (TokenError, KeyError) as error:
        raise NotSignedIn(BAD_REFRESH) from error
    now = timezone.now()
    mine = Session.objects.filter(
        pk=session_id, user_id=user_id, revoked_at=None, expires_at__gt=now
    )
    with transaction.atomic():  # the losers wait until the winner has its pair
        won = mine.filter(refresh_id=used_id).update(
            refresh_id=uuid7().hex,
            last_seen_at=now,
            expires_at=now + settings.REFRESH_TOKEN_LIFETIME,
        )
        session = mine.select_related("user").first()
    if session is None or not session.is_open(now):
        raise NotSignedIn(BAD_REFRESH)
    if not won:
        mine.update(revoked_at=now)
        log.warning("refresh_token_reused", session=session_id, user_id=user_id)
        raise NotSignedIn(BAD_REFRESH)
    return _signed_in(session)


def session_of(access_claims: dict[str, Any]) -> Session:
    """Return the open session that an access token names. Raises :class:`NotSignedIn`."""
    now = timezone.now()
    session = (
        Session.objects.select_related("user__team")
        .filter(pk=access_claims.get("sid", ""), user_id=access_claims.get("sub", ""))
        .first()
    )
    if session is None or not session.is_open(now):
        raise NotSignedIn("This session is over. Sign in again.")
    if now - session.last_seen_at > SEEN_EVERY:
        Session.objects.filter(pk=session.pk).update(last_seen_at=now)
    return session


def require_open(session: Session) -> None:
    """Look again, under the user's lock. Raises :class:`NotSignedIn` where it ended meanwhile."""
    session_of({"sid": session.pk, "sub": session.user_id})


def end_session(session: Session) -> None:
    """End one session; its access and refresh tokens stop working."""
    Session.objects.filter(pk=session.pk, revoked_at=None).update(revoked_at=timezone.now())


def end_sessions(user: User, *, but: Session | None = None) -> None:
    """End all sessions of a user, except ``but``; the caller has locked the user's row."""
    user.security_version += 1
    User.objects.filter(pk=user.pk).update(security_version=user.security_version)
    renew(user, but)


def renew(user: User, session: Session | None) -> None:
    """Keep one session open over a raised ``security_version``."""
    if session is not None:
        Session.objects.filter(pk=session.pk, revoked_at=None).update(
            security_version=user.security_version
        )


def open_sessions(user: User) -> Any:
    """Return where the user is signed in, latest first."""
    return user.sessions.filter(
        revoked_at=None, expires_at__gt=timezone.now(), security_version=user.security_version
    )


def _signed_in(session: Session) -> SignIn:
    return SignIn(
        session.user, session, tokens.access_token(session), tokens.refresh_token(session)
    )
