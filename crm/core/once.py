"""A form that is sent twice makes one record: it carries the signed id that it will have."""

from typing import Any
from uuid import UUID

from django.core import signing
from uuid_utils.compat import uuid7

SALT = "form-once"
LASTS = 7 * 24 * 3600  # seconds


def new_token() -> str:
    """Return the signed id of a record that is yet to be made."""
    return signing.dumps(str(uuid7()), salt=SALT)


def token_of(request: Any) -> str:
    """Return the token that a form was sent with, or a new one for a form that is shown."""
    return request.POST.get("once") or new_token()


def key_of(token: str) -> UUID:
    """Return the id in a token; a new one where it is not ours, or too old."""
    try:
        return UUID(signing.loads(token, salt=SALT, max_age=LASTS))
    except signing.BadSignature:
        return UUID(str(uuid7()))
