"""Signing in and out, registering, passwords and invitations (base44.md §6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView
from uuid_utils.compat import uuid7

from accounts import invitations, passwords, registrations, returning, sessions, tokens
from accounts.codemodels import CODE_LIFETIME
from accounts.models import User
from accounts.pagesessions import present_session
from crm.core.errors import NotSignedIn
from crm.core.throttles import DoorThrottle
from crm.core.views import EnvelopedView

from . import authbodies
from .absent import NotConfigured
from .authbodies import sent
from .naming import ROLES
from .people import person
from .views import AppView

MINUTES = int(CODE_LIFETIME.total_seconds()) // 60
CODE_SENT = "If this address can be verified, a mail with a code is on its way."


class FrontDoor(AppView):
    """What works before anybody is signed in, with a tighter limit."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (DoorThrottle,)


def signed_in(sign_in: sessions.SignIn, **more: Any) -> Response:
    """Answer with a token that lasts as long as its session may."""
    told = {
        "access_token": tokens.lasting_token(sign_in.session),
        "user": person(sign_in.user),
        "success": True,
    }
    return Response(told | more)


@contextmanager
def under_their_names(**names: str) -> Iterator[None]:
    """Tell a refusal by the fields that were sent; one named ``body`` is about all of it."""
    try:
        yield
    except ValidationError as refusal:
        if not hasattr(refusal, "error_dict"):
            raise
        found: dict[str, list[str]] = {}
        for name, reasons in refusal.message_dict.items():
            found.setdefault(names.get(name, name), []).extend(reasons)
        if "body" in found:
            raise ValidationError(found["body"]) from refusal
        raise ValidationError(found) from refusal


class Login(FrontDoor):
    def post(self, request, app):
        """Sign in by email and password."""
        values = sent(request, authbodies.Credentials)
        email, password = values["email"], values["password"]
        try:
            return signed_in(sessions.sign_in(email, password, request=request._request))
        except NotSignedIn:
            if registrations.is_waiting(email, password):
                raise PermissionDenied("Verify your email first: type the code.") from None
            raise


class Register(FrontDoor):
    def post(self, request, app):
        """Ask for an account; a code that opens it goes by mail. No token comes from here."""
        values = sent(request, authbodies.Registration)
        registrations.ask_to_join(
            values["email"], values["password"], full_name=values.get("full_name", "")
        )
        told = {"id": str(uuid7()), "message": CODE_SENT, "otp_expires_in_minutes": MINUTES}
        return Response(told)


class VerifyCode(FrontDoor):
    def post(self, request, app):
        """Open the account with the code that was mailed, and sign in."""
        values = sent(request, authbodies.Code)
        sign_in = registrations.verify(
            values["email"], values["otp_code"].strip(), request=request._request
        )
        return signed_in(sign_in, id=str(sign_in.user.pk), message="Your email is verified.")


class ResendCode(FrontDoor):
    def post(self, request, app):
        """Mail a new code."""
        registrations.resend(sent(request, authbodies.Address)["email"])
        return Response({"success": True, "message": CODE_SENT, "otp_expires_in_minutes": MINUTES})


class RequestReset(FrontDoor):
    def post(self, request, app):
        """Mail a reset link, if the account exists. The answer never says."""
        passwords.forgot_password(sent(request, authbodies.Address)["email"])
        message = "If this address has an account, a mail with a link is on its way."
        return Response({"success": True, "message": message})


class ResetPassword(FrontDoor):
    def post(self, request, app):
        """Set a new password with the token of a reset mail."""
        values = sent(request, authbodies.NewPassword)
        with under_their_names(token="body", password="new_password"):  # noqa: S106
            passwords.reset_password(values["reset_token"], password=values["new_password"])
        return Response({"success": True, "message": "Your password was changed."})


class ChangePassword(AppView):
    def post(self, request, app):
        """Replace one's own password; all other sessions end."""
        values = sent(request, authbodies.ChangedPassword)
        if values["user_id"] != str(request.user.pk):
            raise PermissionDenied("You may only change your own password.")
        with under_their_names(currentPassword="current_password", newPassword="new_password"):
            passwords.update_password(
                request.user,
                current=values["current_password"],
                new=values["new_password"],
                session=request.auth,
            )
        return Response({"success": True, "message": "Your password was changed."})


class InviteUser(AppView):
    def post(self, request, app):
        """Offer somebody a place, by mail."""
        values = sent(request, authbodies.Invited)
        named = values.get("role") or "user"
        role = ROLES.get(named, named)
        if role not in User.Role.values:
            raise ValidationError({"role": f"'{role}' is no role here."})
        offer = invitations.invite(values["user_email"], role=role, team=None, by=request.user)
        told = {"id": str(offer.pk), "email": offer.email, "role": offer.role}
        return Response({"success": True, "message": "The invitation is on its way.", **told})


class BrowserView(EnvelopedView, APIView):
    """Where an app sends the browser itself, without a token."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (DoorThrottle,)
    schema = None
    http_method_names: ClassVar[list[str]] = ["get", "head"]


class Logout(BrowserView):
    def get(self, request):
        """End the session that the browser is signed in by, its tokens too, and lead back."""
        browser = request._request
        if browser.headers.get("Sec-Fetch-Dest", "document") == "document":  # no image of a page
            session = present_session(browser)
            if session is not None:
                sessions.end_session(session)
            logout(browser)
        return redirect(_way_back(browser) or reverse("sign-in"))


class ProviderLogin(BrowserView):
    def get(self, request, **address):
        """Say that nobody signs in by another provider here."""
        back = _way_back(request._request)
        if not back:
            raise NotConfigured("No sign-in by another provider is set up here.")
        return redirect(returning.with_value(back, "error", "provider_not_configured"))


def _way_back(request: Any) -> str:
    """Return the address that the browser came from, where it is a page of ours."""
    address = request.GET.get("from_url", "")
    own = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    return address if own or returning.trusted_origin(address) else ""
