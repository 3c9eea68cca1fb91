"""How values are written on pages: in the reader's language, locale and time zone."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from babel.core import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_datetime,
    format_interval,
    format_skeleton,
    format_timedelta,
)
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent
from django import template
from django.forms import CheckboxSelectMultiple, Textarea
from django.utils import timezone, translation
from django.utils.translation import gettext

from crm.activities.repeating import in_words as in_words_of_rule
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
def whole_money(value: Any, currency: str) -> str:
    """Return an amount with its currency, without cents where there are none."""
    if value is None or value == "" or Decimal(str(value)) % 1:
        return money(value, currency)
    pattern = locale().currency_formats["standard"].pattern.replace("0.00", "0")
    amount = Decimal(str(value))
    return format_currency(amount, currency, pattern, locale=locale(), currency_digits=False)


@register.filter
def roughly(value: Any, currency: str) -> str:
    """Return an amount in few letters, such as $1.2M; the exact one belongs beside it."""
    amount = Decimal(str(value or 0))
    if abs(amount) < 1000:
        return whole_money(round(amount), currency)
    return format_compact_currency(amount, currency, locale=locale(), fraction_digits=1)


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
def round_money(value: Any, currency: str) -> str:
    """Return an amount without its cents: for large figures, whose list has them exactly."""
    if value is None or value == "":
        return "–"
    code = currency or "USD"
    return format_currency(
        round(Decimal(str(value))), code, "¤#,##0", locale=locale(), currency_digits=False
    )


@register.filter
def percent(value: Any) -> str:
    """Return a number of per cent, to one digit."""
    if value is None or value == "":
        return "–"
    return format_percent(Decimal(str(value)) / 100, "#,##0.#%", locale=locale())


@register.filter
def day(value: Any) -> str:
    """Return a point in time as the day it is for the reader."""
    return format_date(_local(value), "medium", locale=locale()) if value else "–"


@register.filter
def short_day(value: Any) -> str:
    """Return a day without the year where it is this one."""
    local = _local(value)
    skeleton = "MMMd" if local.year == timezone.localdate().year else "yMMMd"
    return format_date(local, locale().datetime_skeletons[skeleton].pattern, locale=locale())


@register.filter
def lasted(seconds: Any) -> str:
    """Return how long something took, in its largest unit."""
    return format_timedelta(timedelta(seconds=int(seconds)), locale=locale())


@register.filter
def written(value: Any, parts: str) -> str:
    """Return a day with the parts that a CLDR skeleton names, such as ``yMMMM`` or ``EEE``."""
    if parts in locale().datetime_skeletons:
        return format_skeleton(parts, _local(value), locale=locale())
    return format_date(_local(value), parts, locale=locale())


@register.filter
def full_day(value: Any) -> str:
    """Return a day in full, with its weekday: what is read aloud for a number in a calendar."""
    return format_date(_local(value), "full", locale=locale())


@register.simple_tag
def from_to(first: Any, last: Any) -> str:
    """Return two days as the time between them."""
    return format_interval(first, last, "yMMMd", locale=locale())


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
def due(value: Any) -> str:
    """Return a day as one says it: today, tomorrow, yesterday, or its short date."""
    if not value:
        return "–"
    local, now = _local(value), timezone.localdate()
    near = {-1: gettext("Yesterday"), 0: gettext("Today"), 1: gettext("Tomorrow")}
    if (found := near.get((local - now).days)) is not None:
        return found
    skeleton = "MMMd" if local.year == now.year else "yMMMd"
    return format_date(local, locale().datetime_skeletons[skeleton].pattern, locale=locale())


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
def apart(value: Any) -> str:
    """Return how far a point in time is from now, whichever side it lies on."""
    return format_timedelta(abs(timezone.now() - value), locale=locale())


@register.filter
def lasting(seconds: Any) -> str:
    """Return a number of seconds as how long something took."""
    minutes, rest = divmod(int(seconds), 60)
    hours, left = divmod(minutes, 60)
    if hours:
        return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": left}
    if minutes and not rest:
        return gettext("%(minutes)s min") % {"minutes": minutes}
    if minutes:
        return gettext("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": rest}
    return gettext("%(seconds)s s") % {"seconds": rest}


@register.filter
def repeats(rule: Any) -> str:
    """Return a rule of repetition as a sentence."""
    return in_words_of_rule(str(rule or ""))


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
def focus_first_error(form: Any) -> str:
    """Let the first field that was refused have the keyboard when the page opens."""
    for name in [name for name in form.errors if name in form.fields][:1]:
        form.fields[name].widget.attrs["autofocus"] = True
    return ""


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
