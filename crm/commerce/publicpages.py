"""An invoice for who has no account: read by link, and taken along as a PDF."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.messaging.pages import is_too_often

from .display import paper_of
from .links import invoice_of
from .models import Invoice
from .pdf import invoice_pdf
from .viewsets import paper

RETRY_AFTER_SECONDS = "60"
#: the address is the key: nobody learns it from us, neither other sites nor search engines
QUIET = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


def by_link(view: Callable[..., HttpResponse]) -> Any:
    """Let whoever holds a token see its invoice, not too often; any other token is unknown."""

    @never_cache
    @require_safe
    @wraps(view)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        if is_too_often(request, "invoice-link"):
            answer = _said(request, "later", status=429)
            answer["Retry-After"] = RETRY_AFTER_SECONDS
        elif (invoice := invoice_of(token)) is None:
            answer = _said(request, "unknown", status=404)
        else:
            answer = view(request, invoice, token)
        for name, value in QUIET.items():
            answer[name] = value
        return answer

    return found


@by_link
def invoice_by_link(request: HttpRequest, invoice: Invoice, token: str) -> HttpResponse:
    """Show the invoice; a void one says so."""
    context = {"state": "shown", "paper": paper_of(invoice), "invoice": invoice, "token": token}
    return render(request, "crm/invoice_public.html", context)


@by_link
def invoice_pdf_by_link(request: HttpRequest, invoice: Invoice, token: str) -> HttpResponse:
    """The same as a paper."""
    return paper(invoice_pdf(invoice), str(invoice))


def _said(request: HttpRequest, state: str, *, status: int) -> HttpResponse:
    return render(request, "crm/invoice_public.html", {"state": state}, status=status)
