"""Signing in and what people do about their own account. Each view makes one call."""

from functools import partial

from django.db import transaction
from django.http import Http404, QueryDict
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from crm.core import records
from crm.core.context import origin
from crm.core.dialect import spoken
from crm.core.permissions import SignedIn
from crm.core.reading import Reader
from crm.core.schema import Contract
from crm.core.shapes import MOMENT, TEXT, UUID_TEXT, answered, array, obj, or_null
from crm.core.throttles import CallerThrottle, DoorThrottle
from crm.core.views import EnvelopedView, body_of, json_body, ok
from crm.core.viewsets import CANONICAL_ID

from . import invitations, operations, passwords, sessions
from .models import Session, User
from .serializers import (
    AcceptInviteSerializer,
    ForgotPasswordSerializer,
    InviteSerializer,
    LoginSerializer,
    LogoutSerializer,
    ProfileSerializer,
    RefreshSerializer,
    RegisterSerializer,
    ResetPasswordSerializer,
    UpdatePasswordSerializer,
    UserSerializer,
    invitation_row,
    session_row,
)

USER = answered(UserSerializer.entity())
SIGN_IN = obj({"user": USER, "token": TEXT, "refreshToken": TEXT})
ME = {**USER["properties"], "permissions": array(TEXT)}
SESSION = obj(
    {
        "id": UUID_TEXT,
        "created_at": MOMENT,
        "last_seen_at": MOMENT,
        "expires_at": MOMENT,
        "address": TEXT,
        "user_agent": TEXT,
        "current": {"type": "boolean"},
    }
)
INVITATION = obj(
    {
        "id": UUID_TEXT,
        "email": TEXT,
        "role": TEXT,
        "team_id": or_null(UUID_TEXT),
        "expires_at": MOMENT,
    }
)


class OpenDoor(EnvelopedView, APIView):
    """What works before anybody is signed in, with a tighter limit."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    throttle_classes = (DoorThrottle,)


class OwnDoor(EnvelopedView, APIView):
    """What concerns only whoever is signed in."""

    permission_classes = (SignedIn,)
    throttle_classes = (CallerThrottle,)


def user_row(user: User) -> dict:
    """Return a user as they see themselves."""
    rows = Reader(UserSerializer.entity(), user=user).rows(User.objects.filter(pk=user.pk))
    return rows[0]


def own_row(user: User) -> dict:
    """Return a user as they see themselves, in the words that clients of the API speak."""
    rows = spoken().rows(UserSerializer.entity(), [user_row(user)], QueryDict())
    return rows[0]


def signed_in(sign_in: sessions.SignIn, *, status: int = 200):
    """Answer with the user and the pair of tokens."""
    data = {
        "user": own_row(sign_in.user),
        "token": sign_in.token,
        "refreshToken": sign_in.refresh_token,
    }
    return ok(data, status=status)


class Register(OpenDoor):
    contracts = {"POST": Contract(RegisterSerializer, SIGN_IN, 201)}  # noqa: RUF012

    def post(self, request):
        """Make an account, where registration is open. The role is always sales_rep."""
        values = body_of(request, RegisterSerializer)
        password = values.pop("password")
        sign_in = operations.register(values, password=password, request=request._request)
        return signed_in(sign_in, status=201)


class Login(OpenDoor):
    contracts = {"POST": Contract(LoginSerializer, SIGN_IN)}  # noqa: RUF012

    def post(self, request):
        """Sign in by email and password."""
        values = body_of(request, LoginSerializer)
        return signed_in(
            sessions.sign_in(values["email"], values["password"], request=request._request)
        )


class Refresh(OpenDoor):
    contracts = {"POST": Contract(RefreshSerializer, SIGN_IN)}  # noqa: RUF012

    def post(self, request):
        """Exchange a refresh token for a new pair. Each works once."""
        return signed_in(sessions.refresh(body_of(request, RefreshSerializer)["refreshToken"]))


class Logout(OwnDoor):
    contracts = {"POST": Contract(LogoutSerializer, message=True, optional_body=True)}  # noqa: RUF012

    def post(self, request):
        """End the present session: its access and refresh tokens stop working."""
        if request.stream is not None:
            body_of(request, LogoutSerializer)
        sessions.end_session(request.auth)
        return ok(message="Signed out successfully")


class Me(OwnDoor):
    contracts = {"GET": Contract(data=obj(ME), more=ME)}  # noqa: RUF012

    def get(self, request):
        """Who is signed in, with permissions and team."""
        user = request.user
        row = own_row(user)
        row["permissions"] = sorted(user.get_all_permissions())
        return Response({"success": True, "data": row, **row})


class ForgotPassword(OpenDoor):
    contracts = {"POST": Contract(ForgotPasswordSerializer, message=True)}  # noqa: RUF012

    def post(self, request):
        """Mail a reset link, if the account exists. The answer never says."""
        passwords.forgot_password(body_of(request, ForgotPasswordSerializer)["email"])
        return ok(message="If this address has an account, a mail with a link is on its way.")


class ResetPassword(OpenDoor):
    contracts = {"POST": Contract(ResetPasswordSerializer, message=True)}  # noqa: RUF012

    def post(self, request, token):
        """Set a new password with the token of a reset mail; all sessions end."""
        password = body_of(request, ResetPasswordSerializer)["password"]
        passwords.reset_password(token, password=password)
        return ok(message="Your password was changed. Sign in with the new one.")


class UpdatePassword(OwnDoor):
    contracts = {"PUT": Contract(UpdatePasswordSerializer, message=True)}  # noqa: RUF012

    def put(self, request):
        """Replace one's own password; all other sessions end."""
        values = body_of(request, UpdatePasswordSerializer)
        passwords.update_password(
            request.user,
            current=values["currentPassword"],
            new=values["newPassword"],
            session=request.auth,
        )
        return ok(message="Your password was changed. Your other sessions were ended.")


class UpdateProfile(OwnDoor):
    contracts = dict.fromkeys(("PUT", "PATCH"), Contract(ProfileSerializer, USER, partial=True))

    def put(self, request):
        """Change what people may change about themselves."""
        entity, user, sent = UserSerializer.entity(), request.user, json_body(request)
        context = {"request": request, "foreign": origin().foreign}
        with transaction.atomic():
            person = records.lock(user)  # what is sent may be merged into what is stored
            body = spoken().body(entity, sent, stored=partial(own_row, person), user=user)
            serializer = ProfileSerializer(person, data=body, partial=True, context=context)
            serializer.is_valid(raise_exception=True)
            person = records.change(person, serializer.validated_data, by=user)
        return ok(own_row(person))

    patch = put


class Sessions(OwnDoor):
    contracts = {"GET": Contract(data=array(SESSION))}  # noqa: RUF012

    def get(self, request):
        """Where one is signed in."""
        found = sessions.open_sessions(request.user)
        return ok([session_row(session, present=request.auth) for session in found])


class OneSession(OwnDoor):
    contracts = {"DELETE": Contract(message=True)}  # noqa: RUF012

    def delete(self, request, id):
        """End one of one's own sessions."""
        own = sessions.open_sessions(request.user)
        session: Session | None = own.filter(pk=id).first() if CANONICAL_ID.match(id) else None
        if session is None:
            raise Http404
        sessions.end_session(session)
        return ok(message="The session was ended.")


class Invite(OwnDoor):
    contracts = {"POST": Contract(InviteSerializer, INVITATION, 201)}  # noqa: RUF012

    def post(self, request):
        """Offer somebody a place, by mail."""
        values = body_of(request, InviteSerializer)
        invitation = invitations.invite(
            values["email"], role=values["role"], team=values["team_id"], by=request.user
        )
        return ok(invitation_row(invitation), status=201)


class AcceptInvite(OpenDoor):
    contracts = {"POST": Contract(AcceptInviteSerializer, SIGN_IN, 201)}  # noqa: RUF012

    def post(self, request, token):
        """Take an offered place and sign in."""
        values = body_of(request, AcceptInviteSerializer)
        password = values.pop("password")
        sign_in = invitations.accept_invitation(
            token, values, password=password, request=request._request
        )
        return signed_in(sign_in, status=201)
