"""Permissions by role."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q


class RoleBackend(ModelBackend):
    """Django's own backend, with the group of the user's role always counted in.

    Role and group can't disagree this way. All permissions are read in one query.
    """

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "_role_permissions"):
            held = Permission.objects.order_by()
            if not user_obj.is_superuser:
                held = held.filter(
                    Q(group__name=user_obj.role) | Q(group__user=user_obj) | Q(user=user_obj)
                )
            rows = held.values_list("content_type__app_label", "codename").distinct()
            user_obj._role_permissions = {f"{app}.{codename}" for app, codename in rows}
        return user_obj._role_permissions
