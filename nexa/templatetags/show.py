"""How values are written on pages: in the reader's language, locale and time zone."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal
from django import template
from django.forms import CheckboxSelectMultiple, Textarea
from django.utils import timezone, translation

from crm.core.pages.registry import address_of
from crm.core.wording import choice_label, event_label, field_label, tone

register = template.Library()

TINTS = 6


def locale() -> Locale:
    """Return the locale of the language that is spoken now."""
    try:
        return Locale.parse(translation.to_locale(translation.get_language() or "en"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@register.filter
def money(value: Any, currency: str) -> str:
    """Return an amount with its currency; nothing for None."""
    if value is None or value == "":
        return "–"
    return format_currency(Decimal(str(value)), currency or "USD", locale=locale())


@register.filter
def price(value: Any, currency: str) -> str:
    """Return the price of one piece, which may be finer than the currency's smallest coin."""
    if value is None or value == "":
        return "–"
    amount = Decimal(str(value))
    return format_currency(amount, currency or "USD", locale=locale(), decimal_quantization=False)


@register.filter
def number(value: Any) -> str:
    """Return a number with the separators of the locale."""
    return "–" if value is None or value == "" else format_decimal(value, locale=locale())


@register.filter
def day(value: Any) -> str:
    """Return a point in time as the day it is for the reader."""
    return format_date(_local(value), "medium", locale=locale()) if value else "–"


@register.filter
def moment(value: Any) -> str:
    """Return a point in time, short: without the year where it is this one."""
    if not value:
        return "–"
    local, now = timezone.localtime(value), timezone.localtime()
    if local.date() == now.date():
        return format_datetime(local, "HH:mm", locale=locale())
    skeleton = "MMMd" if local.year == now.year else "yMMMd"
    pattern = locale().datetime_skeletons[skeleton].pattern
    return f"{format_date(local, pattern, locale=locale())}, {local:%H:%M}"


@register.filter
def exactly(value: Any) -> str:
    """Return a point in time in full, with the zone: for who hovers over it."""
    if not isinstance(value, datetime):
        return ""
    local = timezone.localtime(value)
    return f"{format_datetime(local, 'medium', locale=locale())} {local.tzname()}"


@register.filter
def ago(value: Any) -> str:
    """Return how long ago something was, or its day where that was more than a week."""
    if not value:
        return "–"
    passed = timezone.now() - value
    if abs(passed) > timedelta(days=7):
        return moment(value)
    return format_timedelta(-passed, add_direction=True, locale=locale())


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
    if isinstance(value, dict):
        return [f"{field_label(str(name))}: {_plain(inner)}" for name, inner in value.items()]
    return [_plain(inner) for inner in value] if isinstance(value, list) else []


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
def told(name: Any) -> str:
    """Return the words for an event."""
    return event_label(str(name))


@register.filter
def is_wide(field: Any) -> bool:
    """Whether a form's field takes the whole width."""
    widget = field.field.widget
    return isinstance(widget, Textarea | CheckboxSelectMultiple) or getattr(widget, "wide", False)


@register.simple_tag
def record_link(kind: str, key: Any) -> str:
    """Return the address of a record's page."""
    return address_of(kind, key)


def _local(value: Any) -> Any:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        named_first = [value[name] for name in ("name", "email", "title") if value.get(name)]
        return str(named_first[0]) if named_first else ", ".join(map(str, value.values()))
    return str(value)
