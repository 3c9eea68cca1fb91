"""The pages in front of the door: signing in and out, passwords, invitations, registration."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from crm.core.errors import DomainError, TooManyAttempts
from crm.core.limits import count
from crm.core.pages.access import KEPT

from . import invitations, operations, passwords, sessions
from .forms import AcceptForm, ForgottenForm, NewPasswordForm, RegisterForm, SignInForm
from .pagesessions import enter, present_session

#: what operations call a field, and what our forms do
NAMES = {"token": None, "newPassword": "password", "currentPassword": "current"}
KEPT_SECONDS = 12 * 3600


def in_front_of_the_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for whoever is not signed in: never stored, and counted.

    The site's referrer policy tells addresses with tokens to no other site; a stricter one would
    keep browsers from naming the origin of our own forms, which the CSRF check wants to know.
    The limit is the API's own for the same doors (``RATE_LIMIT_LOGIN`` by address and minute).
    """

    @wraps(view)
    @never_cache
    @sensitive_post_parameters("password", "again", "current")
    @require_http_methods(["GET", "HEAD", "POST"])
    def page(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if request.method == "POST" and _is_too_often(request):
            context = {
                "title": _("Too many attempts"),
                "sentence": _("Wait a minute, then try again."),
            }
            return render(request, "accounts/said.html", context, status=429)
        return view(request, *args, **options)

    return page


def _is_too_often(request: HttpRequest) -> bool:
    limit, address = settings.RATE_LIMIT_LOGIN, request.META.get("REMOTE_ADDR", "")
    return bool(limit) and count("door", address, limit=limit, window=60).remaining < 0


@in_front_of_the_door
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for email and password, and lead to where the person wanted to be."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if request.user.is_authenticated and request.method != "POST":
        return redirect(_safe(request, wanted) or settings.LOGIN_REDIRECT_URL)
    form = SignInForm(request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        try:
            opened = sessions.sign_in(values["username"], values["password"], request=request)
        except TooManyAttempts:
            form.add_error(None, _("Too many wrong passwords. Wait ten minutes, then try again."))
        except DomainError:
            form.add_error(None, _("Email or password is wrong."))
        else:
            enter(request, opened)
            return _resume(request) or redirect(
                _safe(request, wanted) or settings.LOGIN_REDIRECT_URL
            )
    context = {"form": form, "next": wanted, "kept": request.POST.get("kept", "")}
    context["may_register"] = settings.REGISTRATION == "open"
    return render(request, "accounts/sign_in.html", context)


def _resume(request: HttpRequest) -> HttpResponse | None:
    """Hand back the form that arrived after its session had ended."""
    try:
        kept = signing.loads(request.POST.get("kept", ""), salt=KEPT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return None
    fields = [(name, value) for name, values in kept["fields"].items() for value in values]
    return render(request, "accounts/resume.html", {"path": kept["path"], "fields": fields})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session, here and in the list of open ones."""
    session = present_session(request)
    if session is not None:
        sessions.end_session(session)
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("sign-in")


@in_front_of_the_door
def forgot_password(request: HttpRequest) -> HttpResponse:
    """Mail a link to a new password; the answer never says whether there is an account."""
    form = ForgottenForm(request.POST or None)
    if form.is_valid():
        passwords.forgot_password(form.cleaned_data["email"])
        context = {
            "title": _("Look into your mail"),
            "sentence": _(
                "If this address has an account, a mail with a link is on its way. "
                "The link is good for an hour."
            ),
        }
        return render(request, "accounts/said.html", context)
    return render(request, "accounts/forgot_password.html", {"form": form})


@in_front_of_the_door
def reset_password(request: HttpRequest, token: str) -> HttpResponse:
    """Set a new password by the link of a mail."""
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            passwords.reset_password(token, password=form.cleaned_data["password"])
        except ValidationError as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Your password was changed. Sign in with the new one."))
            return redirect("sign-in")
    return render(request, "accounts/reset_password.html", {"form": form})


@in_front_of_the_door
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take a place that was offered by mail."""
    form = AcceptForm(request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        try:
            opened = invitations.accept_invitation(
                token,
                {"full_name": values["full_name"]},
                password=values["password"],
                request=request,
            )
        except (ValidationError, DomainError) as refusal:
            tell(form, refusal)
        else:
            enter(request, opened)
            messages.success(request, _("Welcome. You are signed in."))
            return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/accept_invitation.html", {"form": form})


@in_front_of_the_door
def register(request: HttpRequest) -> HttpResponse:
    """Make an account, where that is open to everybody."""
    if settings.REGISTRATION != "open":
        raise Http404
    form = RegisterForm(request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        try:
            opened = operations.register(
                {"email": values["email"], "full_name": values["full_name"]},
                password=values["password"],
                request=request,
            )
        except (ValidationError, DomainError) as refusal:
            tell(form, refusal)
        else:
            enter(request, opened)
            return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/register.html", {"form": form})


def tell(form: Any, refusal: Exception) -> None:
    """Put an operation's refusal beside the fields that it names."""
    if not isinstance(refusal, ValidationError) or not hasattr(refusal, "error_dict"):
        told = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
        form.add_error(None, told)
        return
    for name, told in refusal.message_dict.items():
        name = NAMES.get(name, name)
        form.add_error(name if name in form.fields else None, told)


def _safe(request: HttpRequest, address: str) -> str:
    """Return an address of ours, or nothing."""
    good = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    return address if good else ""
