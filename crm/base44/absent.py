"""What the second wire format names and this installation doesn't have (base44.md §9)."""

from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from crm.core.errors import Missing

from .views import AppView

NOT_THERE = "This is not part of Nexa CRM."


class NotImplementedHere(APIException):
    """A part of the platform that is not served here, and won't be."""

    status_code = 501
    default_code = "not_implemented"
    default_detail = NOT_THERE


class NotConfigured(APIException):
    """A service of somebody else's that nobody connected."""

    status_code = 501
    default_code = "integration_not_configured"


class AnyMethod(AppView):
    """The same answer to every method, before anybody is signed in too."""

    permission_classes = (AllowAny,)

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return self.answer(request)

    def answer(self, request: Any) -> Any:
        """Answer a call of whatever method."""
        raise NotImplementedHere


class Absent(AnyMethod):
    """Agents, connectors and single sign-on."""


class NoModels(AnyMethod):
    """The gateway to language models, whose clients read errors as OpenAI words them."""

    def answer(self, request: Any) -> Response:
        error = {"message": NOT_THERE, "type": "invalid_request_error", "code": "not_implemented"}
        told = {"message": NOT_THERE, "detail": NOT_THERE, "code": "not_implemented"}
        return Response({"error": error, **told}, status=501)


class NoActors(AnyMethod):
    """Actors: clients ask for ever unless they are told that there are none."""

    def answer(self, request: Any) -> Any:
        raise Missing("There are no actors here.")


class NoIntegration(AnyMethod):
    """Packages that are not installed, and integrations that nobody defined."""

    def answer(self, request: Any) -> Any:
        raise Missing("There is no such integration in this app.")
