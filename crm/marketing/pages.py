"""The public address of short links: answered at once, counted afterwards."""

import logging
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.core import limits
from crm.messaging import tracking

from . import clicks, links
from .links import Target
from .visitors import visit_of

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5
UNKNOWN = ("There is no such link", "Check the address: a character may be missing at its end.")
OVER = ("This link has ended", "It led somewhere once, and its owner has closed it since.")
BUSY = ("Too many requests", "Wait a minute, then follow the link again.")
DOWN = ("Just now this can't be looked up", "Follow the link again in a few seconds.")


class CountedRedirect(HttpResponseRedirect):
    """A redirect whose click is counted once the visitor has been sent on their way."""

    def __init__(self, request: HttpRequest, code: str, token: str, target: Target):
        super().__init__(target.address)
        self.headers["Cache-Control"] = "no-store"
        address = request.META.get("REMOTE_ADDR", "")
        self.visit = visit_of(request.method or "", request.headers, address)
        self.code, self.token, self.target = code, token, target
        self.counted = False

    def close(self) -> None:
        """Count, and let nothing that goes wrong with it reach the visitor or the server."""
        try:
            if not self.counted and self.target.is_fresh:
                self.counted = True
                links.remember(self.code, self.target)
                clicks.record_click(self.target.link_id, self.visit, email_id=mail_of(self.token))
        except Exception:
            log.exception("A click was not counted")
        finally:
            super().close()


def mail_of(token: str) -> UUID | None:
    """Return the mail whose reader a token names; a link with a bad one still leads on."""
    email = tracking.mail_of(token, links.CLICKED) if token else None
    return email.pk if email else None


@require_safe
def follow_link(request: HttpRequest, code: str, token: str = "") -> HttpResponse:
    """Send a visitor where the link leads. The target is the stored one and no other."""
    if wait := seconds_to_wait(request):
        return told(request, 429, BUSY, retry_after=wait)
    try:
        target = links.find_target(code)
    except OperationalError:
        return told(request, 503, DOWN, retry_after=RETRY_AFTER_SECONDS)
    if target is None:
        return told(request, 404, UNKNOWN)
    if not target.is_open:
        return told(request, 410, OVER)
    return CountedRedirect(request, code, token, target)


def seconds_to_wait(request: HttpRequest) -> int:
    """Return how long an address that asked too often has to wait; 0 is not at all."""
    limit = settings.RATE_LIMIT_PUBLIC
    if not limit:
        return 0
    allowance = limits.count("links", request.META.get("REMOTE_ADDR", ""), limit=limit, window=60)
    return allowance.reset if allowance.remaining < 0 else 0


def told(
    request: HttpRequest, status: int, words: tuple[str, str], *, retry_after: int = 0
) -> HttpResponse:
    """Answer with a small page of one heading and one sentence."""
    title, sentence = words
    context: dict[str, Any] = {"title": title, "sentence": sentence}
    page = render(request, "message.html", context, status=status)
    page.headers["Cache-Control"] = "no-store"
    if retry_after:
        page.headers["Retry-After"] = str(retry_after)
    return page
