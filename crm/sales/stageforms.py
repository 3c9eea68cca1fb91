"""Stages as rows of a form in the staff site."""

import json
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from crm.core.plain import whole_number

from .stages import ForecastCategory, StageKind, standard_stages

PARTS = ("name", "kind", "probability", "forecast_category", "rotting_days")
NUMBERS = ("probability", "rotting_days")
BLANK_ROWS = 3


class StagesWidget(forms.Widget):
    """One row a stage, in their order, and some for new ones; a row without a name is none."""

    template_name = "admin/crm/stages.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        try:
            rows = json.loads(value or "[]")
        except ValueError:
            rows = []
        blank = {"kind": "open", "probability": "", "forecast_category": "pipeline"}
        context = super().get_context(name, "", attrs)
        context["rows"] = [*rows, *[blank] * BLANK_ROWS]
        context["kinds"], context["categories"] = StageKind.values, ForecastCategory.values
        return context

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        # The house's own templates; those of forms are looked for among Django's.
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if name in data:  # as a program sends it
            return data[name]
        if f"{name}-name" not in data:
            return None
        names = (*PARTS, "position")
        columns = [data.getlist(f"{name}-{part}") for part in names]
        rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=False)]
        rows.sort(key=_position)
        return [_stage(row) for row in rows if row["name"].strip()]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}-name" not in data


class StagesField(forms.JSONField):
    """The stages of a pipeline; what they may be is the operation's to say."""

    widget = StagesWidget

    def __init__(self, **options: Any):
        super().__init__(required=False, initial=standard_stages, **options)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data if isinstance(data, list) else super().bound_data(data, initial)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return data is not None and self.to_python(data) != initial
        except forms.ValidationError:
            return True


def _stage(row: dict[str, str]) -> dict[str, Any]:
    return {part: _number(row[part]) if part in NUMBERS else row[part].strip() for part in PARTS}


def _position(row: dict[str, str]) -> int:
    place = _number(row["position"])
    return place if isinstance(place, int) else 0


def _number(text: str) -> Any:
    """Return a whole number, None for nothing; anything else as it is, to be refused."""
    text = text.strip()
    if not text:
        return None
    number = whole_number(text.removeprefix("-"))
    if number is None:
        return text
    return -number if text.startswith("-") else number
