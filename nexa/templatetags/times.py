"""How days, times and durations are written on pages: in the reader's language and time zone."""

from datetime import datetime, timedelta
from typing import Any

from babel.dates import (
    format_date,
    format_datetime,
    format_interval,
    format_skeleton,
    format_timedelta,
)
from django import template
from django.utils import timezone
from django.utils.translation import gettext

from crm.activities.repeating import in_words as in_words_of_rule
from crm.core.locales import reading_locale

register = template.Library()


@register.filter
def day(value: Any) -> str:
    """Return a point in time as the day it is for the reader."""
    return format_date(_local(value), "medium", locale=reading_locale()) if value else "–"


@register.filter
def short_day(value: Any) -> str:
    """Return a day without the year where it is this one."""
    local = _local(value)
    skeleton = "MMMd" if local.year == timezone.localdate().year else "yMMMd"
    return format_date(
        local, reading_locale().datetime_skeletons[skeleton].pattern, locale=reading_locale()
    )


@register.filter
def lasted(seconds: Any) -> str:
    """Return how long something took, in its largest unit."""
    return format_timedelta(timedelta(seconds=int(seconds)), locale=reading_locale())


@register.filter
def written(value: Any, parts: str) -> str:
    """Return a day with the parts that a CLDR skeleton names, such as ``yMMMM`` or ``EEE``."""
    if parts in reading_locale().datetime_skeletons:
        return format_skeleton(parts, _local(value), locale=reading_locale())
    return format_date(_local(value), parts, locale=reading_locale())


@register.filter
def full_day(value: Any) -> str:
    """Return a day in full, with its weekday: what is read aloud for a number in a calendar."""
    return format_date(_local(value), "full", locale=reading_locale())


@register.simple_tag
def from_to(first: Any, last: Any) -> str:
    """Return two days as the time between them."""
    return format_interval(first, last, "yMMMd", locale=reading_locale())


@register.filter
def moment(value: Any) -> str:
    """Return a point in time, short: without the year where it is this one."""
    if not value:
        return "–"
    local, now = timezone.localtime(value), timezone.localtime()
    if local.date() == now.date():
        return format_datetime(local, "HH:mm", locale=reading_locale())
    skeleton = "MMMd" if local.year == now.year else "yMMMd"
    pattern = reading_locale().datetime_skeletons[skeleton].pattern
    return f"{format_date(local, pattern, locale=reading_locale())}, {local:%H:%M}"


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
    return format_date(
        local, reading_locale().datetime_skeletons[skeleton].pattern, locale=reading_locale()
    )


@register.filter
def exactly(value: Any) -> str:
    """Return a point in time in full, with the zone: for who hovers over it."""
    if not isinstance(value, datetime):
        return ""
    local = timezone.localtime(value)
    return f"{format_datetime(local, 'medium', locale=reading_locale())} {local.tzname()}"


@register.filter
def ago(value: Any) -> str:
    """Return how long ago something was, or its day where that was more than a week."""
    if not value:
        return "–"
    passed = timezone.now() - value
    if abs(passed) > timedelta(days=7):
        return moment(value)
    return format_timedelta(-passed, add_direction=True, locale=reading_locale())


@register.filter
def apart(value: Any) -> str:
    """Return how far a point in time is from now, whichever side it lies on."""
    return format_timedelta(abs(timezone.now() - value), locale=reading_locale())


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


def _local(value: Any) -> Any:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value
