"""Export and erasure of a person over REST, for administrators."""

from typing import ClassVar

from django.http import FileResponse
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.views import APIView

from crm.core.schema import Contract
from crm.core.shapes import COUNT, TEXT, array, obj
from crm.core.throttles import CallerThrottle
from crm.core.views import EnvelopedView, body_of, ok

from . import operations
from .erasing import KINDS
from .serializers import EraseSerializer, PersonSerializer

ZIP = "application/zip"
ANSWER = obj({"erased": obj(dict.fromkeys(KINDS, COUNT)), "warnings": array(TEXT)})


class MayManagePrivacy(BasePermission):
    """Gate 1 of what concerns a person as a whole."""

    message = "Your role may not export or erase persons: crm.manage_privacy is missing."

    def has_permission(self, request, view):
        if not request.user.is_authenticated:
            raise NotAuthenticated("Sign in first: send Authorization: Bearer <token>.")
        return request.user.has_perm("crm.manage_privacy")


class PrivacyDoor(EnvelopedView, APIView):
    """What only those may do who answer to persons for their data."""

    permission_classes = (MayManagePrivacy,)
    throttle_classes = (CallerThrottle,)


class Export(PrivacyDoor):
    """Everything about a person."""

    contracts: ClassVar[dict[str, Contract]] = {"POST": Contract(PersonSerializer, media=ZIP)}

    def post(self, request):
        """Hand out everything that is stored about a person as one ZIP."""
        email = body_of(request, PersonSerializer)["email"]
        archive = operations.export_person(email, by=request.user)
        answer = FileResponse(archive, as_attachment=True, filename="person.zip", content_type=ZIP)
        answer["Cache-Control"] = "private, no-store"
        return answer


class Erase(PrivacyDoor):
    """The right to be forgotten."""

    contracts: ClassVar[dict[str, Contract]] = {"POST": Contract(EraseSerializer, data=ANSWER)}

    def post(self, request):
        """Anonymise a person everywhere but in the ledgers, and block their address."""
        values = body_of(request, EraseSerializer)
        done = operations.erase_person(
            values["email"], by=request.user, reason=values.get("reason", "")
        )
        return ok({"erased": done.counts, "warnings": done.warnings})
