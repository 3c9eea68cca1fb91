"""People, teams, groups and sessions in the staff site."""

from axes.models import AccessAttempt
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminPasswordWidget

from crm.core.admin import RecordAdmin, RelatedInline, badge
from crm.core.adminforms import RecordForm
from crm.core.backstage import ReadOnlyAdmin

from . import groups, operations, sessions
from .models import Invitation, RowScope, Session, Team, User
from .roles import ROLES

STATUS = {"active": "success", "suspended": "danger", "inactive": "warning"}
ROLE = {"admin": "danger", "manager": "warning", "sales_rep": "info", "support": "info"}


class UserForm(RecordForm):
    """A person; a password is only ever set anew, never shown."""

    new_password = forms.CharField(
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="Sets a new password and ends all sessions of this person. Empty keeps it.",
    )

    def store(self):
        by, password = self.request.user, self.cleaned_data.get("new_password") or None
        if self.instance._state.adding:
            for name in self._meta.fields or ():
                if name in self.cleaned_data and name != "groups":
                    setattr(self.instance, name, self.cleaned_data[name])
            chosen = self.cleaned_data.get("groups", ())
            operations.create_user(self.instance, by=by, password=password, groups=chosen)
            return
        values = self.changed_values()
        if "groups" in self.changed_data:
            values["groups"] = self.cleaned_data["groups"]
        operations.change_user(
            self.instance,
            values,
            by=by,
            if_revision=self.cleaned_data.get("shown_revision"),
            password=password,
        )

    def _tell(self, refusal):
        if "password" in getattr(refusal, "error_dict", {}):
            self.add_error("new_password", refusal.message_dict["password"])
            return
        super()._tell(refusal)


class MemberInline(RelatedInline):
    model = User
    fields = ("full_name", "email", "role", "status")


@admin.register(Team)
class TeamAdmin(RecordAdmin):
    list_display = ("name", "manager", "created_at")
    list_select_related = ("manager",)
    autocomplete_fields = ("manager",)
    inlines = (MemberInline,)
    fieldsets = (
        (None, {"fields": ("name", "manager")}),
        ("More", {"fields": ("custom_fields", "external_id"), "classes": ["collapse"]}),
    )


@admin.register(User)
class UserAdmin(RecordAdmin):
    form = UserForm
    list_display = ("full_name", "email", "role_", "team", "status_", "last_login")
    list_filter = ("role", "status", "team")
    list_select_related = ("team",)
    autocomplete_fields = ("team",)
    readonly_fields = ("last_login", "email_verified")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("full_name", "email"),
                    ("role", "team"),
                    ("status", "staff_access"),
                    "groups",
                )
            },
        ),
        ("Password", {"fields": ("new_password",)}),
        ("Details", {"fields": (("department", "phone"), "avatar_url", ("timezone", "locale"))}),
        ("More", {"fields": ("preferences", ("last_login", "email_verified"), "custom_fields")}),
    )
    role_ = badge("role", ROLE)
    status_ = badge("status", STATUS)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "groups":
            kwargs["queryset"] = Group.objects.exclude(name__in=ROLES).order_by("name")
            kwargs["help_text"] = "Further groups, which add to what the role allows."
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class RowScopeInline(TabularInline):
    """Which rows the group reaches, beside its permissions."""

    model = RowScope
    extra = 1
    tab = True


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(ModelAdmin, DjangoGroupAdmin):
    """Further groups. Those of the four roles are made from the role matrix at each migrate."""

    inlines = (RowScopeInline,)

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or not groups.is_of_role(obj))

    def has_delete_permission(self, request, obj=None):
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not groups.is_of_role(obj))

    def save_model(self, request, obj, form, change):
        form.facts_before = groups.facts_of(obj) if change else {}
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        groups.write_down_change(form.instance, form.facts_before, by=request.user)

    def delete_model(self, request, obj):
        groups.delete_group(obj, by=request.user)

    def delete_queryset(self, request, queryset):
        for group in queryset:
            groups.delete_group(group, by=request.user)


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """Where people are signed in, to look at and to end."""

    list_display = ("user", "created_at", "last_seen_at", "expires_at", "revoked_at", "address")
    list_select_related = ("user",)
    list_filter = ("user",)
    actions = ("end_sessions",)
    exclude = ("refresh_id", "security_version")

    @admin.action(description="End the selected sessions", permissions=["change"])
    def end_sessions(self, request, queryset):
        for session in queryset:
            sessions.end_session(session)
        self.message_user(request, f"Ended: {len(queryset)}.", messages.SUCCESS)


@admin.register(Invitation)
class InvitationAdmin(ModelAdmin):
    """Places that were offered."""

    list_display = ("email", "role", "team", "invited_by", "expires_at", "accepted_at")
    list_select_related = ("team", "invited_by")
    exclude = ("token_hash",)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ModelAdmin):
    """Failed sign-ins that count towards a lock-out. Deleting one lets the person in again."""

    list_display = ("username", "failures_since_start", "attempt_time", "ip_address")
    fields = ("username", "failures_since_start", "attempt_time", "ip_address", "user_agent")
    readonly_fields = fields

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
