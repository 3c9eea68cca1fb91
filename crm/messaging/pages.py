"""What strangers ask for: the open pixel, the unsubscribe page, the provider's reports."""

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.core.limits import count
from crm.core.plain import whole_number

from . import feedback, sns, suppression, tracking

log = logging.getLogger(__name__)

GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
LARGEST_NOTICE = 256 * 1024  # what SNS sends at most


def is_too_often(request: HttpRequest, scope: str) -> bool:
    """Whether an address asks more often than public pages are for."""
    limit = settings.RATE_LIMIT_PUBLIC
    address = request.META.get("REMOTE_ADDR", "")
    return bool(limit) and count(scope, address, limit=limit, window=60).remaining < 0


class CountedPixel(HttpResponse):
    """The picture; the opening is counted once it is out, and nobody waits for that."""

    def __init__(self, token: str, *, machine: bool) -> None:
        super().__init__(GIF, content_type="image/gif")
        self._token, self._machine = token, machine

    def close(self) -> None:
        token, self._token = self._token, ""
        if token:
            try:
                tracking.count_opening(token, machine=self._machine)
            except Exception:
                log.exception("An opening could not be counted")
        super().close()


@never_cache
@require_safe
def open_pixel(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with the same picture whatever the token, and count the opening afterwards."""
    counts = request.method == "GET" and not is_too_often(request, "pixel")
    return CountedPixel(token if counts else "", machine=tracking.is_machine(request.headers))


@csrf_exempt  # mail programs post here without a page of ours before (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button; only pressing it, or a mail program's one click, unsubscribes."""
    if is_too_often(request, "unsubscribe"):
        page = render(request, "messaging/unsubscribe.html", {"state": "later"}, status=429)
        page["Retry-After"] = "60"
        return page
    email = tracking.mail_of(token, tracking.UNSUBSCRIBE)
    if email is None:
        return render(request, "messaging/unsubscribe.html", {"state": "unknown"}, status=404)
    state = "ask"
    if request.method == "POST":
        suppression.unsubscribe(email.to_email, email=email)
        state = "done"
    context = {"state": state, "address": email.to_email}
    return render(request, "messaging/unsubscribe.html", context)


@csrf_exempt
@never_cache
@require_POST
def ses_notice(request: HttpRequest) -> HttpResponse:
    """Take in what Amazon reports of mails: bounces, complaints, deliveries."""
    if is_too_often(request, "ses"):
        return _said(429, "Too many requests.", headers={"Retry-After": "60"})
    length = request.META.get("CONTENT_LENGTH") or "0"
    size = whole_number(length)
    if size is None or size > LARGEST_NOTICE:
        return _said(413, "The body is too large.")
    try:
        message = sns.read(request.read(LARGEST_NOTICE))
    except (ValueError, RecursionError):
        return _said(400, "This is no message of SNS.")
    except sns.NotAmazon as refusal:
        log.warning("A notice was refused: %s", refusal)
        return _said(403, "This message is not believed.")
    except OSError:
        log.exception("A certificate of SNS can't be fetched")
        return _said(503, "The signature can't be checked just now.", {"Retry-After": "30"})
    try:
        feedback.take_in(message)
    except OSError:
        log.exception("A subscription could not be confirmed")
        return _said(503, "The subscription can't be confirmed.", {"Retry-After": "30"})
    return _said(200, "Thank you.")


def _said(status: int, message: str, headers: dict[str, str] | None = None) -> HttpResponse:
    body = {"success": status == 200, "message": message}
    return JsonResponse(body, status=status, headers=headers)
