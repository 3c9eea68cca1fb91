"""Values as plain text, where nothing can be drawn: in a history, inside lists and objects."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from crm.core.locales import exact
from crm.core.wording import field_label

from .cells import Cell

NOTHING = "–"


def text_of(cell: Cell) -> str:
    """Return a value as its cell would show it."""
    match cell.value:
        case datetime():
            form = "DATE_FORMAT" if cell.look == "day" else "DATETIME_FORMAT"
            return date_format(localtime(cell.value), form)
    return in_words(cell.value)


def in_words(value: Any) -> str:
    """Return a value of JSON, or a number, on one line, in the reader's language."""
    if value in (None, "", [], {}):
        return NOTHING
    match value:
        case bool():
            return _("Yes") if value else _("No")
        case int() | float() | Decimal():
            return exact(value)
        case list() | dict():
            return ", ".join(parts_of(value))
    return str(value)


def parts_of(value: list[Any] | dict[str, Any]) -> list[str]:
    """Return a JSON value as short texts: list items, or names with their values."""
    if isinstance(value, dict):
        return [f"{field_label(str(name))}: {_inner(part)}" for name, part in value.items()]
    return [_inner(part) for part in value]


def _inner(value: Any) -> str:
    """Return a nested value; an object that has a name by its name."""
    if isinstance(value, dict):
        named = (value.get(name) for name in ("name", "email", "title"))
        if found := next((text for text in named if text and isinstance(text, str)), ""):
            return found
    return in_words(value)
