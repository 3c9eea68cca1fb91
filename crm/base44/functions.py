"""Functions of an app, in Python: registered by name, called as whoever calls (base44.md §9).

``BASE44_FUNCTIONS`` names them by their dotted names, or modules that hold some::

    @function("quote-total")
    def quote_total(call: Call) -> dict[str, Any]:
        lead = Lead.objects.visible_to(call.user).get(pk=call.data["lead"])
        return {"total": total_of(lead)}
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpResponse
from django.utils.module_loading import import_string
from rest_framework.exceptions import ParseError, ValidationError

from crm.core.errors import Missing
from crm.core.multipart import UploadParser
from crm.core.uploads import IncomingFile
from crm.core.wire import JSONParser, parse, to_bytes

from .views import AppView


@dataclass(frozen=True)
class Call:
    """What a function is called with: by whom, and what was sent."""

    user: Any
    data: Any = None
    files: Mapping[str, IncomingFile] = field(default_factory=dict)


Function = Callable[[Call], Any]


def function(name: str) -> Callable[[Function], Function]:
    """Give a function the name that apps invoke it by."""

    def named(body: Function) -> Function:
        body.base44_name = name  # type: ignore[attr-defined]
        return body

    return named


@cache
def registered(names: tuple[str, ...]) -> dict[str, Function]:
    """Return functions by the names that apps know. Raises ``ImproperlyConfigured``."""
    found: dict[str, Function] = {}
    for dotted in names:
        for body in _functions_of(dotted):
            name = body.base44_name  # type: ignore[attr-defined]
            if found.setdefault(name, body) is not body:
                raise ImproperlyConfigured(f"BASE44_FUNCTIONS: '{name}' is there twice.")
    return found


def _functions_of(dotted: str) -> list[Function]:
    try:
        named = [import_string(dotted)]
        if not callable(named[0]):
            raise ImportError
    except ImportError:
        try:
            named = list(vars(import_module(dotted)).values())
        except ImportError as error:
            raise ImproperlyConfigured(
                f"BASE44_FUNCTIONS: '{dotted}' is neither a function nor a module."
            ) from error
    found = [body for body in named if callable(body) and hasattr(body, "base44_name")]
    if not found:
        raise ImproperlyConfigured(f"BASE44_FUNCTIONS: '{dotted}' holds no @function.")
    return found


class Invoke(AppView):
    """One of the app's functions."""

    parser_classes = (JSONParser, UploadParser)

    def post(self, request, app, name):
        """Call a function with what was sent, and answer what it returns.

        What it writes is stored where it returns, and undone where it raises.
        """
        body = registered(tuple(settings.BASE44_FUNCTIONS)).get(name)
        if body is None:
            raise Missing(f"There is no function '{name[:60]}' in this app.")
        call = _call_of(request)
        try:
            with transaction.atomic():
                answer = body(call)
        finally:
            for file in call.files.values():
                file.close()
        return HttpResponse(to_bytes(answer), "application/json")


def _call_of(request: Any) -> Call:
    if request.stream is None:
        return Call(request.user)
    data = request.data
    if not hasattr(data, "getlist"):
        return Call(request.user, data)
    values: dict[str, Any] = {}
    files: dict[str, IncomingFile] = {}
    for name in data:
        for sent in data.getlist(name):
            if isinstance(sent, IncomingFile):
                files[name] = sent
            else:
                values[name] = _of_part(sent)
    return Call(request.user, values, files)


def _of_part(text: str) -> Any:
    """Objects and lists arrive as JSON text in their part."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return parse(text.encode(errors="replace"))
    except (ParseError, ValidationError):
        return text
