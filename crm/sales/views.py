"""The public web form: the one door of leads that needs no sign-in."""

from contextlib import suppress
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from crm.core.erasure import ErasedAddress
from crm.core.schema import Contract
from crm.core.throttles import CallerThrottle
from crm.core.views import EnvelopedView, body_of, ok

from . import enquiries
from .leadserializers import EnquirySerializer


class FormThrottle(CallerThrottle):
    """For the web form: per address in ten minutes."""

    def allow_request(self, request, view):
        address = request.META.get("REMOTE_ADDR", "")
        return self.check(request, "form", address, settings.RATE_LIMIT_WEB_FORM, 600)


class WebForm(EnvelopedView, APIView):
    """Where a company's own website sends what strangers fill in."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (FormThrottle,)
    contracts: ClassVar[dict[str, Contract]] = {
        "POST": Contract(EnquirySerializer, status=202, message=True)
    }

    def post(self, request):
        """Leave an enquiry: it becomes a lead. The answer is the same for people and robots."""
        origin = request.headers.get("Origin", "")
        if not settings.WEB_FORM_ORIGINS:
            raise Http404
        if origin and not is_form_origin(origin):
            raise PermissionDenied("This page's site may not send enquiries here.")
        values = body_of(request, EnquirySerializer)
        robot, _ = values.pop("fax_number", ""), values.pop("consent")
        if not robot:
            notes = values.pop("message", "")
            # A stranger isn't told who asked to be erased: the answer is the same.
            with suppress(ErasedAddress):
                enquiries.take_enquiry({**values, "notes": notes}, origin=origin, at=timezone.now())
        return ok(message="Thank you. We will be in touch.", status=202)


def is_form_origin(origin):
    """Whether pages of that origin may send enquiries."""
    return "*" in settings.WEB_FORM_ORIGINS or origin in settings.WEB_FORM_ORIGINS
