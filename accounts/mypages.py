"""The pages about oneself."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from crm.core import records
from crm.core.errors import DomainError
from crm.core.pages import signed_in

from . import passwords, sessions
from .forms import ChangePasswordForm, PreferencesForm, ProfileForm
from .models import User
from .pages import is_sent, tell
from .pagesessions import present_session


@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """Who one is to the others."""
    form = ProfileForm(request.POST or None, instance=_oneself(request))
    if is_sent(request) and form.is_valid():
        values = {name: form.cleaned_data[name] for name in form.fields}
        if _change(request, form, values):
            return redirect("me")
    return render(request, "accounts/me.html", {"form": form, "here": "me"})


@signed_in
def preferences(request: HttpRequest) -> HttpResponse:
    """How the pages look and speak."""
    user: Any = request.user
    initial = {
        "timezone": user.timezone,
        "locale": user.locale,
        "theme": user.preferences.get("theme", "auto"),
    }
    form = PreferencesForm(request.POST or None, initial=initial)
    if is_sent(request) and form.is_valid():
        values = dict(form.cleaned_data)
        values["preferences"] = {**user.preferences, "theme": values.pop("theme")}
        if _change(request, form, values):
            return redirect("me-preferences")
    return render(request, "accounts/me.html", {"form": form, "here": "me-preferences"})


@signed_in
@sensitive_post_parameters("current", "password", "again")
def password(request: HttpRequest) -> HttpResponse:
    """Replace one's password; the other sessions end."""
    form = ChangePasswordForm(request.POST or None)
    if form.is_valid():
        values, user = form.cleaned_data, _oneself(request)
        try:
            passwords.update_password(
                user,
                current=values["current"],
                new=values["password"],
                session=present_session(request),
            )
        except (ValidationError, DomainError) as refusal:
            tell(form, refusal)
        else:
            update_session_auth_hash(request, _oneself(request))
            told = _("Your password was changed. Your other sessions were ended.")
            messages.success(request, told)
            return redirect("me-password")
    return render(request, "accounts/me.html", {"form": form, "here": "me-password"})


@signed_in
def open_sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    present = present_session(request)
    rows = [
        {"session": session, "is_present": present is not None and session.pk == present.pk}
        for session in sessions.open_sessions(request.user)
    ]
    rows.sort(key=lambda row: not row["is_present"])
    return render(request, "accounts/me_sessions.html", {"rows": rows, "here": "me-sessions"})


@require_POST
@signed_in
def end_session(request: HttpRequest, pk: Any) -> HttpResponse:
    """End one of one's own sessions."""
    session = sessions.open_sessions(request.user).filter(pk=pk).first()
    if session is None:
        raise Http404
    sessions.end_session(session)
    messages.success(request, _("The session was ended."))
    return redirect("me-sessions")


@require_POST
@signed_in
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all of one's sessions but this one."""
    present = present_session(request)
    for session in sessions.open_sessions(request.user):
        if present is None or session.pk != present.pk:
            sessions.end_session(session)
    messages.success(request, _("All other sessions were ended."))
    return redirect("me-sessions")


def _oneself(request: HttpRequest) -> User:
    """Return a fresh copy of the caller: a refused change must not show in the page's head."""
    return User.objects.get(pk=request.user.pk)


def _change(request: HttpRequest, form: Any, values: dict[str, Any]) -> bool:
    try:
        records.change(_oneself(request), values, by=request.user)
    except (ValidationError, PermissionDenied, DomainError) as refusal:
        tell(form, refusal)
        return False
    messages.success(request, _("Saved."))
    return True
