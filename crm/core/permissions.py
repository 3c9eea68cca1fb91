"""Gate 1: may you do this at all?"""

from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission

VERBS = {
    "GET": "view",
    "HEAD": "view",
    "OPTIONS": "view",
    "POST": "add",
    "PUT": "change",
    "PATCH": "change",
    "DELETE": "delete",
}


class ModelPermissions(BasePermission):
    """Django's model permissions, ``view`` included; whatever names no model is closed.

    DRF's own class lets every signed-in user read. An action with a verb of its own names
    it where it is declared: ``@action(verb="view")``, or ``verbs={"POST": "change"}`` where
    the methods of one address differ.
    """

    def has_permission(self, request, view):
        if not request.user.is_authenticated:
            raise NotAuthenticated("Sign in first: send Authorization: Bearer <token>.")
        queryset = getattr(view, "queryset", None)
        if queryset is None:
            return False
        by_method = {**VERBS, **getattr(view, "verbs", {})}
        verb = getattr(view, "verb", None) or by_method.get(request.method, "view")
        options = queryset.model._meta
        permission = f"{options.app_label}.{verb}_{options.model_name}"
        self.message = f"Your role may not {verb} {options.verbose_name_plural}: the permission "
        self.message += f"{permission} is missing."
        return request.user.has_perm(permission)


class SignedIn(BasePermission):
    """Whoever is signed in, for what concerns only themselves."""

    def has_permission(self, request, view):
        if not request.user.is_authenticated:
            raise NotAuthenticated("Sign in first: send Authorization: Bearer <token>.")
        return True
