"""Who may do what with the records of a declared entity: by role, all of them or one's own."""

from typing import Any

from django.db.models import Q

from accounts.roles import ROLES
from crm.core.querysets import EVERYTHING, NOTHING

ADMINISTRATOR = "admin"
#: administrators reach everything
RULED_ROLES = tuple(role for role in ROLES if role != ADMINISTRATOR)
VERBS = {"view": "read", "add": "create", "change": "update", "delete": "delete"}
ALL, OWN, NONE = SCOPES = ("all", "own", "none")
#: where neither the administrator nor the schema says anything
UNSAID = {"read": ALL, "create": ALL, "update": OWN, "delete": OWN}
_OF_ROLE = {
    "type": "object",
    "properties": {verb: {"enum": list(SCOPES)} for verb in UNSAID},
    "additionalProperties": False,
}
SHAPE = {
    "type": "object",
    "properties": dict.fromkeys(RULED_ROLES, _OF_ROLE),
    "additionalProperties": False,
}
#: how a schema's ``rls`` says that a record is its creator's
MINE = ({"created_by": "{{user.email}}"}, {"created_by_id": "{{user.id}}"})


def scope_for(access: dict[str, Any], role: str, verb: str) -> str:
    """Return ``all``, ``own`` or ``none`` for one of Django's verbs; what isn't said is none."""
    if role == ADMINISTRATOR:
        return ALL
    return access.get(role, {}).get(VERBS[verb], NONE)


def reach(user: Any, verb: str) -> Q:
    """Return the condition under which somebody's role reaches a record of any such entity."""
    if user.role == ADMINISTRATOR:
        return EVERYTHING
    if user.role not in RULED_ROLES:
        return NOTHING
    rule = f"declaration__access__{user.role}__{VERBS[verb]}"
    return Q(**{rule: ALL}) | Q(**{rule: OWN}, created_by=user)


def completed(access: dict[str, Any], rls: Any) -> tuple[dict[str, Any], list[str]]:
    """Return access rules that say everything, and the verbs whose rule couldn't be read.

    What the administrator said counts, then the schema's ``rls``, then :data:`UNSAID`.
    """
    rules = rls if isinstance(rls, dict) else {}
    rules = {**dict.fromkeys(("create", "update", "delete"), rules.get("write")), **rules}
    by_schema, unread = dict(UNSAID), []
    for verb in UNSAID:
        if rules.get(verb) is not None:
            scope = _scope_of(rules[verb])
            by_schema[verb] = scope or NONE
            if scope is None:
                unread.append(verb)
    found = {role: {**by_schema, **access.get(role, {})} for role in RULED_ROLES}
    unsaid = [verb for verb in unread if any(verb not in access.get(r, {}) for r in RULED_ROLES)]
    return found, unsaid


def _scope_of(rule: Any) -> str | None:
    """Return what a rule of ``rls`` means for anybody but administrators; None is unknown."""
    if isinstance(rule, bool):
        return ALL if rule else NONE
    if not isinstance(rule, dict):
        return None
    if not rule:
        return ALL
    if rule in MINE:
        return OWN
    if rule == {"user_condition": {"role": ADMINISTRATOR}}:
        return NONE
    joint, parts = next(iter(rule.items()))
    if len(rule) > 1 or joint not in ("$or", "$and") or not isinstance(parts, list) or not parts:
        return None
    scopes = [_scope_of(part) for part in parts]
    if None in scopes:
        return None
    places = [SCOPES.index(scope) for scope in scopes if scope]
    return SCOPES[min(places) if joint == "$or" else max(places)]
