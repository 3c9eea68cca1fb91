"""The public page on which strangers leave an enquiry."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from crm.core import limits, once
from crm.core.erasure import ErasedAddress

from . import enquiries
from .enquiryforms import EnquiryForm
from .models import Lead

WINDOW = 600  # seconds
BUSY = {
    "title": _("Too many requests"),
    "sentence": _("Wait a few minutes, then send the form again."),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enquire(request: HttpRequest) -> HttpResponse:
    """Leave an enquiry: it becomes a lead. The answer is the same for people and robots."""
    if not settings.WEB_FORM_ORIGINS:
        raise Http404
    if request.method != "POST":
        return _page(request, EnquiryForm())
    if wait := _seconds_to_wait(request):
        page = render(request, "message.html", BUSY, status=429)
        page["Retry-After"] = str(wait)
        return page
    form = EnquiryForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        if not form.is_of_robot:
            _take(request, form)
    except ValidationError as refusal:
        form.add_error(None, refusal.messages)
        return _page(request, form)
    return redirect("enquiry-thanks")


@require_safe
def thank(request: HttpRequest) -> HttpResponse:
    """Say that the enquiry has arrived."""
    if not settings.WEB_FORM_ORIGINS:
        raise Http404
    return render(request, "crm/enquiry_thanks.html")


def _take(request: HttpRequest, form: EnquiryForm) -> None:
    key = once.key_of(request.POST.get("once", ""))
    origin = f"{request.scheme}://{request.get_host()}"
    if Lead.all_objects.filter(pk=key).exists():
        return  # sent twice
    # A stranger isn't told who asked to be erased: the answer is the same.
    with suppress(ErasedAddress):
        try:
            values = {**form.enquiry(), "id": key}
            enquiries.take_enquiry(values, origin=origin, at=timezone.now())
        except IntegrityError:
            if not Lead.all_objects.filter(pk=key).exists():  # else it was sent twice at once
                raise


def _page(request: HttpRequest, form: EnquiryForm) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "once": once.token_of(request)}
    return render(request, "crm/enquiry.html", context)


def _seconds_to_wait(request: HttpRequest) -> int:
    """Return how long an address that sent too much has to wait; 0 is not at all."""
    limit = settings.RATE_LIMIT_WEB_FORM
    if not limit:
        return 0
    address = request.META.get("REMOTE_ADDR", "")
    allowance = limits.count("form", address, limit=limit, window=WINDOW)
    return allowance.reset if allowance.remaining < 0 else 0
