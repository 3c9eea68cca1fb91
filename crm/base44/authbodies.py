"""What the calls about accounts take from a body; what they don't know is left out."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import PasswordField
from crm.core.bodyfields import EmailField, TextField
from crm.core.views import json_body


class Credentials(serializers.Serializer):
    email = TextField(max_length=254)
    password = PasswordField()


class Registration(serializers.Serializer):
    email = EmailField(max_length=254)
    password = PasswordField()
    full_name = TextField(max_length=255, required=False, allow_blank=True)


class Address(serializers.Serializer):
    email = EmailField(max_length=254)


class Code(serializers.Serializer):
    email = EmailField(max_length=254)
    otp_code = TextField(max_length=20)


class NewPassword(serializers.Serializer):
    reset_token = TextField(max_length=200)
    new_password = PasswordField()


class ChangedPassword(serializers.Serializer):
    user_id = TextField(max_length=64)
    current_password = PasswordField()
    new_password = PasswordField()


class Invited(serializers.Serializer):
    user_email = EmailField(max_length=254)
    role = TextField(max_length=20, required=False, allow_blank=True)


def sent(request: Any, serializer_class: type[serializers.Serializer]) -> dict[str, Any]:
    """Return the checked values of what a call knows; SDKs send more than that.

    Raises ``ValidationError``.
    """
    data = json_body(request)
    known = serializer_class().fields.keys() & data.keys()
    serializer = serializer_class(data={name: data[name] for name in known})
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
