"""Who may open a page at all."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _

View = Callable[..., HttpResponseBase]
#: under this salt a form that was sent without a session is handed back
KEPT = "kept-form"
MOST_KEPT_BYTES = 500_000


def signed_in(view: View) -> View:
    """Ask whoever is not signed in to do so, and bring them back to where they were.

    What was typed into a form is not lost: it travels through the sign-in page and can be sent
    again from there. A script is told by 401, and leaves the page as it is.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **options)
        if getattr(request, "htmx", False):
            return HttpResponse(_("You were signed out. Sign in again."), status=401)
        if request.method == "POST":
            return ask_to_sign_in_again(request)
        query = urlencode({"next": request.get_full_path()})
        response = HttpResponse(status=302)
        response["Location"] = f"{resolve_url(settings.LOGIN_URL)}?{query}"
        return response

    return guarded


def ask_to_sign_in_again(request: HttpRequest) -> HttpResponse:
    """Answer a form that came after the session's end with the sign-in page, keeping the form."""
    fields = {
        name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"
    }
    form = {"path": request.get_full_path(), "fields": fields}
    kept = signing.dumps(form, salt=KEPT, compress=True)
    context = {
        "kept": kept if len(kept) <= MOST_KEPT_BYTES else "",
        "next": request.get_full_path(),
        "lost_files": bool(request.FILES),
    }
    return render(request, "accounts/sign_in.html", context, status=401)


def require_permission(user: Any, permission: str) -> None:
    """Raise ``PermissionDenied`` unless ``user`` holds a model permission (gate 1)."""
    if not user.has_perm(permission):
        raise PermissionDenied(_("Your role doesn't allow this."))
