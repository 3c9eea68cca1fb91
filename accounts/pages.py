"""The pages in front of the door: signing in and out, passwords, invitations, registration."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.core.errors import DomainError, TooManyAttempts
from crm.core.limits import count
from crm.core.pages.access import KEPT

from . import invitations, operations, passwords, returning, sessions
from .forms import AcceptForm, ForgottenForm, NewPasswordForm, RegisterForm, SignInForm
from .models import Session
from .pagesessions import enter, present_session

#: what operations call a field, and what our forms do
NAMES = {"token": None, "newPassword": "password", "currentPassword": "current"}
KEPT_SECONDS = 12 * 3600
#: where the browser's session keeps the token of a mailed link
RESET, INVITATION = "reset_token", "invitation_token"


def in_front_of_the_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for whoever is not signed in: never stored, and its forms counted.

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
    """Ask for email and password, and lead to where the person wanted to be.

    An app that sent them here (``from_url``) gets them back with a token of the same session,
    where it is one of ours; signing out of either ends both.
    """
    app = request.POST.get("from_url") or request.GET.get("from_url", "")
    origin = returning.trusted_origin(app)
    wanted = request.POST.get("next") or request.GET.get("next", "") or app
    if request.user.is_authenticated and request.method != "POST":
        if origin and (session := present_session(request)):
            return _back_to_app(app, session)
        return redirect(_safe(request, wanted) or settings.LOGIN_REDIRECT_URL)
    form, wait = SignInForm(request.POST or None), 0
    if form.is_valid():
        values = form.cleaned_data
        try:
            opened = sessions.sign_in(values["username"], values["password"], request=request)
        except TooManyAttempts as refusal:
            form.add_error(None, _("Too many wrong passwords. Wait ten minutes, then try again."))
            wait = refusal.seconds
        except DomainError:
            form.add_error(None, _("Email or password is wrong."))
        else:
            enter(request, opened)
            if origin:
                return _back_to_app(app, opened.session)
            return _resume(request) or redirect(
                _safe(request, wanted) or settings.LOGIN_REDIRECT_URL
            )
    context = {"form": form, "next": wanted, "kept": request.POST.get("kept", "")}
    context["may_register"] = settings.REGISTRATION == "open"
    context["from_url"] = app if origin else ""
    page = render(request, "accounts/sign_in.html", context, status=429 if wait else 200)
    if origin:  # browsers hold the form's policy against where its answer leads, too
        csp_update({"form-action": [origin]})(lambda request: page)(request)
    if wait:
        page["Retry-After"] = str(wait)
    return page


def _back_to_app(address: str, session: Session) -> HttpResponse:
    answer = redirect(returning.with_token(address, session))
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _resume(request: HttpRequest) -> HttpResponse | None:
    """Hand back the form that arrived after its session had ended."""
    try:
        kept = signing.loads(request.POST.get("kept", ""), salt=KEPT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return None
    if not _safe(request, kept["path"]):
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


@require_safe
def enter_staff_site(request: HttpRequest) -> HttpResponse:
    """Lead to the one sign-in. Who is in already and not of the staff stays outside."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise PermissionDenied(_("The staff site is not open to you."))
    wanted = _safe(request, request.GET.get("next", "")) or reverse("admin:index")
    return redirect(f"{reverse('sign-in')}?{urlencode({'next': wanted})}")


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


def take_token(name: str, page: str) -> Callable[..., HttpResponse]:
    """Return the view of a mailed link: it takes the token out of the address, and leads on.

    No later request, referrer or line of the browser's history carries it then. A policy of no
    referrer at all on the form's own page would keep browsers from naming the form's origin,
    which the CSRF check wants to know.
    """

    @never_cache
    @require_safe
    def take(request: HttpRequest, token: str) -> HttpResponse:
        request.session[name] = token
        answer = redirect(page)
        answer["Referrer-Policy"] = "no-referrer"
        return answer

    return take


take_reset = take_token(RESET, "reset-password")
take_invitation = take_token(INVITATION, "accept-invitation")


@in_front_of_the_door
def reset_password(request: HttpRequest) -> HttpResponse:
    """Set a new password by the link of a mail."""
    token = request.session.get(RESET, "")
    form = NewPasswordForm(request.POST or None)
    if not passwords.is_open_reset(token):
        return render(request, "accounts/reset_over.html")
    if form.is_valid():
        try:
            passwords.reset_password(token, password=form.cleaned_data["password"])
        except ValidationError as refusal:
            tell(form, refusal)
        else:
            del request.session[RESET]
            messages.success(request, _("Your password was changed. Sign in with the new one."))
            return redirect("sign-in")
    return render(request, "accounts/reset_password.html", {"form": form})


@in_front_of_the_door
def accept_invitation(request: HttpRequest) -> HttpResponse:
    """Take a place that was offered by mail."""
    token = request.session.get(INVITATION, "")
    offer = invitations.offered(token)
    if offer is None:
        return render(request, "accounts/invitation_over.html")
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
            del request.session[INVITATION]
            enter(request, opened)
            messages.success(request, _("Welcome. You are signed in."))
            return redirect(settings.LOGIN_REDIRECT_URL)
    context = {"form": form, "email": offer.email}
    return render(request, "accounts/accept_invitation.html", context)


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


def is_sent(request: HttpRequest) -> bool:
    """Whether a form was sent to be stored, not to be looked at once more (``again``)."""
    return request.method == "POST" and "again" not in request.POST


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
