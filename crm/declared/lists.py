"""The list of a declared entity's records as a page."""

from typing import Any

from crm.core.conditions import CUSTOM
from crm.core.pages.facets import Facet, chosen_values, facets, spoken, switches
from crm.core.pages.lists import Heading, RecordList

from .layout import SYSTEM
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
        layout = self.pages.layout
        field, label = layout.fields[name.removeprefix(CUSTOM)], layout.label(name)
        values = [str(value) for value in field.get("enum", ()) if value is not None]
        if field.get("type") == "boolean":
            values = ["true", "false"]
        if values:
            chosen = chosen_values(self.params, name)
            options = [(value, spoken(value), value in chosen) for value in values]
            return Facet(name, label, "choices", options)
        if layout.is_number(name):
            ends = (self.params.get(f"{name}__gte", ""), self.params.get(f"{name}__lte", ""))
            return Facet(name, label, "span", [], ends)
        return None

    def _heading(self, name: str, label: str = "") -> Heading:
        layout = self.pages.layout
        if name == DeclaredRecord.label_fields[-1] and layout.title_field:
            name = f"{CUSTOM}{layout.title_field}"
        return super()._heading(name, label)

    def sortable(self) -> set[str]:
        return {*self.pages.layout.names(), "created_at", "updated_at"}

    def is_number(self, name: str) -> bool:
        return self.pages.layout.is_number(name)
