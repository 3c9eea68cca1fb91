"""What every request passes first and every answer last."""

import ipaddress
import logging
import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from crm.base44 import refusals
from crm.core.context import acting
from nexa import errors
from nexa.logging import current_request, route_of, user_id_of

log = structlog.stdlib.get_logger("nexa.access")

SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
Respond = Callable[[HttpRequest], HttpResponseBase]


class RequestMiddleware:
    """Name the request, find its sender, say which door it uses, and log its end in one line."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        request.id = request_id_of(request)  # type: ignore[attr-defined]
        settle_client_address(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.id)  # type: ignore[attr-defined]
        token = current_request.set(request)
        try:
            with acting(
                door=door_of(request.path),
                request_id=request.id,  # type: ignore[attr-defined]
                foreign=is_foreign(request.path),
            ):
                response = self.get_response(request)
            response.headers["X-Request-ID"] = request.id  # type: ignore[attr-defined]
            if request.path.startswith("/api/"):
                response.headers.setdefault("Cache-Control", "no-store")
            log_end(request, response, time.perf_counter() - started)
            return response
        finally:
            current_request.reset(token)
            structlog.contextvars.clear_contextvars()
            # A view may have switched to the user's zone; the thread serves somebody else next.
            timezone.deactivate()
            translation.activate(settings.LANGUAGE_CODE)


class PersonMiddleware:
    """Show pages in the reader's language and time zone, and keep them out of caches.

    Whoever is not signed in, or has not chosen, gets the language that the browser asks for. The
    API answers in English to everybody, and sets the zone where it knows the caller.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if errors.is_api(request):
            return self.get_response(request)
        language, user = translation.get_language_from_request(request), request.user
        if user.is_authenticated:
            language = language_of(user.locale) or language
            timezone.activate(user.timezone)
        if door_of(request.path) == "ui":
            translation.activate(language)
        response = self.get_response(request)
        if user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


def language_of(locale: str) -> str:
    """Return the language we speak that comes nearest to a locale such as ``de-AT``, or ''."""
    try:
        return translation.get_supported_language_variant(locale) if locale else ""
    except LookupError:
        return ""


class SlashMiddleware:
    """Let API paths work with and without a slash at the end, for every method, unredirected.

    All API routes are declared without it, so one slash is taken off before routing.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.endswith("/") and path.startswith(("/api/", "/health/")) and path != "/api/":
            request.path_info = path[:-1]
            request.path = request.path[:-1]
        return self.get_response(request)


class SoundRequestMiddleware:
    """Refuse a foreign host and too many parameters below /api in JSON.

    Else the first part that looks at them would, and in DEBUG with a page of Django's.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if errors.is_api(request):
            try:
                request.get_host()
                request.GET  # noqa: B018  (reading it is what counts the parameters)
            except SuspiciousOperation as refusal:
                return errors.handler400(request, refusal)
        return self.get_response(request)


def request_id_of(request: HttpRequest) -> str:
    """Take the caller's id if it is sane, so that lines can be followed across systems."""
    sent = request.headers.get("X-Request-ID", "")
    return sent if SANE_REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex


def settle_client_address(request: HttpRequest) -> None:
    """Put the caller's address into REMOTE_ADDR, the one place that everything else reads.

    Each trusted proxy appends the address it saw, so only entries counted from the right
    can be believed. The header is dropped afterwards: nobody may look at the rest of it.
    """
    forwarded = request.META.pop("HTTP_X_FORWARDED_FOR", "").split(",")
    proxies = settings.TRUSTED_PROXIES
    if 0 < proxies <= len(forwarded):
        address = plain_address(forwarded[-proxies])
        if address:
            request.META["REMOTE_ADDR"] = address


def plain_address(entry: str) -> str:
    """Return the IP address in a header entry, without port and brackets; empty if it is none."""
    entry = entry.strip()
    if entry.startswith("["):
        entry = entry[1:].partition("]")[0]
    elif entry.count(":") == 1:
        entry = entry.partition(":")[0]
    try:
        return str(ipaddress.ip_address(entry))
    except ValueError:
        return ""


def client_address(request: HttpRequest) -> str | None:
    """Return the caller's address as settled above (for the lock-out)."""
    return request.META.get("REMOTE_ADDR") or None


def door_of(path: str) -> str:
    """Say through which door a change comes, for the history."""
    if path.startswith("/api/"):
        return "api"
    return "admin" if path.startswith("/admin/") else "ui"


def is_foreign(path: str) -> bool:
    """Whether the caller was written for another system (base44.md §15)."""
    if settings.API_COMPAT == "base44" and path.startswith("/api/"):
        return True
    return refusals.is_spoken(path)


def log_end(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    """Write the access line: the route's template, for tokens and names live in real paths.

    Static files are told only where something is wrong with them.
    """
    if request.path.startswith(settings.STATIC_URL) and response.status_code < 400:
        return
    log.log(
        logging.WARNING if response.status_code >= 500 else logging.INFO,
        "request",
        method=request.method,
        path=route_of(request),
        status=response.status_code,
        duration_ms=round(seconds * 1000, 1),
        user_id=user_id_of(request),
    )
