"""The form of a declared entity's record, made from its schema."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from crm.core import records
from crm.core.conditions import CUSTOM
from crm.core.forms import PageForm, is_untouched
from crm.core.jsonrows import json_document

from .layout import Layout
from .models import DeclaredRecord
from .recordfields import Offer, form_field, reference
from .schemas import types_of
from .values import fits, fitted, required_of, shaped

#: what is no value where one is required
NOTHING: tuple[Any, ...] = (None, "", [], {})


class DeclaredForm(PageForm):
    """What is typed goes into ``custom_fields``; what the schema doesn't name stays there."""

    class Meta:
        model = DeclaredRecord
        fields = ()

    def _offer_stored(self, field: forms.ChoiceField, stored: Any) -> None:
        """Choices have what is stored already; what an address asks for is not offered."""

    @cached_property
    def changed_data(self) -> list[str]:
        """What was typed over, by what was sent: values of any kind are told apart by it."""
        return [name for name in self.fields if not is_untouched(self, name)]

    def _clean_fields(self) -> None:
        """Read what was typed; what a changed record's form sent back as shown needs no reading."""
        if self.instance._state.adding:
            super()._clean_fields()  # type: ignore[misc]
            return
        every, typed = self.fields, {"shown_revision", *self.changed_data}
        self.fields = {name: field for name, field in every.items() if name in typed}
        try:
            super()._clean_fields()  # type: ignore[misc]
        finally:
            self.fields = every

    def clean(self) -> dict[str, Any]:
        """Say at once what the schema refuses beside what could not be read."""
        cleaned: dict[str, Any] = super().clean()
        if not self.errors:
            return cleaned  # storing asks the schema
        adding = self.instance._state.adding
        held = {} if adding else self.instance.custom_fields
        sent = self.fields if adding else self.changed_data
        typed = self.values(name for name in sent if name not in self.errors)
        try:
            shaped(
                self.instance.declaration.schema,
                {**held, **typed},
                stored=None if adding else held,
            )
        except ValidationError as refusal:
            for key, messages in refusal.message_dict.items():
                if f"{CUSTOM}{key}" not in self.errors:
                    self._tell_of(key, messages[0])
        return cleaned

    def values(self, names: Any) -> dict[str, Any]:
        """Return what was typed into some fields, by their own names; nothing is None."""
        typed = {name: self.cleaned_data.get(name) for name in names if name.startswith(CUSTOM)}
        return {
            name.removeprefix(CUSTOM): None if value in ("", []) else value
            for name, value in typed.items()
        }

    def changed_values(self) -> dict[str, Any]:
        stored = self.instance.custom_fields
        return {"custom_fields": {**stored, **self.values(self.changed_data)}}

    def _store(self) -> None:
        if self.instance._state.adding:
            self.instance.custom_fields = self.values(self.fields)
            records.create(self.instance, by=self.request.user)
        else:
            super()._store()

    def _tell(self, refusal: ValidationError) -> None:
        if not hasattr(refusal, "error_dict"):
            super()._tell(refusal)
            return
        for key, messages in refusal.message_dict.items():
            for message in messages:
                self._tell_of(key, message)

    def _tell_of(self, key: str, message: str) -> None:
        """Put a refusal beside its field, which its key names or the path that it begins with."""
        place = message if key == CUSTOM.rstrip(".") else key
        keys = (name.removeprefix(CUSTOM) for name in self.fields if name.startswith(CUSTOM))
        within = [key for key in keys if re.match(rf"{re.escape(key)}(?![\w -])", place)]
        name = f"{CUSTOM}{max(within, key=len)}" if within else ""
        if name not in self.fields:
            self.add_error(None, message)
            return
        own = name.removeprefix(CUSTOM)
        if message.startswith(own):
            message = f"{self.fields[name].label}{message.removeprefix(own)}"
        self.add_error(name, message)


def form_of(
    layout: Layout, names: list[str], record: DeclaredRecord, offers: dict[str, Offer]
) -> Any:
    """Return a form's class for some fields of an entity, by their names on the wire.

    ``offers`` are the fields that are filled by looking up another record.
    """
    schema, adding = layout.declaration.schema, record._state.adding
    held, required = record.custom_fields or {}, required_of(schema)
    fields: dict[str, Any] = {}
    for number, name in enumerate(names):
        key = name.removeprefix(CUSTOM)
        field = layout.fields[key]
        stored = field.get("default") if adding else held.get(key)
        options = {
            "label": layout.label(name),
            # what an earlier schema let in keeps nobody from changing the rest
            "required": key in required and (adding or held.get(key) not in NOTHING),
            "help_text": text if isinstance(text := field.get("description"), str) else "",
        }
        if key in offers:
            fields[name] = reference(offers[key], stored, options)
        else:
            fields[name] = form_field(key, field, stored, options)
        fields[name].widget.attrs["id"] = f"id_value_{number}"
    return type("DeclaredRecordForm", (DeclaredForm,), fields)


def begun(layout: Layout, asked: dict[str, str]) -> dict[str, Any]:
    """Return what a new record begins with of what an address asks for; what fits its field."""
    found = {}
    for name, text in asked.items():
        field = layout.fields[name.removeprefix(CUSTOM)]
        value = fitted(text, field)
        if isinstance(value, str) and types_of(field) & {"object", "array"}:
            try:
                value = json_document(value)
            except ValueError:
                continue
        if value is not None and fits(value, field):
            found[name] = value
    return found
