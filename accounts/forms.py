"""The forms in front of the door, and those about oneself."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .models import Team, User
from .serializers import LONGEST_PASSWORD

THEMES = [("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))]


def password_field(label: Any, *, is_new: bool) -> forms.CharField:
    """A password, with what a password manager needs to know."""
    kind = "new-password" if is_new else "current-password"
    widget = forms.PasswordInput(attrs={"autocomplete": kind})
    return forms.CharField(label=label, strip=False, max_length=LONGEST_PASSWORD, widget=widget)


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("Email"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = password_field(_("Password"), is_new=False)


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label=_("Email"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class NewPasswordForm(forms.Form):
    """A new password, typed twice, so that a slip locks nobody out."""

    password = password_field(_("New password"), is_new=True)
    again = password_field(_("New password once more"), is_new=True)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("password") and values.get("password") != values.get("again"):
            self.add_error("again", _("The two passwords differ."))
        return values


class AcceptForm(NewPasswordForm):
    full_name = forms.CharField(
        label=_("Your name"), max_length=255, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ("full_name", "password", "again")


class RegisterForm(AcceptForm):
    email = forms.EmailField(
        label=_("Email"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    field_order = ("full_name", "email", "password", "again")


class ChangePasswordForm(NewPasswordForm):
    current = password_field(_("Present password"), is_new=False)
    field_order = ("current", "password", "again")


class ProfileForm(forms.ModelForm):
    full_name = forms.CharField(label=_("Name"), max_length=255)
    phone = forms.CharField(label=_("Phone"), max_length=255, required=False)
    department = forms.CharField(label=_("Department"), max_length=255, required=False)

    class Meta:
        model = User
        fields = ("full_name", "phone", "department")


def zone_choices() -> list[tuple[str, str]]:
    """Return the time zones by name."""
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones())]


def language_choices(present: str) -> list[tuple[str, Any]]:
    """Return the languages that are spoken, the browser's, and the locale that is set now."""
    spoken: list[tuple[str, Any]] = [("", _("As the browser")), *settings.LANGUAGES]
    return spoken if present in dict(spoken) else [*spoken, (present, present)]


class PreferencesForm(forms.Form):
    timezone = forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
    locale = forms.ChoiceField(label=_("Language"), required=False)
    theme = forms.ChoiceField(label=_("Appearance"), choices=THEMES)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["locale"].choices = language_choices(self.initial["locale"])


class InviteForm(forms.Form):
    """A place for a colleague."""

    email = forms.EmailField(label=_("Email"))
    role = forms.ChoiceField(label=_("Role"))
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("No team")
    )

    def __init__(self, *args: Any, roles: list[tuple[str, str]], teams: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["role"].choices = roles
        self.fields["team"].queryset = teams
