"""Being signed in on pages: a cookie of Django's that names one of our own session rows.

So a person sees in one place where they are signed in, and whatever ends the row ends the pages
as well, the staff site included. Django sessions that name no row (opened by a test or a tool of
Django's own) live by Django's rules.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from .models import Session
from .sessions import SEEN_EVERY, SignIn, end_session

BACKEND = "accounts.backends.RoleBackend"
NAME = "session_row"


def enter(request: HttpRequest, sign_in: SignIn) -> None:
    """Sign the browser in under a new cookie; it names the session that was opened.

    The one that it was signed in by before, somebody else's maybe, ends.
    """
    before = present_session(request)
    if before is not None:
        end_session(before)
    login(request, sign_in.user, backend=BACKEND)
    request.session[NAME] = str(sign_in.session.pk)


def open_page_session(request: HttpRequest) -> Session | None:
    """Return the session row that the browser is signed in by while it is open, or None."""
    session, user = present_session(request), request.user
    if session is None or session.user_id != user.pk:
        return None
    session.user = user  # type: ignore[assignment]  # what a lazy user stands for
    return session if session.is_open(timezone.now()) else None


def present_session(request: HttpRequest) -> Session | None:
    """Return the session row that the browser is signed in by, or None."""
    key = request.session.get(NAME)
    return Session.objects.filter(pk=key).first() if key else None


class PageSessionMiddleware:
    """Sign a browser out whose session row is over: revoked, expired or of an old version."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith("/api/"):
            key, user = request.session.get(NAME), request.user
            if key and user.is_authenticated and not _is_open(key, user):
                logout(request)
        return self.get_response(request)


def _is_open(key: str, user: Any) -> bool:
    session = Session.objects.filter(pk=key, user=user.pk).first()
    if session is None:
        return False
    session.user, now = user, timezone.now()
    if not session.is_open(now):
        return False
    if now - session.last_seen_at > SEEN_EVERY:
        Session.objects.filter(pk=key).update(last_seen_at=now)
    return True
