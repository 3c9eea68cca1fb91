"""Passwords: set, replaced, forgotten and reset."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import events, records
from crm.core.fields import normal_email
from crm.core.limits import count

from . import sessions, tokens
from .models import Session, User

RESETS_PER_HOUR = 5
BAD_RESET = gettext_lazy("This link has expired or was used already. Ask for a new one.")


def set_checked_password(user: User, password: str) -> None:
    """Set a password that Django's validators accept; the row is the caller's to save."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    user.set_password(password)


@transaction.atomic
def update_password(user: User, *, current: str, new: str, session: Session | None) -> None:
    """Replace one's own password; all sessions but the present one end."""
    stored = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if session is not None:
        sessions.require_open(session)
    if not stored.check_password(current):
        raise ValidationError({"currentPassword": _("This is not your present password.")})
    try:
        set_checked_password(stored, new)
    except ValidationError as error:
        raise ValidationError({"newPassword": error.messages}) from error
    _store_password(stored, by=user)
    sessions.renew(stored, session)


def forgot_password(email: str) -> None:
    """Have a reset link mailed to an active user of that address; say nothing either way.

    The event wakes the mail. An address without an open account leaves an event too, about
    nobody: so both take the same time. One address is heard at most five times an hour.
    """
    email = normal_email(email)
    asked = count("reset", tokens.fingerprint(email), limit=RESETS_PER_HOUR, window=3600)
    if asked.remaining < 0:
        return
    user = User.objects.filter(email=email).first()
    is_open = user is not None and user.is_active
    name = "password_reset_requested" if is_open else "password_reset_refused"
    events.record(name, user or User(), by=None)


def is_open_reset(token: str) -> bool:
    """Whether a reset token would be taken now."""
    claimed = tokens.user_id_of_reset(token)
    user = User.objects.filter(pk=claimed).first() if claimed else None
    return user is not None and user.is_active and tokens.is_good_reset(token, user)


@transaction.atomic
def reset_password(token: str, *, password: str) -> User:
    """Set a new password with a reset token; all sessions end. Raises ``ValidationError``."""
    users = User.objects.select_for_update(of=("self",), no_key=True)
    claimed = tokens.user_id_of_reset(token)
    user = users.filter(pk=claimed).first() if claimed else None
    if user is None or not user.is_active or not tokens.is_good_reset(token, user):
        raise ValidationError({"token": BAD_RESET})
    set_checked_password(user, password)
    _store_password(user, by=user)
    sessions.forget_failures(user.email)
    return user


def _store_password(user: User, *, by: Any) -> None:
    records.write(user, {"password": user.password, "security_version": user.security_version})
    events.record("password_changed", user, by=by)
