"""The pages of colleagues and teams."""

from django.utils.translation import gettext_lazy as _

from crm.core.pages import RecordPages

from .viewsets import TeamViewSet, UserViewSet


class UserPages(RecordPages):
    viewset = UserViewSet
    slug = "users"
    icon = "user-round"
    columns = ("email", "role", "team_id", "status", "last_login")
    facts = ("email", "role", "team_id", "status", "department", "phone", "last_login")
    groups = (
        (_("Person"), ("full_name", "email", "phone", "department")),
        (_("Access"), ("role", "team_id", "status")),
        (_("Where they are"), ("timezone", "locale")),
    )


class TeamPages(RecordPages):
    viewset = TeamViewSet
    slug = "teams"
    icon = "users-round"
    columns = ("manager_id", "created_at")
    facts = ("manager_id",)
    groups = ((_("Team"), ("name", "manager_id")),)
