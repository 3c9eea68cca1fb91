"""How often one caller may ask. Counted atomically; a lost cache opens, never breaks.

DRF's own throttles read, then write, and let nearly all of many parallel calls through.
"""

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from .limits import count


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


class SignedThrottle(CallerThrottle):
    """For signed addresses, which nobody signs in for: per address, as much as for a user."""

    def allow_request(self, request, view):
        address = request.META.get("REMOTE_ADDR", "")
        return self.check(request, "signed", address, settings.RATE_LIMIT_USER_PER_MINUTE, 60)
