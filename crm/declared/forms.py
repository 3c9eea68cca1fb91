"""A schema as administrators write and read it: text, with comments."""

import json
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from crm.core.adminforms import RecordForm

from . import schemas


class SchemaText(forms.Field):
    """JSON with comments in a large box; refusals name the line."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> str:
        """Return the text of a schema; what was typed stays as it was typed."""
        if isinstance(value, str) or value is None:
            return value or ""
        return json.dumps(value, indent=2, ensure_ascii=False)

    def to_python(self, value: Any) -> Any:
        return schemas.from_text(value) if value else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != initial
        except forms.ValidationError:
            return True


class DeclarationForm(RecordForm):
    """The schema may say the name; a name that is typed as well has to be the same."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if "name" in self.fields:
            self.fields["name"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        schema = cleaned.get("schema")
        named = schema.get("name") if isinstance(schema, dict) else None
        if not cleaned.get("name") and isinstance(named, str):
            cleaned["name"] = named[:64]
        return cleaned
