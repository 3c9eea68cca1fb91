"""The form of a declared entity's record, made from its schema."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.core import records
from crm.core.conditions import CUSTOM
from crm.core.formfields import LookupField, MomentField, WordsField
from crm.core.forms import PageForm
from crm.core.jsonrows import json_document
from crm.core.plain import id_or_none
from crm.core.widgets import DayInput, LookupInput, MoneyInput
from crm.core.wording import choice_label

from .layout import NUMBERS, Layout, as_moment, is_long
from .models import DeclaredRecord
from .schemas import title_of, types_of
from .values import fits, required_of


class JsonText(forms.Field):
    """A list, an object, or whatever else needs the words of JSON."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> str:
        """Return a value as JSON; what was typed stays as it was typed."""
        if value is None or isinstance(value, Typed):
            return value or ""
        return json.dumps(value, indent=2, ensure_ascii=False)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return json_document(value)
        except ValueError as error:
            raise ValidationError(_("This is no JSON: %(reason)s") % {"reason": error}) from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        return Typed(data or "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class Typed(str):
    """What somebody typed, which is not a value yet."""


class NumberField(forms.FloatField):
    """A number; one without a fraction is a whole one, as JSON has it."""

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return int(found) if found is not None and found.is_integer() else found


class IsoDayField(forms.DateField):
    """A day that is stored as text."""

    widget = DayInput

    def clean(self, value: Any) -> str | None:
        day = super().clean(value)
        return day.isoformat() if day else None


class IsoMomentField(MomentField):
    """A point in time that is stored as text, in UTC."""

    def clean(self, value: Any) -> str | None:
        at = super().clean(value)
        return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


class DeclaredForm(PageForm):
    """What is typed goes into ``custom_fields``; what the schema doesn't name stays there."""

    class Meta:
        model = DeclaredRecord
        fields = ()

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
            name = f"{CUSTOM}{key}"
            self.add_error(name if name in self.fields else None, messages)


@dataclass(frozen=True)
class Offer:
    """What a reference may lead to: these rows, found at this address; who makes new ones."""

    rows: Any
    lookup: str
    slug: str


class ReferenceInput(LookupInput):
    """A lookup of whatever an app's field refers to."""

    lookup = ""

    def address(self) -> str:
        return self.lookup

    def label(self, key: str) -> str:
        if self.queryset is None or self.queryset.model is not DeclaredRecord:
            return super().label(key)
        rows = self.queryset.filter(pk=id_or_none(key))
        found = rows.values_list("declaration__schema", "custom_fields").first()
        return title_of(*found) if found else ""


class ReferenceField(LookupField):
    """The id of another record, stored as text."""

    widget = ReferenceInput

    def clean(self, value: Any) -> str | None:
        found = super().clean(value)
        return str(found.pk) if found else None


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
            "required": key in required and (adding or key in held),
            "help_text": text if isinstance(text := field.get("description"), str) else "",
        }
        if key in offers:
            fields[name] = _reference(offers[key], stored, options)
        else:
            fields[name] = _form_field(key, field, stored, options)
        fields[name].widget.attrs["id"] = f"id_value_{number}"
    return type("DeclaredRecordForm", (DeclaredForm,), fields)


def _reference(offer: Offer, stored: Any, options: Any) -> forms.Field:
    found = ReferenceField(queryset=offer.rows, initial=stored, **options)
    found.widget.lookup, found.widget.slug = offer.lookup, offer.slug
    return found


def _form_field(key: str, field: dict[str, Any], stored: Any, options: Any) -> forms.Field:
    types = types_of(field) - {"null"}
    if "enum" in field and isinstance(stored, str | int | float | None):
        return _choice(field["enum"], stored, options)
    if stored is not None and not fits(stored, field):
        return JsonText(initial=stored, **options)
    if types == {"boolean"}:
        return forms.BooleanField(initial=stored, **{**options, "required": False})
    if types and types <= NUMBERS:
        kind = forms.IntegerField if types == {"integer"} else NumberField
        return kind(initial=stored, localize=True, widget=MoneyInput, **options)
    if types == {"array"} and _are_words(field, stored):
        help_text = " ".join(filter(None, (options["help_text"], _words_help(field))))
        return WordsField(initial=stored, **{**options, "help_text": help_text})
    if types == {"string"} or (not types and isinstance(stored, str | None)):
        return _text(key, field, stored, options)
    return JsonText(initial=stored, **options)


def _choice(values: list[Any], stored: Any, options: Any) -> forms.Field:
    known = {str(value): value for value in values if value is not None}
    if stored is not None:
        known.setdefault(str(stored), stored)
    choices = [(text, choice_label(text)) for text in known]
    if not options["required"] or stored is None:
        choices = [("", "—"), *choices]
    return forms.TypedChoiceField(
        choices=choices, coerce=known.__getitem__, empty_value=None, initial=stored, **options
    )


def _text(key: str, field: dict[str, Any], stored: str | None, options: Any) -> forms.Field:
    match field.get("format"):
        case "date":
            return IsoDayField(initial=_day(stored), **options)
        case "date-time":
            return IsoMomentField(initial=as_moment(stored) if stored else None, **options)
        case "email":
            widget: Any = forms.EmailInput()
        case "uri":
            widget = forms.URLInput()
        case _:
            long = is_long(key, field) or "\n" in (stored or "")
            widget = forms.Textarea(attrs={"rows": 4}) if long else forms.TextInput()
    return forms.CharField(initial=stored, widget=widget, **options)


def _day(stored: str | None) -> date | None:
    at = as_moment(stored) if stored else None
    return at.date() if isinstance(at, datetime) else None


def _are_words(field: dict[str, Any], stored: Any) -> bool:
    """Whether a list can be typed with commas between, and loses nothing by it."""
    if types_of(field.get("items", {})) != {"string"}:
        return False
    return all(isinstance(word, str) and "," not in word for word in stored or ())


def _words_help(field: dict[str, Any]) -> str:
    allowed = field["items"].get("enum")
    if not allowed:
        return _("Several with commas between.")
    named = ", ".join(str(word) for word in allowed if word is not None)
    return _("Any of %(allowed)s, with commas between.") % {"allowed": named}
