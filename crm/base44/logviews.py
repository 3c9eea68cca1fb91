"""What apps tell about their use, and what administrators are told of it (base44.md §9)."""

import json
from datetime import timedelta
from typing import Any, ClassVar

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from accounts.models import Session, User
from crm.core.limits import count
from crm.core.models import Event
from crm.core.plain import readable, whole_number

from .views import AppView

log = structlog.get_logger(__name__)

LONGEST_BATCH = 64 * 1024
MOST_EVENTS = 100
LONGEST_NAME = 100
MOST_TOLD = 500


@csrf_exempt
def analytics(request: HttpRequest, app: str) -> HttpResponse:
    """Take a batch of events: always 202, from anybody, whatever it holds.

    The log tells how many of which name came; what people did stands nowhere. A browser that
    leaves a page sends it as text, and hears no answer.
    """
    if app == settings.BASE44_APP_ID and request.method == "POST" and _is_heard(request):
        names = _names_in(request)
        if names:
            log.info("app_events", events=names)
    return JsonResponse({"success": True}, status=202)


def _is_heard(request: HttpRequest) -> bool:
    limit, address = settings.RATE_LIMIT_PUBLIC, request.META.get("REMOTE_ADDR", "")
    return not limit or count("analytics", address, limit=limit, window=60).remaining >= 0


def _names_in(request: HttpRequest) -> dict[str, int]:
    try:
        raw = request.read(LONGEST_BATCH + 1)
        batch = json.loads(raw) if len(raw) <= LONGEST_BATCH else {}
    except (ValueError, OSError, RecursionError):
        return {}
    events = batch.get("events") if isinstance(batch, dict) else None
    names: dict[str, int] = {}
    for event in events[:MOST_EVENTS] if isinstance(events, list) else ():
        name = event.get("event_name") if isinstance(event, dict) else None
        if isinstance(name, str):
            name = readable(name[:LONGEST_NAME])
            names[name] = names.get(name, 0) + 1
    return names


class PageSeen(AppView):
    """Somebody opened a page of the app."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    http_method_names: ClassVar[list[str]] = ["post"]

    def post(self, request, app, page=None):
        """Tell it to the log."""
        log.info("app_page_seen", page=readable((page or "")[:LONGEST_NAME]))
        return Response({"success": True}, status=202)


class AdministratorView(AppView):
    """What only administrators are told."""

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if request.user.role != User.Role.ADMIN and not request.user.is_superuser:
            raise PermissionDenied("Only administrators may read the app's logs.")


class Logs(AdministratorView):
    def get(self, request, app):
        """Return what happened lately, newest first; ``limit`` and ``skip`` as in lists."""
        limit = whole_number(request.GET.get("limit", "")) or 100
        skip = whole_number(request.GET.get("skip", "")) or 0
        found = Event.objects.select_related("actor").order_by("-id")
        return Response([_told(event) for event in found[skip : skip + min(limit, MOST_TOLD)]])


class Stats(AdministratorView):
    def get(self, request, app):
        """Return how many people there are, and how many were here lately."""
        now = timezone.now()
        told = {"total_users": User.objects.filter(status=User.Status.ACTIVE).count()}
        for days in (1, 7, 30):
            lately = Session.objects.filter(last_seen_at__gt=now - timedelta(days=days))
            told[f"active_users_{days}d"] = lately.values("user").distinct().count()
        return Response(told)


class PublicSettings(AppView):
    permission_classes = (AllowAny,)
    authentication_classes = ()

    def get(self, request, app):
        """Tell strangers that they have to sign in."""
        return Response({"id": app, "public_settings": "private_with_login"})


def _told(event: Event) -> dict[str, Any]:
    return {
        "id": event.pk,
        "timestamp": event.happened_at,
        "event": event.name,
        "record_id": event.record_id,
        "user_id": event.actor_id,
        "user_email": event.actor.email if event.actor else None,
        "door": event.door,
    }
