"""The pages of colleagues and teams."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.core import records
from crm.core.errors import DomainError
from crm.core.formfields import LookupField
from crm.core.forms import PageForm
from crm.core.pages import Action, RecordPages
from crm.core.wording import field_label

from . import leaving
from .forms import language_choices, zone_choices
from .models import User
from .pages import is_sent, tell
from .viewsets import TeamViewSet, UserViewSet


class SuccessorForm(forms.Form):
    """Who takes over the open work of somebody who leaves."""

    successor_id = LookupField(
        label=_("Who takes over"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("Open leads, deals, tasks and tickets go to this colleague."),
    )

    def __init__(self, *args: Any, person: User, **options: Any):
        super().__init__(*args, **options)
        active = User.objects.filter(status=User.Status.ACTIVE).exclude(pk=person.pk)
        field: Any = self.fields["successor_id"]
        field.queryset = active
        field.widget.slug = "users"


class UserForm(PageForm):
    """A colleague, with time zone and language to choose from."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        field: Any = self.fields.get("locale")
        if field is not None:
            field.choices = language_choices(self.instance.locale)

    @classmethod
    def declared(cls, name: str, column: models.Field) -> forms.Field | None:
        if name == "timezone":
            return forms.ChoiceField(label=field_label(name), choices=zone_choices)
        if name == "locale":
            return forms.ChoiceField(label=field_label(name), required=False)
        return super().declared(name, column)


class UserPages(RecordPages):
    """Colleagues come by invitation, and leave with a successor for their open work."""

    viewset = UserViewSet
    slug = "users"
    icon = "user-round"
    columns = ("email", "role", "team_id", "status", "last_login")
    facts = ("email", "role", "team_id", "status", "department", "phone", "last_login")
    groups = (
        (_("Person"), ("full_name", "email", "phone", "department")),
        (_("Access"), ("role", "team_id")),
        (_("Where they are"), ("timezone", "locale")),
    )
    can_create = False
    form_base = UserForm

    def more_urls(self) -> list[Any]:
        return [
            path(
                "users/<uuid:pk>/deactivate/",
                self._page("change", self.deactivate),
                name="user-deactivate",
            ),
            path(
                "users/<uuid:pk>/activate/",
                self._page("change", self.activate),
                name="user-activate",
            ),
        ]

    def form_names(self, request: HttpRequest) -> list[str]:
        """Leave out the rights where they are not the caller's to give (roles.md)."""
        names = super().form_names(request)
        is_admin = request.user.role == User.Role.ADMIN or request.user.is_superuser
        return names if is_admin else [n for n in names if n not in ("role", "team_id", "email")]

    def list_actions(self, request: HttpRequest) -> list[Action]:
        if not request.user.has_perm("accounts.invite_user"):
            return []
        return [
            Action(
                gettext("Invite a colleague"), reverse("invitations"), "mail-plus", "get", "primary"
            )
        ]

    def actions(self, request: HttpRequest, record: Any) -> list[Action]:
        is_admin = request.user.role == User.Role.ADMIN or request.user.is_superuser
        if not (is_admin and record.may_change) or record.pk == request.user.pk:
            return []
        if record.status == User.Status.ACTIVE:
            link = reverse("user-deactivate", args=[record.pk])
            return [Action(gettext("Deactivate"), link, "user-round-x")]
        link = reverse("user-activate", args=[record.pk])
        return [Action(gettext("Let in again"), link, "user-round-check", "post")]

    def deactivate(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Close an account; its open work goes to a colleague."""
        person = self.get_for(request, "change", pk)
        form = SuccessorForm(request.POST or None, person=person)
        if is_sent(request) and form.is_valid():
            try:
                successor = form.cleaned_data["successor_id"]
                leaving.deactivate(person, successor=successor, by=request.user)
            except (ValidationError, PermissionDenied, DomainError) as refusal:
                tell(form, refusal)
            else:
                messages.success(request, gettext("%(name)s was deactivated.") % {"name": person})
                return redirect(self.address(pk))
        return self.render(request, "deactivate.html", {"record": person, "form": form})

    def activate(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Open an account again."""
        person = self.get_for(request, "change", pk)
        if request.method == "POST":
            try:
                records.change(person, {"status": User.Status.ACTIVE}, by=request.user)
            except (ValidationError, PermissionDenied, DomainError) as refusal:
                messages.error(request, str(refusal))
        return redirect(self.address(pk))


class TeamPages(RecordPages):
    viewset = TeamViewSet
    slug = "teams"
    icon = "users-round"
    columns = ("manager_id", "created_at")
    facts = ("manager_id",)
    groups = ((_("Team"), ("name", "manager_id")),)
