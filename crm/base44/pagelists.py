"""Lists that the pages of an app of Base44's time fetch unasked, and that are empty here.

Such pages walk over the answer, so it has to be a bare array (base44.md §13, §15).
"""

from typing import ClassVar

from django.conf import settings
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from crm.core.errors import Missing
from crm.core.permissions import SignedIn
from crm.core.throttles import CallerThrottle
from crm.core.views import EnvelopedView

NAMES = ("contact-lists", "import", "export")


class EmptyList(EnvelopedView, APIView):
    """A list of something that this CRM doesn't have; no address at all for other clients."""

    permission_classes = (SignedIn,)
    throttle_classes = (CallerThrottle,)
    schema = None
    http_method_names: ClassVar[list[str]] = ["get", "head"]

    def check_permissions(self, request):
        if settings.API_COMPAT != "base44":
            raise Missing(f"There is no address {request.path[:200]}.")
        super().check_permissions(request)

    def get(self, request):
        """Return nothing, as a list."""
        return Response([])


class OpenEmptyList(EmptyList):
    """One that the pages fetch before anybody is signed in."""

    permission_classes = (AllowAny,)
