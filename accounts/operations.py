"""What happens to people: they register, change, and leave."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from crm.core import events, records
from crm.core.errors import Conflict, DomainError
from crm.core.fields import normal_email
from crm.core.wording import field_word

from . import groups as further_groups
from . import sessions
from .codemodels import VerificationCode
from .leaving import require_no_work
from .models import User
from .passwords import set_checked_password
from .sessions import SignIn

#: what decides over somebody's rights, and is never one's own to change
RIGHTS = {"role", "status", "team", "staff_access", "is_superuser", "groups"}


class RegistrationClosed(DomainError):
    """Accounts are made by invitation or by an administrator only."""

    code = "registration_closed"


def register(values: dict[str, Any], *, password: str, request: Any) -> SignIn:
    """Make an account for whoever asks, always a sales_rep, and sign them in.

    Raises :class:`RegistrationClosed` unless ``REGISTRATION=open``.
    """
    if settings.REGISTRATION != "open":
        raise RegistrationClosed(_("Registration is closed. Ask an administrator to invite you."))
    with transaction.atomic():
        user = User(**{**values, "role": User.Role.SALES_REP})
        create_user(user, by=None, password=password)
        return sessions.open_session(user, request=request)


@records.create.register
@transaction.atomic
def create_user(
    user: User, *, by: Any, password: str | None = None, groups: Iterable[Group] = ()
) -> User:
    """Add a colleague. Without a password they have to ask for a reset link.

    ``groups`` are further ones, beside that of the role. Raises ``ValidationError`` for a
    weak password, ``Conflict`` for a taken email.
    """
    if password is None:
        user.set_unusable_password()
    else:
        set_checked_password(user, password)
    records.save_new(user, by=by)
    further_groups.join_groups(user, groups, by=by)
    return user


@records.change.register
@transaction.atomic
def change_user(
    user: User,
    values: dict[str, Any],
    *,
    by: Any,
    if_revision: records.Expected = None,
    password: str | None = None,
) -> User:
    """Change a person. Role, status, team and email are an administrator's, never one's own.

    ``groups`` among the values are the further ones, beside that of the role.

    A new password, status or email ends the person's sessions. The last active
    administrator can't be demoted or deactivated, and nobody be deactivated whose open work
    has no successor (:class:`Conflict`; see :func:`accounts.leaving.deactivate`).
    """
    if user.role == User.Role.ADMIN and not values.keys().isdisjoint({"role", "status"}):
        _lock_admins()
    stored = records.lock(user, if_revision=if_revision)
    values = dict(values)
    present = further_groups.joined_by(stored) if "groups" in values else []
    groups = values.pop("groups", present)
    changed = {name for name, value in values.items() if getattr(stored, name) != value}
    if {group.pk for group in groups} != {group.pk for group in present}:
        changed.add("groups")
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
    if "groups" in changed:
        further_groups.join_groups(stored, groups, by=by)
        records.write(stored, {})
        if_revision = None
    if "status" in changed and values["status"] == User.Status.INACTIVE:
        require_no_work(stored)
    if changed & {"status", "email"}:
        VerificationCode.objects.filter(user=stored).delete()  # decided: no code opens it now
        sessions.end_sessions(stored)
    return records.save_changes(user, values, by=by)


@records.remove.register
@transaction.atomic
def remove_user(user: User, *, by: Any, if_revision: records.Expected = None) -> None:
    """Take a colleague out. Their sessions end; their name stays in the history.

    Raises :class:`Conflict` while they have open work, and for oneself and the last admin.
    """
    if user.role == User.Role.ADMIN:
        _lock_admins()
    stored = records.lock(user, if_revision=if_revision)
    if by is not None and by.pk == stored.pk:
        raise Conflict(_("You can't delete yourself."))
    keep_an_admin(stored, leaving={"status"})
    require_no_work(stored)
    VerificationCode.objects.filter(user=stored).delete()
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
        names = ", ".join(map(field_word, sorted(rights)))
        raise PermissionDenied(
            _("Only another administrator may change this person's %(rights)s.") % {"rights": names}
        )
    if "email" in changed and not is_admin:
        raise PermissionDenied(_("Only an administrator may change an email address."))
    if password is not None and (by.pk == user.pk or not is_admin):
        raise PermissionDenied(
            _("Change your own password with update-password; others' only as administrator.")
        )


def keep_an_admin(user: User, *, leaving: set[str]) -> None:
    """Refuse to lose the last active administrator. Raises :class:`Conflict`."""
    if not leaving or user.role != User.Role.ADMIN or not user.is_active:
        return
    if _lock_admins() <= {user.pk}:
        raise Conflict(_("This is the last active administrator."), code="last_admin")


def _lock_admins() -> set[Any]:
    """Lock the active administrators' rows and return their ids.

    It comes before the lock on one of them, and always in the same order: so two of them
    can neither remove each other at once nor wait for each other.
    """
    admins = User.objects.filter(role=User.Role.ADMIN, status=User.Status.ACTIVE)
    locked = admins.select_for_update(of=("self",), no_key=True).order_by("pk")
    return set(locked.values_list("pk", flat=True))
