"""The private address of a person's calendar: given, recognised, revoked."""

import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from . import ics
from .models import CalendarFeed, Call, Meeting, Task

SALT = "crm.activities.feed"
BACK, AHEAD = timedelta(days=90), timedelta(days=400)
#: of each kind, the latest
MOST_ROWS = 2000


@transaction.atomic
def open_feed(user: Any) -> tuple[str, bool]:
    """Return the token of a person's calendar address, and whether it is new."""
    fresh = {"nonce": secrets.token_hex(16)}
    row, made = CalendarFeed.objects.get_or_create(user=user, defaults=fresh)
    return _token(row, settings.SECRET_KEY), made


def token_of(user: Any) -> str:
    """Return the token of a person's calendar address, empty where there is none."""
    row = CalendarFeed.objects.filter(user=user).first()
    return _token(row, settings.SECRET_KEY) if row else ""


def close_feed(user: Any) -> bool:
    """Revoke a person's calendar address; say whether there was one."""
    return bool(CalendarFeed.objects.filter(user=user).delete()[0])


def person_of(token: str) -> Any:
    """Return whose calendar a token opens, or None where it opens none."""
    try:
        key = UUID(hex=token.partition(".")[0])
    except ValueError:
        return None
    row = CalendarFeed.objects.select_related("user").filter(pk=key).first()
    if row is None or not row.user.is_active:
        return None
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    good = any(constant_time_compare(token, _token(row, secret)) for secret in keys)
    return row.user if good else None


def _token(row: CalendarFeed, secret: str) -> str:
    value = f"{row.user_id.hex}.{row.nonce}"
    signature = salted_hmac(SALT, value, secret=secret, algorithm="sha256").digest()
    return f"{row.user_id.hex}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def feed_of(user: Any) -> bytes:
    """Return what is before a person, and the last three months, as other calendars take it."""
    now = timezone.now()
    start, end = now - BACK, now + AHEAD
    meetings = _own(Meeting, user).planned().touching(start, end).select_related("host")
    tasks = _own(Task, user).due_within(start, end)
    calls = _own(Call, user).planned_within(start, end)
    return ics.feed(
        name=f"Nexa CRM: {user.full_name}",
        meetings=meetings.order_by("-start_time", "pk")[:MOST_ROWS],
        tasks=tasks.order_by("-due_date", "pk")[:MOST_ROWS],
        calls=calls.order_by("-start_time", "pk")[:MOST_ROWS],
    )


def _own(model: Any, user: Any) -> Any:
    return model.objects.visible_to(user).owned_by(user)
