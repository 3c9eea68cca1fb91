"""Further groups: permissions and row scopes that people hold beside those of their role.

The groups of the four roles are made from the role matrix at each migrate, and nobody
changes them by hand.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction

from crm.core import events

from .models import User
from .roles import ROLES

Facts = dict[str, Any]


def is_of_role(group: Group) -> bool:
    """Whether a group belongs to a role, so that losing it would lock people out."""
    return group.name in ROLES


def facts_of(group: Group) -> Facts:
    """Return what a group is called and what it grants, as it is stored now."""
    stored = Group.objects.filter(pk=group.pk).first()
    if stored is None:
        return {}
    held = stored.permissions.select_related("content_type").order_by("content_type", "codename")
    return {
        "name": stored.name,
        "permissions": [f"{row.content_type.app_label}.{row.codename}" for row in held],
        "row_scopes": {
            row.entity: {
                "view": row.view_scope,
                "change": row.change_scope,
                "delete": row.delete_scope,
            }
            for row in stored.row_scopes.order_by("entity")
        },
    }


def write_down_change(group: Group, before: Facts, *, by: Any) -> None:
    """Store what is different from ``before`` in the history; empty is a new group."""
    now = facts_of(group)
    changes = {
        name: [before.get(name), value] for name, value in now.items() if before.get(name) != value
    }
    if changes:
        events.record("updated" if before else "created", group, by=by, changes=changes)


@transaction.atomic
def delete_group(group: Group, *, by: Any) -> None:
    """Delete a further group; its people keep what their role gives."""
    events.record("deleted", group, by=by, label=group.name)
    group.delete()


def joined_by(user: User) -> list[Group]:
    """Return the further groups that a person is in."""
    return list(user.groups.exclude(name__in=ROLES).order_by("name"))


def join_groups(user: User, groups: Iterable[Group], *, by: Any) -> None:
    """Let a person be in exactly these further groups. Raises ``ValidationError``."""
    before, wanted = joined_by(user), sorted(groups, key=lambda group: group.name)
    if any(is_of_role(group) for group in wanted):
        raise ValidationError({"groups": "This group belongs to a role: change the role instead."})
    if wanted == before:
        return
    user.groups.set(wanted)
    names = [[group.name for group in side] for side in (before, wanted)]
    events.record("groups_changed", user, by=by, changes={"groups": names})
