"""How a rule of repetition is asked for and told: parts of a form, and a sentence."""

from typing import Any

from babel.dates import get_day_names
from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext as _

from . import recurrence

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
UNITS = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
#: the parts of a rule that the form has fields for; others are shown as they are written
ASKED = {"FREQ", "INTERVAL", "BYDAY", "COUNT", "UNTIL"}


def parts_of(rule: str) -> dict[str, str]:
    """Return the parts of a rule, whether or not they make sense."""
    pairs = (part.partition("=") for part in rule.upper().split(";") if part)
    return {name: value for name, _sep, value in pairs}


def is_plain(parts: dict[str, str]) -> bool:
    """Whether the form can show a rule in its fields."""
    days = parts.get("BYDAY", "")
    is_weekly = parts.get("FREQ") == "WEEKLY" and set(days.split(",")) <= set(WEEKDAYS)
    known = parts.keys() <= ASKED and parts.get("FREQ") in UNITS
    return known and (not days or is_weekly) and "T" not in parts.get("UNTIL", "")


class RepeatInput(forms.Widget):
    """Every so many days, weeks, months or years, on which weekdays, until when.

    What is sent is put together to one rule. A rule that the fields can't show is offered as it
    is written, and stays unless it is changed.
    """

    template_name = "components/widgets/repeat.html"
    wide = True

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rule = str(value or "")
        parts = parts_of(rule)
        plain = not rule or is_plain(parts)
        until = parts.get("UNTIL", "")
        days = parts.get("BYDAY", "").split(",")
        names = get_day_names("wide", locale=to_locale(get_language() or "en"))
        context["widget"] |= {
            "rule": rule,
            "own": "" if plain else rule,
            "unit": parts.get("FREQ", "") if plain else "OWN",
            "every": parts.get("INTERVAL", "1"),
            "days": [(day, names[at], day in days) for at, day in enumerate(WEEKDAYS)],
            "until": f"{until[:4]}-{until[4:6]}-{until[6:8]}" if until else "",
            "count": parts.get("COUNT", ""),
            "ends": "UNTIL" if until else "COUNT" if "COUNT" in parts else "",
        }
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        if name in data or f"{name}_unit" not in data:  # a value that was settled on stands
            return data.get(name) or ""
        was, unit = data.get(f"{name}_was", ""), data.get(f"{name}_unit", "")
        if not unit:
            return ""
        if unit == "OWN":
            return data.get(f"{name}_own", "").strip()
        parts = {"FREQ": unit}
        if (every := data.get(f"{name}_every", "").strip()) not in ("", "1"):
            parts["INTERVAL"] = every
        days = data.getlist(f"{name}_days")
        if unit == "WEEKLY" and days:
            parts["BYDAY"] = ",".join(day for day in WEEKDAYS if day in days)
        match data.get(f"{name}_ends"):
            case "UNTIL":
                parts["UNTIL"] = data.get(f"{name}_until", "").replace("-", "") or "?"
            case "COUNT":
                parts["COUNT"] = data.get(f"{name}_count", "").strip() or "?"
        rule = ";".join(f"{part}={value}" for part, value in parts.items())
        return was if parts_of(was) == parts else rule

    def format_value(self, value: Any) -> str:
        return str(value or "")


class RepeatField(forms.CharField):
    """A rule of repetition. Raises the rule's own refusals, in words that fit the fields."""

    widget = RepeatInput

    def clean(self, value: Any) -> str:
        rule: str = super().clean(value)
        if "UNTIL=?" in rule:
            raise ValidationError(_("Say until which day it repeats."))
        if "COUNT=?" in rule:
            raise ValidationError(_("Say how many times it comes."))
        if rule:
            recurrence.check_rule(rule)
        return rule


def in_words(rule: str) -> str:
    """Return a rule as a sentence for people; one that is not plain as it is written."""
    parts = parts_of(rule)
    if not rule or not is_plain(parts):
        return rule
    number = int(parts.get("INTERVAL", "1"))
    said = {
        "DAILY": ngettext("Every day", "Every %(number)s days", number),
        "WEEKLY": ngettext("Every week", "Every %(number)s weeks", number),
        "MONTHLY": ngettext("Every month", "Every %(number)s months", number),
        "YEARLY": ngettext("Every year", "Every %(number)s years", number),
    }[parts["FREQ"]] % {"number": number}
    if days := parts.get("BYDAY"):
        names = get_day_names("abbreviated", locale=to_locale(get_language() or "en"))
        listed = ", ".join(names[WEEKDAYS.index(day)] for day in days.split(","))
        said = _("%(every)s on %(days)s") % {"every": said, "days": listed}
    if "COUNT" in parts:
        return _("%(every)s, %(count)s times") % {"every": said, "count": parts["COUNT"]}
    until = parts.get("UNTIL", "")
    day = parse_date(f"{until[:4]}-{until[4:6]}-{until[6:8]}") if until else None
    if day is None:
        return said
    return _("%(every)s, until %(day)s") % {"every": said, "day": date_format(day)}
