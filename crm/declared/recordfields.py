"""The fields of forms over declared entities, made from the schema."""

import json
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.core.formfields import LookupField, MomentField, WordsField
from crm.core.jsonrows import json_document, with_floats
from crm.core.plain import id_or_none, is_same
from crm.core.widgets import DayInput, LookupInput, MoneyInput

from .layout import (
    FIRST_YEAR,
    LAST_YEAR,
    NUMBERS,
    as_moment,
    choice_in_words,
    is_long,
    written_day,
)
from .models import DeclaredRecord
from .schemas import title_of, types_of
from .values import fits

SCALARS = {"string", "number", "integer", "boolean"}


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
            raise ValidationError(_('This is no JSON, such as {"a": 1} or [1, 2].')) from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        return Typed(data or "")


class Typed(str):
    """What somebody typed, which is not a value yet."""


class NumberField(forms.DecimalField):
    """A number; one without a fraction is a whole one, as JSON has it."""

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return None if found is None else with_floats(found)


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
        if at is None:
            return None
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise ValidationError(_("This date is out of range."))
        return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class Offer:
    """What a reference may lead to: these rows, found at this address; who makes new ones."""

    rows: Any
    lookup: str
    slug: str


class ReferenceInput(LookupInput):
    """A lookup of whatever an app's field refers to."""

    side = ":"  # an app may have a field ``customer_id_text``
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


def reference(offer: Offer, stored: Any, options: Any) -> forms.Field:
    """Return the field by which another record is looked up."""
    found = ReferenceField(queryset=offer.rows, initial=stored, **options)
    found.widget.lookup, found.widget.slug = offer.lookup, offer.slug
    return found


def form_field(key: str, field: dict[str, Any], stored: Any, options: Any) -> forms.Field:
    """Return the form's field for a field of a schema, which can show what is stored there."""
    types = types_of(field) - {"null"}
    if types == {"boolean"} and isinstance(stored, bool | None):
        return forms.BooleanField(initial=stored, **{**options, "required": False})
    if "enum" in field and isinstance(stored, str | int | float | None):
        return _choice(field["enum"], stored, options)
    if stored is not None and not fits(stored, field):
        return JsonText(initial=stored, **options)
    if types and types <= NUMBERS and isinstance(stored, int | float | None):
        kind = forms.IntegerField if types == {"integer"} else NumberField
        return kind(initial=stored, localize=True, widget=MoneyInput, **options)
    if types == {"array"} and _are_words(field, stored):
        help_text = " ".join(filter(None, (options["help_text"], _words_help(field))))
        return WordsField(initial=stored, **{**options, "help_text": help_text})
    if "string" in types and types <= SCALARS and not isinstance(stored, dict | list):
        return _text(key, field, stored, options)
    if not types and isinstance(stored, str | None):
        return _text(key, field, stored, options)
    return JsonText(initial=stored, **options)


def _choice(values: list[Any], stored: Any, options: Any) -> forms.Field:
    known: dict[str, Any] = {}
    for value in (*values, stored):
        if value is not None and not any(is_same(value, other) for other in known.values()):
            text = value if isinstance(value, str) else json.dumps(value)
            known[json.dumps(value) if text in known else text] = value
    choices = [(text, choice_in_words(value)) for text, value in known.items()]
    if not options["required"] or stored is None:
        choices = [("", "—"), *choices]
    return forms.TypedChoiceField(
        choices=choices,
        coerce=lambda text: known.get(text, text),
        empty_value=None,
        initial=next((text for text, value in known.items() if is_same(value, stored)), None),
        **options,
    )


def _text(key: str, field: dict[str, Any], stored: Any, options: Any) -> forms.Field:
    text = stored if isinstance(stored, str) else ""
    match field.get("format"):
        case "date" if (day := written_day(text)) or not stored:
            return IsoDayField(initial=day.date() if day else None, **options)
        case "date-time" if (at := as_moment(text)) or not stored:
            return IsoMomentField(initial=at, **options)
        case "email":
            widget: Any = forms.EmailInput()
        case "uri":
            widget = forms.URLInput()
        case _:
            long = is_long(key, field) or "\n" in str(stored or "")
            widget = forms.Textarea(attrs={"rows": 4}) if long else forms.TextInput()
    return forms.CharField(initial=stored, widget=widget, **options)


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
