"""The API as a whole: how its views behave, what its document says, what is no address of it."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from crm.core.views import EnvelopedView


class Document(EnvelopedView, SpectacularAPIView):
    """The OpenAPI document."""

    http_method_names: ClassVar[list[str]] = ["get", "head"]


class Docs(EnvelopedView, SpectacularSwaggerView):
    """The document as a page to browse, working offline."""

    http_method_names: ClassVar[list[str]] = ["get", "head"]
    url_name = "schema"


class NoSuchAddress(EnvelopedView, APIView):
    """What is no address of the API. It counts, so that nobody gropes for addresses for free."""

    permission_classes = (AllowAny,)

    def http_method_not_allowed(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        raise NotFound(f"There is no address {request.path[:200]}.")
