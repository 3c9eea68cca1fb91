"""What accounts take from a body."""

from typing import Any, ClassVar

from rest_framework import serializers

from crm.core.bodyfields import ChoiceField, EmailField, LinkField, TextField
from crm.core.serializers import RECORD_FIELDS, RecordSerializer

from . import operations
from .models import Invitation, Session, Team, User

LONGEST_PASSWORD = 1024


class PasswordField(TextField):
    """A password, taken as it is, shown never."""

    def __init__(self, **options: Any):
        super().__init__(max_length=LONGEST_PASSWORD, write_only=True, **options)


class TeamSerializer(RecordSerializer):
    class Meta:
        model = Team
        fields = ("id", "name", "manager_id", *RECORD_FIELDS)


class UserSerializer(RecordSerializer):
    class Meta:
        model = User
        fields = (
            "id",
            "email",
            "full_name",
            "role",
            "department",
            "phone",
            "avatar_url",
            "status",
            "last_login",
            "preferences",
            "team_id",
            "timezone",
            "locale",
            "email_verified",
            *RECORD_FIELDS,
        )
        extra_kwargs: ClassVar[dict] = {
            "last_login": {"read_only": True},
            "email_verified": {"read_only": True},
        }


class UserWriteSerializer(UserSerializer):
    """A user as an administrator writes it, password included."""

    password = PasswordField(required=False)

    class Meta(UserSerializer.Meta):
        fields = (*UserSerializer.Meta.fields, "password")

    @classmethod
    def entity(cls):
        return UserSerializer.entity()

    def create(self, validated_data):
        password = validated_data.pop("password", None)
        by = self.context["request"].user
        return operations.create_user(User(**validated_data), by=by, password=password)

    def update(self, instance, validated_data):
        password = validated_data.pop("password", None)
        return operations.change_user(
            instance,
            validated_data,
            by=self.context["request"].user,
            if_revision=self.context.get("if_revision"),
            password=password,
        )


class RegisterSerializer(serializers.Serializer):
    """A new account as anybody may ask for it: never another role than sales_rep."""

    email = EmailField(max_length=254)
    password = PasswordField()
    full_name = TextField(max_length=255)
    phone = TextField(max_length=255, required=False)
    department = TextField(max_length=255, required=False)
    role = ChoiceField(
        [User.Role.SALES_REP],
        required=False,
        write_only=True,
        error_messages={"invalid_choice": "Whoever registers is a sales_rep."},
    )


class LoginSerializer(serializers.Serializer):
    email = TextField(max_length=254)
    password = PasswordField()
    otp = TextField(max_length=20, required=False, allow_blank=True)


class RefreshSerializer(serializers.Serializer):
    refreshToken = TextField(max_length=4096)  # noqa: N815 (the contract's spelling)


class LogoutSerializer(serializers.Serializer):
    refreshToken = TextField(max_length=4096, required=False, allow_blank=True)  # noqa: N815


class ForgotPasswordSerializer(serializers.Serializer):
    email = EmailField(max_length=254)


class ResetPasswordSerializer(serializers.Serializer):
    password = PasswordField()


class UpdatePasswordSerializer(serializers.Serializer):
    currentPassword = PasswordField()  # noqa: N815
    newPassword = PasswordField()  # noqa: N815


class ProfileSerializer(UserSerializer):
    """What people may change about themselves."""

    class Meta(UserSerializer.Meta):
        fields = (
            "full_name",
            "phone",
            "department",
            "avatar_url",
            "preferences",
            "timezone",
            "locale",
        )

    @classmethod
    def entity(cls):
        return UserSerializer.entity()


class DeactivateSerializer(serializers.Serializer):
    """Who takes over; nobody where nothing is open."""

    successor_id = LinkField(
        queryset=User.objects.all(), required=False, allow_null=True, default=None
    )


class InviteSerializer(serializers.Serializer):
    email = EmailField(max_length=254)
    role = ChoiceField(User.Role.choices, default=User.Role.SALES_REP)
    team_id = LinkField(queryset=Team.objects.all(), required=False, allow_null=True, default=None)


class AcceptInviteSerializer(serializers.Serializer):
    password = PasswordField()
    full_name = TextField(max_length=255)
    phone = TextField(max_length=255, required=False)
    department = TextField(max_length=255, required=False)


def session_row(session: Session, *, present: Session | None) -> dict[str, Any]:
    """Return one place where somebody is signed in, as its owner sees it."""
    return {
        "id": session.pk,
        "created_at": session.created_at,
        "last_seen_at": session.last_seen_at,
        "expires_at": session.expires_at,
        "address": session.address,
        "user_agent": session.user_agent,
        "current": present is not None and present.pk == session.pk,
    }


def invitation_row(invitation: Invitation) -> dict[str, Any]:
    """Return an offered place; the link itself goes by mail only."""
    return {
        "id": invitation.pk,
        "email": invitation.email,
        "role": invitation.role,
        "team_id": invitation.team_id,
        "expires_at": invitation.expires_at,
    }
