"""How often one caller may ask. Counted atomically; a lost cache opens, never breaks.

DRF's own throttles read, then write, and let nearly all of many parallel calls through.
"""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle


@dataclass
class Allowance:
    """What is left of a limit in the present window; ``reset`` counts seconds."""

    limit: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """Return the headers that tell a caller where they stand."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.remaining)),
            "RateLimit-Reset": str(self.reset),
        }


def count(scope: str, caller: str, *, limit: int, window: int) -> Allowance:
    """Count one call of ``caller``; ``window`` is in seconds. Negative ``remaining`` is too many."""
    now = time.time()
    slot = int(now // window)
    key = f"throttle:{scope}:{caller}:{slot}"
    reset = int((slot + 1) * window - now) + 1
    cache.add(key, 0, timeout=window + 5)
    try:
        used = cache.incr(key)
    except ValueError:  # evicted between the two calls, or the cache is down
        used = None
    return Allowance(limit, limit - (used or 0), reset)


class CallerThrottle(BaseThrottle):
    """Per user for who is signed in, per address for who is not (api.md, "Safety")."""

    def allow_request(self, request, view):
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            limit, window = settings.RATE_LIMIT_USER_PER_MINUTE, 60
            scope, caller = "user", str(user.pk)
        else:
            limit, window = settings.RATE_LIMIT_MAX_REQUESTS, settings.RATE_LIMIT_WINDOW_SECONDS
            scope, caller = "address", request.META.get("REMOTE_ADDR", "")
        return self.check(request, scope, caller, limit, window)

    def check(self, request, scope, caller, limit, window):
        if not limit:
            return True
        self.allowance = count(scope, caller, limit=limit, window=window)
        request._request.allowance = self.allowance
        return self.allowance.remaining >= 0

    def wait(self):
        return self.allowance.reset


class DoorThrottle(CallerThrottle):
    """Tighter, for sign-in and its family: per address and minute, enough for an office."""

    def allow_request(self, request, view):
        address = request.META.get("REMOTE_ADDR", "")
        return self.check(request, "door", address, settings.RATE_LIMIT_LOGIN, 60)
