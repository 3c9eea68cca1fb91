"""The list of a declared entity's records as a page."""

import json
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from crm.core.conditions import CUSTOM, TEXTUAL, WHOLE_VALUE
from crm.core.pages.facets import Facet, chosen_values, facets, parted, switches
from crm.core.pages.lists import BOUNDS, Heading, RecordList
from crm.core.plain import is_number

from .layout import SYSTEM, choice_in_words, choices_of
from .models import DeclaredRecord


class DeclaredList(RecordList):
    """A page of a declared entity's rows."""

    def read(self, queryset: Any) -> list[dict[str, Any]]:
        rows = super().read(queryset)
        self.pages.learn_names(self.request, rows)
        return rows

    def choosable(self) -> list[str]:
        layout = self.pages.layout
        named = f"{CUSTOM}{layout.title_field}"
        return [*[name for name in layout.names() if name != named], *SYSTEM]

    def facets(self) -> list[Facet]:
        found = switches(self)
        for name in self.pages.layout.names():
            if "__" not in name and (facet := self._facet(name)):
                found.append(facet)
        return [*found, *[facet for facet in facets(self) if facet.name == "created_at"]]

    def _facet(self, name: str) -> Facet | None:
        layout, params = self.pages.layout, self.params
        label, choices = layout.label(name), self._choices(name)
        if choices:
            chosen = chosen_values(params, name)
            if any("," in value for value in choices):
                name = f"{name}__{WHOLE_VALUE}"
                chosen = set(params.getlist(name))
            options = [(value, words, value in chosen) for value, words in choices.items()]
            return Facet(name, label, "choices", options)
        if layout.is_number(name):
            ends = (params.get(f"{name}__gte", ""), params.get(f"{name}__lte", ""))
            return Facet(name, label, "span", [], ends)
        return None

    def _choices(self, name: str) -> dict[str, str]:
        """Return what a field's values are chosen from, as the address has them, in words."""
        field = self.pages.layout.fields.get(name.removeprefix(CUSTOM), {})
        return {_written(value): choice_in_words(value) for value in choices_of(field)}

    def asked(self) -> QueryDict:
        found = super().asked()
        for key, values in found.lists():
            name, operator = parted(key)
            if operator not in (*TEXTUAL, "isnull") and self.is_number(name):
                parts = [part for value in values for part in value.split(",")]
                _check_numbers(key, values if operator in BOUNDS else parts)
        return found

    def named_values(self, name: str, values: list[str]) -> dict[str, str]:
        return self._choices(name) or super().named_values(name, values)

    def _heading(self, name: str, label: str = "") -> Heading:
        layout = self.pages.layout
        if name == DeclaredRecord.label_fields[-1] and layout.title_field:
            name = f"{CUSTOM}{layout.title_field}"
        return super()._heading(name, label)

    def sortable(self) -> set[str]:
        return {*self.pages.layout.names(), "created_at", "updated_at"}

    def is_number(self, name: str) -> bool:
        return self.pages.layout.is_number(name)


def _written(value: str | float) -> str:
    """Return a value of a choice as an address has it."""
    return value if isinstance(value, str) else json.dumps(value)


def _check_numbers(key: str, values: list[str]) -> None:
    """Refuse a filter of numbers by anything else. Raises ``ValidationError``."""
    for text in values:
        if text and not is_number(text):
            told = _("'%(text)s' is not a number.") % {"text": text[:40]}
            raise ValidationError({key: [told]})
