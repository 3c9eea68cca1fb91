"""The filters that a list's page offers, and those that are set."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.conditions import OPERATORS, WHOLE_VALUE
from crm.core.entity import filters_of
from crm.core.listing import PARAMETERS
from crm.core.widgets import LookupInput
from crm.core.wording import choice_label

PERIODS = (
    "today",
    "yesterday",
    "tomorrow",
    "this_week",
    "last_week",
    "next_week",
    "this_month",
    "last_month",
    "next_month",
    "this_quarter",
    "this_year",
    "last_year",
)
OPERATOR_WORDS = {
    "ne": gettext_lazy("not"),
    "in": "",
    WHOLE_VALUE: "",
    "gt": gettext_lazy("more than"),
    "gte": gettext_lazy("from"),
    "lt": gettext_lazy("less than"),
    "lte": gettext_lazy("up to"),
    "range": gettext_lazy("between"),
    "contains": gettext_lazy("contains"),
    "startswith": gettext_lazy("begins with"),
    "isnull": gettext_lazy("is empty"),
}
#: the same, of points in time
MOMENT_WORDS = {"gt": gettext_lazy("after"), "lt": gettext_lazy("before")}
#: a point in time as numbers of the analytics lead to lists with it
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")


@dataclass
class Facet:
    """One filter: ``look`` is ``choices``, ``period``, ``span``, ``person`` or ``yes_no``."""

    name: str
    label: str
    look: str
    options: list[tuple[str, str, bool]]
    values: tuple[str, str] = ("", "")
    widget: str = ""


def facets(shown: Any) -> list[Facet]:
    """Return the filters of a list: its choices, its times, its amounts and whose rows."""
    entity, params = shown.entity, shown.params
    found = switches(shown)
    readable = entity.readable(shown.request.user)
    if owner := _owner(shown):
        found.append(owner)
    for name, column in readable.items():
        if name in ("related_to_type", "currency") or name not in shown.choosable():
            continue
        label = shown.pages.label(name)
        if column.choices:
            chosen = chosen_values(params, name)
            options = [(value, choice_label(value), value in chosen) for value in column.choices]
            found.append(Facet(name, label, "choices", options))
        elif column.kind == "datetime" and name not in ("updated_at",):
            present = params.get(name, "")
            options = [(value, choice_label(value), value == present) for value in PERIODS]
            found.append(Facet(name, label, "period", options))
        elif column.kind == "money":
            ends = (params.get(f"{name}__gte", ""), params.get(f"{name}__lte", ""))
            found.append(Facet(name, label, "span", [], ends))
    return found


def switches(shown: Any) -> list[Facet]:
    """Return the filters with a name of their own that are on or off."""
    named, params = filters_of(shown.entity.model).base_filters, shown.params
    return [
        Facet(name, filter_label(name), "yes_no", [("true", "", params.get(name) == "true")])
        for name in ("mine", "unassigned", "overdue")
        if name in named
    ]


def _owner(shown: Any) -> Facet | None:
    """Return the filter by person, for whoever sees other people's records."""
    relation = shown.entity.relations.get("owner")
    scopes = shown.request.user.scopes(shown.pages.kind, "view")
    if relation is None or not any("all" in scope or "team" in scope for scope in scopes):
        return None
    name = relation.column.name
    lookup = LookupInput(attrs={"class": "form-control", "id": f"f-{name}"})
    lookup.slug, lookup.queryset = "users", relation.target.objects.all()
    widget = lookup.render(name, shown.params.get(name, ""))
    return Facet(name, shown.pages.label(name), "person", [], widget=widget)


def filter_label(name: str) -> str:
    """Return what a filter with a name of its own is called."""
    words = {"mine": _("Only mine"), "unassigned": _("Without an owner"), "overdue": _("Overdue")}
    return words.get(name) or choice_label(name)


def chips(shown: Any) -> list[tuple[str, str]]:
    """Return each filter that is set, in words, with the address without it."""
    found = []
    for key, values in shown.params.lists():
        given = [value for value in values if value]
        if key in (*PARAMETERS, "search") or not given:
            continue
        found.append((_words(shown, key, given), shown.address(**{key: None, "page": None})))
    return found


def _words(shown: Any, key: str, values: list[str]) -> str:
    name, operator = parted(key)
    if name in filters_of(shown.entity.model).base_filters and values == ["true"]:
        return filter_label(name)
    named = shown.named_values(name, values)
    told = ", ".join(named.get(value) or spoken(value) for value in values)
    label = shown.pages.label(name)
    if operator == "isnull":
        empty = values[-1] == "true"
        return f"{label} {_('is empty') if empty else _('is filled in')}"
    words = OPERATOR_WORDS.get(operator, "")
    if MOMENT.match(values[0]):
        words = MOMENT_WORDS.get(operator, words)
    return f"{label} {words} {told}" if words else f"{label}: {told}"


def parted(key: str) -> tuple[str, str]:
    """Return field and operator of a filter; the operator is empty for equality."""
    name, _sep, operator = key.rpartition("__")
    return (name, operator) if operator in (*OPERATORS, WHOLE_VALUE) else (key, "")


def spoken(value: str) -> str:
    """Return a value in words; times in the reader's zone, those at midnight as days."""
    if value in ("true", "false"):
        return _("Yes") if value == "true" else _("No")
    if not MOMENT.match(value):
        return choice_label(value)
    try:
        moments = [localtime(datetime.fromisoformat(part)) for part in value.split(",")]
    except ValueError:
        return value
    return " – ".join(
        date_format(moment, "DATETIME_FORMAT" if moment.time() != time.min else "DATE_FORMAT")
        for moment in moments
    )


def chosen_values(params: Any, name: str) -> set[str]:
    return {part for value in params.getlist(name) for part in value.split(",")}
