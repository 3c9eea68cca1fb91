"""A declared entity's record as a page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from crm.core.conditions import CUSTOM
from crm.core.pages.cells import Cell
from crm.core.pages.details import RecordDetail, Tab
from crm.core.pages.reasons import reason
from crm.core.pages.texts import text_of


class DeclaredDetail(RecordDetail):
    """One record of a declared entity. Nothing of the house's own hangs on it."""

    def __init__(self, pages: Any, request: HttpRequest, record: Any):
        super().__init__(pages, request, record)
        pages.learn_names(request, [self.row])

    def context(self) -> dict[str, Any]:
        found = super().context()
        why = Cell("reason", _("Why you see this"), "text", reason(self.record, self.user))
        return {**found, "facts": [*found["facts"], why]}

    def cells(self, names: Any) -> list[Cell]:
        return [self.pages.cell(name, self.row, currency=self.currency) for name in names]

    def badges(self) -> list[Cell]:
        return [cell for cell in self.cells(self.pages.layout.states()) if not cell.is_empty]

    def groups(self) -> list[tuple[str, list[Cell]]]:
        layout = self.pages.layout
        found = [
            (layout.title, self.cells(layout.names())),
            (_("Further details"), self.cells(layout.further(self.row["custom_fields"]))),
        ]
        return [(title, cells) for title, cells in found if cells]

    def tabs(self, counts: dict[str, int]) -> list[Tab]:
        asked = self.request.GET.get("tab", "details")
        named = [("details", _("Details")), ("history", _("History"))]
        return [Tab(name, label, f"?tab={name}", name == asked) for name, label in named]

    def learn_names(self, changes: list[dict[str, Any]]) -> None:
        ends = [
            {"custom_fields": {change["field"].removeprefix(CUSTOM): change[end]}}
            for change in changes
            for end in ("old", "new")
        ]
        self.pages.learn_names(self.request, ends)

    def told_value(self, name: str, value: Any) -> str:
        if not name.startswith(CUSTOM):
            return super().told_value(name, value)
        row = {"custom_fields": {name.removeprefix(CUSTOM): value}}
        return text_of(self.pages.cell(name, row, currency=self.currency))
