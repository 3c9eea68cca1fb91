"""How values are written on pages: names, choices, people and records.

``{% load show %}`` brings the amounts and the times as well.
"""

from typing import Any

from django import template
from django.forms import CheckboxSelectMultiple, Textarea

from crm.core.pages.registry import address_of
from crm.core.pages.texts import parts_of
from crm.core.wording import choice_label, event_label, field_label, tone
from nexa.ids import id_part
from nexa.templatetags import amounts, times

register = template.Library()
for library in (amounts.register, times.register):
    register.filters.update(library.filters)
    register.tags.update(library.tags)

TINTS = 6


@register.filter
def initials(name: Any) -> str:
    """Return the letters that stand for a person."""
    words = [word for word in str(name or "?").split() if word[0].isalnum()]
    letters = [words[0], words[-1]] if len(words) > 1 else words[:1]
    return "".join(word[0] for word in letters).upper() or "?"


@register.filter
def tint(name: Any) -> int:
    """Return one of a few tints, always the same for a name."""
    return sum(map(ord, str(name or ""))) % TINTS


#: what browsers and systems call themselves, the telling names first
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows"}
SYSTEMS |= {"Mac OS": "macOS", "Linux": "Linux"}


@register.filter
def device(user_agent: str) -> str:
    """Return the browser and system of a ``User-Agent``, or its first words."""
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    return ", ".join(filter(None, (browser, system))) or user_agent[:40] or "–"


@register.filter
def parts(value: Any) -> list[str]:
    """Return a JSON value as short texts: list items, or names with their values."""
    return parts_of(value) if isinstance(value, list | dict) else []


@register.filter
def in_words(value: Any) -> str:
    """Return the words for a value of a choice."""
    return choice_label(str(value or ""))


@register.filter
def toned(value: Any) -> str:
    """Return the colour of a value of a choice; an empty text where it has none."""
    return tone(str(value or ""))


@register.filter
def named(name: Any) -> str:
    """Return what a field is called."""
    return field_label(str(name))


@register.filter
def as_id(name: str) -> str:
    """Return a field's name as a part of an id."""
    return id_part(name)


@register.filter
def told(name: Any) -> str:
    """Return the words for an event."""
    return event_label(str(name))


@register.filter
def is_wide(field: Any) -> bool:
    """Whether a form's field takes the whole width."""
    widget = field.field.widget
    return isinstance(widget, Textarea | CheckboxSelectMultiple) or getattr(widget, "wide", False)


@register.simple_tag
def focus_first_error(form: Any) -> str:
    """Let the first field that was refused have the keyboard when the page opens."""
    for name in [name for name in form.errors if name in form.fields][:1]:
        form.fields[name].widget.attrs["autofocus"] = True
    return ""


@register.simple_tag
def page_link(pages: Any, what: str, *args: Any) -> str:
    """Return the address of one of an entity's pages, such as its ``list``."""
    return pages.link_to(what, *args)


@register.simple_tag
def record_link(kind: str, key: Any) -> str:
    """Return the address of a record's page."""
    return address_of(kind, key)
