"""How a refusal looks on the wire, whichever layer said no (api.md, "Envelope")."""

import math
from typing import Any

import structlog
from django.conf import settings
from django.core import exceptions as django_errors
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.views import set_rollback

from accounts.operations import RegistrationClosed
from crm.base44 import refusals
from crm.core.errors import (
    Conflict,
    DomainError,
    Missing,
    NotSignedIn,
    StaleRevision,
    TooLarge,
    TooManyAttempts,
    Unavailable,
)
from crm.core.plain import readable
from crm.core.queries.tree import BadQuery
from crm.core.wire import to_bytes

log = structlog.get_logger(__name__)

BAD_REQUEST = 400
RETRY_AFTER_SECONDS = 5
STATUS_OF = {
    Conflict: 409,
    StaleRevision: 412,
    TooManyAttempts: 429,
    NotSignedIn: 401,
    TooLarge: 413,
    Missing: 404,
    Unavailable: 503,
    RegistrationClosed: 403,
    BadQuery: 400,
}
CODES = {
    400: "invalid",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
    429: "throttled",
    500: "error",
    503: "unavailable",
}
OURS = "Something went wrong on our side. It has been logged."
NOT_FOUND = "There is nothing here, or nothing that you may see."


def refuse(
    request: Any,
    status: int,
    message: str,
    *,
    code: str = "",
    errors: dict[str, list[str]] | None = None,
    headers: dict[str, str] | None = None,
    current: dict[str, Any] | None = None,
) -> HttpResponse:
    """Return a refusal: always JSON, whatever the view answers else."""
    body: dict[str, Any] = {
        "success": False,
        "message": readable(message),
        "code": code or CODES.get(status, "error"),
    }
    if status == BAD_REQUEST:
        body["errors"] = {
            readable(name): [readable(reason) for reason in reasons]
            for name, reasons in (errors or {"body": [message]}).items()
        }
    if current is not None:
        body["current"] = current
    body["request_id"] = getattr(request, "id", "")
    if refusals.is_spoken(request.path):
        status, body = refusals.retold(status, body)
    return HttpResponse(to_bytes(body), "application/json", status, headers=headers)


def api_exception_handler(error: Exception, context: dict) -> HttpResponse | None:
    """Answer a refusal of any layer; what is no refusal stays an error of ours (500)."""
    request = context["request"]._request
    if isinstance(error, django_errors.ValidationError):
        error = exceptions.ValidationError(_errors_of_model(error))
    set_rollback()
    if isinstance(error, exceptions.ValidationError):
        errors = _flat(error.detail)
        return refuse(request, BAD_REQUEST, _sentence(errors), errors=errors)
    if isinstance(error, DomainError):
        return _refusal(request, error)
    if isinstance(error, Http404 | django_errors.ObjectDoesNotExist):
        return refuse(request, 404, NOT_FOUND)
    if isinstance(error, django_errors.PermissionDenied):
        return refuse(request, 403, str(error) or "You may not do this.")
    if isinstance(error, django_errors.SuspiciousOperation):
        return _malformed(request, error)
    if isinstance(error, OperationalError):
        log.error("database_unavailable", exc_info=error)
        return _unavailable(request)
    if isinstance(error, DataError):
        log.error("value_refused_by_database", exc_info=error)
        return refuse(request, BAD_REQUEST, "The database can't hold one of these values.")
    if isinstance(error, exceptions.APIException):
        return _of_framework(request, error)
    if settings.DEBUG:  # else handler500 answers, and Django's page would be HTML here
        log.exception("error", exc_info=error)
        return refuse(request, 500, OURS)
    return None


def _refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    status = next((number for kind, number in STATUS_OF.items() if isinstance(error, kind)), 409)
    headers = {}
    if isinstance(error, TooManyAttempts):
        headers["Retry-After"] = str(error.seconds)
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
    current = getattr(error, "current", None)
    return refuse(request, status, str(error), code=error.code, headers=headers, current=current)


def _of_framework(request: HttpRequest, error: exceptions.APIException) -> HttpResponse:
    message = str(error.detail) if isinstance(error.detail, str) else "This was refused."
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if isinstance(error, exceptions.Throttled):
        seconds = math.ceil(getattr(error, "wait", None) or 1)
        headers["Retry-After"] = str(seconds)
        message = f"Too many requests. Try again in {seconds} seconds."
    code = CODES.get(error.status_code, error.default_code)
    return refuse(request, error.status_code, message, code=code, headers=headers)


def _unavailable(request: HttpRequest) -> HttpResponse:
    message = "The database can't be reached just now. Try again in a few seconds."
    return refuse(request, 503, message, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def _malformed(request: HttpRequest, error: Exception) -> HttpResponse:
    match error:
        case django_errors.TooManyFieldsSent():
            return refuse(request, BAD_REQUEST, "Too many parameters at once.")
        case django_errors.DisallowedHost():
            return refuse(request, BAD_REQUEST, "This host name is not served here.")
    return refuse(request, BAD_REQUEST, "This request is malformed.")


def _errors_of_model(error: django_errors.ValidationError) -> dict[str, list[str]]:
    """Name the fields of a model's refusal; a link goes by the name of its id on the wire."""
    if hasattr(error, "error_dict"):
        return {
            ("body" if name == "__all__" else name): messages
            for name, messages in error.message_dict.items()
        }
    return {"body": error.messages}


def _flat(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Return nested refusals as ``{"items[0].name": ["…"]}``."""
    found: dict[str, list[str]] = {}
    if isinstance(detail, dict):
        for key, inner in detail.items():
            name = "body" if key == "non_field_errors" else str(key)
            found.update(_flat(inner, f"{path}.{name}" if path else name))
    elif isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        for index, inner in enumerate(detail):
            found.update(_flat(inner, f"{path}[{index}]"))
    else:
        messages = detail if isinstance(detail, list) else [detail]
        found[path or "body"] = [str(message) for message in messages]
    return found


def _sentence(errors: dict[str, list[str]]) -> str:
    """Return one sentence a person can act on: the first refusal, and how many more."""
    name, messages = next(iter(errors.items()), ("body", ["This is not valid."]))
    sentence = messages[0] if messages else "This is not valid."
    if name != "body":
        sentence = f"{name}: {sentence}"
    more = len(errors) - 1
    return f"{sentence} ({more} more)" if more > 0 else sentence


# -- what Django itself refuses, before any view of ours -----------------------------------


def is_api(request: HttpRequest) -> bool:
    """Whether the caller expects JSON."""
    return f"{request.path}/".startswith(("/api/", "/health/"))


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that is not sound: a bad host, too many parameters."""
    if is_api(request):
        return _malformed(request, exception)
    return defaults.bad_request(request, exception)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Something that is not allowed."""
    if is_api(request):
        return refuse(request, 403, "You may not do this.")
    return defaults.permission_denied(request, exception)


@csrf_exempt
def no_such_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address where nothing is, told in DEBUG as anywhere else."""
    return handler404(request, Http404())


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address where nothing is."""
    if is_api(request):
        return refuse(request, 404, f"There is no address {request.path[:200]}.")
    return render(request, "404.html", status=404)


def locked_out(request: HttpRequest, response: HttpResponse, credentials: dict) -> HttpResponse:
    """A sign-in to a locked account: every door tells it itself, and keeps what was typed."""
    return response


def handler500(request: HttpRequest) -> HttpResponse:
    """An error of ours; the log has the details under the request id."""
    if is_api(request):
        return refuse(request, 500, OURS)
    return render(request, "500.html", {"request_id": getattr(request, "id", "")}, status=500)
