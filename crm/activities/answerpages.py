"""The page on which those who were invited say whether they come, without signing in."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from crm.core.errors import DomainError
from crm.core.limits import count

from .answers import Invitation, invitation_of, why_closed
from .operations import answer_invitation

TEMPLATE = "crm/answer.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show what somebody is invited to; only pressing a button answers."""
    if _is_too_often(request):
        page = render(request, TEMPLATE, {"state": "later"}, status=429)
        page["Retry-After"] = "60"
        return page
    invitation = invitation_of(token)
    if invitation is None:
        return render(request, TEMPLATE, {"state": "unknown"}, status=404)
    refused = ""
    if request.method == "POST":
        refused = _answer(invitation, request.POST.get("response", ""))
        if not refused:
            return redirect(request.path)
    page = render(request, TEMPLATE, _context(invitation, refused))
    page["X-Robots-Tag"] = "noindex"
    return page


def _answer(invitation: Invitation, response: str) -> str:
    """Store an answer; return why it was refused, or nothing."""
    try:
        answer_invitation(invitation.meeting, invitation.attendee["email"], response)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    except DomainError as refusal:
        return str(refusal)
    return ""


def _context(invitation: Invitation, refused: str) -> dict[str, Any]:
    meeting = invitation.meeting
    zone = ZoneInfo(meeting.zone)
    start, end = meeting.start_time.astimezone(zone), meeting.end_time.astimezone(zone)
    offset = f"{start:%z}"
    return {
        "state": "ask",
        "meeting": meeting,
        "start": start,
        "end": end,
        "is_one_day": start.date() == end.date(),
        "zone": meeting.zone,
        "offset": f"UTC{offset[:3]}:{offset[3:]}",
        "response": invitation.attendee.get("response", ""),
        "closed": why_closed(meeting, now=timezone.now()),
        "is_cancelled": meeting.status == meeting.Status.CANCELLED,
        "has_changed": invitation.is_outdated,
        "refused": refused,
    }


def _is_too_often(request: HttpRequest) -> bool:
    """Whether an address asks more often than public pages are for."""
    limit = settings.RATE_LIMIT_PUBLIC
    address = request.META.get("REMOTE_ADDR", "")
    return bool(limit) and count("answer", address, limit=limit, window=60).remaining < 0
