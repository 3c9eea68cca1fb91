"""What the pages of orders and invoices do: one verb each, with a form before it or at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from crm.core import records
from crm.core.errors import DomainError

Verb = Callable[[], str]


@dataclass(frozen=True)
class Question:
    """What a page asks before it acts."""

    title: str
    button: str
    sentence: str = ""
    style: str = "primary"


def act(request: HttpRequest, pages: Any, record: Any, do: Verb) -> HttpResponse:
    """Do something at once, and lead back to the record with what there is to say.

    ``do`` returns the sentence of success; what it raises is shown as a sentence too.
    """
    try:
        told = do()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    except (DomainError, PermissionDenied) as refusal:
        messages.error(request, str(refusal))
    else:
        _tell(request, record, told)
    return redirect(pages.address(record.pk))


def ask(
    request: HttpRequest,
    pages: Any,
    record: Any,
    form: forms.Form,
    do: Verb,
    question: Question,
) -> HttpResponse:
    """Show a form; once it is sent and the verb agrees, lead back to the record."""
    if form.is_bound and form.is_valid():
        try:
            told = do()
        except ValidationError as refusal:
            _put(form, refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            _tell(request, record, told)
            return pages.go(request, pages.address(record.pk))
    context = {
        "pages": pages,
        "options": pages.model._meta,
        "record": record,
        "form": form,
        "question": question,
    }
    return render(request, "crm/record_ask.html", context)


def _tell(request: HttpRequest, record: Any, told: str) -> None:
    messages.success(request, told)
    for warning in records.warnings_of(record):
        messages.warning(request, warning)


def _put(form: forms.Form, refusal: ValidationError) -> None:
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, told in refusal.message_dict.items():
        form.add_error(name if name in form.fields else None, told)


def sent(request: HttpRequest) -> Any:
    """Return what a form was sent with; None where the page is only opened."""
    return request.POST if request.method == "POST" else None
