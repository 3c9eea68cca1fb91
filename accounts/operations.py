"""What happens to people: they register, are invited, change, and leave."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from crm.core import events, records
from crm.core.errors import Conflict, DomainError
from crm.core.fields import normal_email
from crm.core.limits import count

from . import mails, sessions, tokens
from .models import Invitation, Session, Team, User
from .sessions import SignIn

RESETS_PER_HOUR = 5
INVITATION_LIFETIME = timedelta(hours=72)
INVITED_BY_MANAGERS = {User.Role.SALES_REP, User.Role.SUPPORT}
#: what decides over somebody's rights, and is never one's own to change
RIGHTS = {"role", "status", "team", "staff_access", "is_superuser", "groups"}
BAD_RESET = "This link has expired or was used already. Ask for a new one."


class RegistrationClosed(DomainError):
    """Accounts are made by invitation or by an administrator only."""

    code = "registration_closed"


def register(values: dict[str, Any], *, password: str, request: Any) -> SignIn:
    """Make an account for whoever asks, always a sales_rep, and sign them in.

    Raises :class:`RegistrationClosed` unless ``REGISTRATION=open``.
    """
    if settings.REGISTRATION != "open":
        raise RegistrationClosed("Registration is closed. Ask an administrator to invite you.")
    with transaction.atomic():
        user = User(**{**values, "role": User.Role.SALES_REP})
        create_user(user, by=None, password=password)
        return sessions.open_session(user, request=request)


@records.create.register
@transaction.atomic
def create_user(user: User, *, by: Any, password: str | None = None) -> User:
    """Add a colleague. Without a password they have to ask for a reset link.

    Raises ``ValidationError`` for a weak password, ``Conflict`` for a taken email.
    """
    if password is None:
        user.set_unusable_password()
    else:
        set_checked_password(user, password)
    return records.save_new(user, by=by)


@records.change.register
@transaction.atomic
def change_user(
    user: User,
    values: dict[str, Any],
    *,
    by: Any,
    if_revision: int | None = None,
    password: str | None = None,
) -> User:
    """Change a person. Role, status, team and email are an administrator's, never one's own.

    A new password, status or email ends the person's sessions. The last active
    administrator can't be demoted or deactivated (:class:`Conflict`).
    """
    if user.role == User.Role.ADMIN and not values.keys().isdisjoint({"role", "status"}):
        _lock_admins()
    stored = records.lock(user, if_revision=if_revision)
    changed = {name for name, value in values.items() if getattr(stored, name) != value}
    _check_rights(stored, changed, by=by, password=password)
    leaves = values.get("status", stored.status) != User.Status.ACTIVE
    if leaves or values.get("role", stored.role) != User.Role.ADMIN:
        keep_an_admin(stored, leaving=changed & {"role", "status"})
    if password is not None:
        set_checked_password(stored, password)
        records.write(
            stored, {"password": stored.password, "security_version": stored.security_version}
        )
        events.record("password_changed", stored, by=by)
        if_revision = None
    if changed & {"status", "email"}:
        sessions.end_sessions(stored)
    return records.save_changes(user, values, by=by)


@records.remove.register
@transaction.atomic
def remove_user(user: User, *, by: Any, if_revision: int | None = None) -> None:
    """Take a colleague out. Their sessions end; their name stays in the history."""
    if user.role == User.Role.ADMIN:
        _lock_admins()
    stored = records.lock(user, if_revision=if_revision)
    if by is not None and by.pk == stored.pk:
        raise Conflict("You can't delete yourself.")
    keep_an_admin(stored, leaving={"status"})
    sessions.end_sessions(stored)
    records.mark_deleted(user, by=by)


@transaction.atomic
def appoint_admin(email: str, *, full_name: str, password: str) -> tuple[User, list[str]]:
    """Make somebody an active administrator with this password; say what was done.

    Whoever is known under the email is restored, else they are added. Open sessions and a
    lock-out end. Raises ``ValidationError``.
    """
    email = normal_email(email)
    live_first = User.all_objects.filter(email=email).order_by(
        F("deleted_at").desc(nulls_first=True)
    )
    values: dict[str, Any] = {"role": User.Role.ADMIN, "status": User.Status.ACTIVE}
    if (user := live_first.first()) is None:
        user = User(email=email, full_name=full_name or email, **values)
        return create_user(user, by=None, password=password), ["added as administrator"]
    done = ["new password, all sessions ended"]
    if user.is_deleted:
        records.restore(user, by=None)
        done.append("taken out of the recycle bin")
    if full_name:
        values["full_name"] = full_name
    done += [
        f"{name} is now {value}" for name, value in values.items() if getattr(user, name) != value
    ]
    sessions.forget_failures(email)
    return change_user(user, values, by=None, password=password), done


def _check_rights(user: User, changed: set[str], *, by: Any, password: str | None) -> None:
    if by is None:
        return
    rights = changed & RIGHTS
    is_admin = by.role == User.Role.ADMIN or by.is_superuser
    if rights and (by.pk == user.pk or not is_admin):
        names = ", ".join(sorted(rights))
        raise PermissionDenied(f"Only another administrator may change this person's {names}.")
    if "email" in changed and not is_admin:
        raise PermissionDenied("Only an administrator may change an email address.")
    if password is not None and (by.pk == user.pk or not is_admin):
        raise PermissionDenied(
            "Change your own password with update-password; others' only as administrator."
        )


def keep_an_admin(user: User, *, leaving: set[str]) -> None:
    """Refuse to lose the last active administrator. Raises :class:`Conflict`."""
    if not leaving or user.role != User.Role.ADMIN or not user.is_active:
        return
    if _lock_admins() <= {user.pk}:
        raise Conflict("This is the last active administrator.", code="last_admin")


def _lock_admins() -> set[Any]:
    """Lock the active administrators' rows and return their ids.

    It comes before the lock on one of them, and always in the same order: so two of them
    can neither remove each other at once nor wait for each other.
    """
    admins = User.objects.filter(role=User.Role.ADMIN, status=User.Status.ACTIVE)
    locked = admins.select_for_update(of=("self",), no_key=True).order_by("pk")
    return set(locked.values_list("pk", flat=True))


def set_checked_password(user: User, password: str) -> None:
    """Set a password that Django's validators accept; the row is the caller's to save."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    user.set_password(password)


# -- passwords -------------------------------------------------------------------------


@transaction.atomic
def update_password(user: User, *, current: str, new: str, session: Session | None) -> None:
    """Replace one's own password; all sessions but the present one end."""
    stored = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    if session is not None:
        sessions.require_open(session)
    if not stored.check_password(current):
        raise ValidationError({"currentPassword": "This is not your present password."})
    try:
        set_checked_password(stored, new)
    except ValidationError as error:
        raise ValidationError({"newPassword": error.messages}) from error
    _store_password(stored, by=user)
    sessions.renew(stored, session)


def forgot_password(email: str) -> None:
    """Mail a reset link to an active user of that address; say nothing either way.

    One address gets at most five such mails an hour.
    """
    email = normal_email(email)
    asked = count("reset", tokens.fingerprint(email), limit=RESETS_PER_HOUR, window=3600)
    if asked.remaining < 0:
        return
    user = User.objects.filter(email=email).first()
    if user is not None and user.is_active:
        events.record("password_reset_requested", user, by=None)
        mails.send_reset(user, tokens.reset_token(user))


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


# -- invitations -----------------------------------------------------------------------


@transaction.atomic
def invite(email: str, *, role: str, team: Team | None, by: User) -> Invitation:
    """Offer somebody a place by mail, good once within 72 hours; an earlier offer ends.

    Managers invite sales_rep and support, into a team they manage: their own unless they
    name another. Raises
    ``PermissionDenied`` and :class:`Conflict`.
    """
    if not by.has_perm("accounts.invite_user"):
        raise PermissionDenied("The permission accounts.invite_user is missing.")
    if by.role != User.Role.ADMIN and not by.is_superuser:
        if role not in INVITED_BY_MANAGERS:
            raise PermissionDenied(f"Only an administrator may invite somebody as {role}.")
        team = team or by.team
        own_team = by.role == User.Role.MANAGER and team is not None and team.pk == by.team_id
        if team is None or (team.manager_id != by.pk and not own_team):
            raise PermissionDenied("You may only invite into a team that you manage.")
    email = normal_email(email)
    if User.objects.filter(email=email).exists():
        raise Conflict("Somebody with this email is here already.")
    now = timezone.now()
    Invitation.objects.filter(email=email, accepted_at=None, expires_at__gt=now).update(
        expires_at=now
    )
    secret = tokens.new_secret()
    invitation = Invitation.objects.create(
        email=email,
        role=role,
        team=team,
        invited_by=by,
        token_hash=tokens.fingerprint(secret),
        expires_at=now + INVITATION_LIFETIME,
    )
    mails.send_invitation(invitation, secret)
    return invitation


@transaction.atomic
def accept_invitation(
    secret: str, values: dict[str, Any], *, password: str, request: Any
) -> SignIn:
    """Take an offered place once and sign in; the role and team are those of the offer."""
    now = timezone.now()
    offered = Invitation.objects.filter(
        token_hash=tokens.fingerprint(secret), accepted_at=None, expires_at__gt=now
    )
    invitation = offered.select_related("team").first()
    if invitation is None or not offered.update(accepted_at=now):
        raise ValidationError({"token": "This invitation has expired or was used already."})
    if not invitation.invited_by.is_active:
        gone = "Whoever invited you is not here any more. Ask for a new invitation."
        raise ValidationError({"token": gone})
    user = User(
        **values,
        email=invitation.email,
        role=invitation.role,
        team=invitation.team,
        email_verified=True,
    )
    create_user(user, by=None, password=password)
    return sessions.open_session(user, request=request)
