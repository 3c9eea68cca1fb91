"""Why somebody may or may not touch a record."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from .bases import Record
from .querysets import reach

VERBS = ("view", "change", "delete")


def explain(record: Record, user_id: str, *, asked_by: Any) -> dict[str, Any]:
    """Return for each verb whether a user may, and which rule granted or refused it.

    Administrators may ask about everybody, managers about their people. Raises
    ``ValidationError`` and ``PermissionDenied``.
    """
    reaches = asked_by.assigning("user")
    if reaches not in ("all", "team"):
        raise PermissionDenied(_("Only administrators, and managers for their team, may ask this."))
    users = apps.get_model("accounts", "User").objects
    try:
        person = users.filter(pk=UUID(user_id)).select_related("team").first()
    except ValueError:
        person = None
    if person is None:
        raise ValidationError({"user": "There is no user with this id."})
    if reaches != "all" and not asked_by.manages(person):
        raise PermissionDenied(_("You may ask this about yourself and your team only."))
    answer: dict[str, Any] = {"user": {"id": person.pk, "full_name": person.full_name}}
    for verb in VERBS:
        answer[verb] = _explain(record, person, verb)
    return answer


def _explain(record: Record, person: Any, verb: str) -> dict[str, Any]:
    options = record._meta
    permission = f"{options.app_label}.{verb}_{options.model_name}"
    if not person.is_active:
        return {"allowed": False, "reason": "This person is not active."}
    if person.is_superuser:
        return {"allowed": True, "reason": "Nothing is closed to a superuser."}
    if not person.has_perm(permission):
        return {"allowed": False, "reason": f"No role or group gives {permission}."}
    scopes = " or ".join(sorted(person.scopes(options.model_name, verb))) or "none"
    rows = type(record).all_objects.filter(pk=record.pk)
    allowed = rows.filter(reach(type(record), person, verb)).exists()
    reaches = "reaches" if allowed else "doesn't reach"
    return {
        "allowed": allowed,
        "reason": f"{permission} is held as {person.role}; its scope '{scopes}' {reaches} "
        f"this {options.verbose_name}.",
    }
