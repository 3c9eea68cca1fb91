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

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from crm.core.uploads import IncomingFile


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
