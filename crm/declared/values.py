"""The values of a declared entity's record, by its schema: filled in, fitted, checked."""

import copy
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError as Mismatch
from jsonschema.validators import extend

from crm.core.jsonrows import with_floats
from crm.core.plain import is_number, is_same
from crm.core.queries.tree import pattern
from crm.core.shapecheck import is_email, sentence

from .schemas import types_of

Values = dict[str, Any]
WEB_ADDRESS = re.compile(r"(https?://|/|data:|mailto:)\S*")
#: the words that are enforced; everything else of a field describes it to people
ENFORCED = frozenset(
    {
        *("type", "enum", "const", "format", "properties", "required", "items"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems"),
        "additionalProperties",
    }
)


def fields_of(schema: Values) -> dict[str, Values]:
    """Return the declared fields by name."""
    return schema["properties"]


def required_of(schema: Values) -> list[str]:
    """Return the fields that every record has a value for."""
    return list(schema.get("required", ()))


def shaped(schema: Values, values: Values, *, stored: Values | None = None) -> Values:
    """Return a record's values as they are stored. Raises ``ValidationError`` by field.

    ``stored`` is what the record holds so far, None for a new one, which gets the defaults of
    fields that aren't named. A record that is changed is checked where it changes: what an
    earlier schema let in doesn't keep anybody from changing the rest. Undeclared values are
    kept as they are; null is no value.
    """
    fields, before = fields_of(schema), stored or {}
    untouched = {name for name in before if name in values and is_same(before[name], values[name])}
    found = {name: before[name] for name in values if name in untouched}
    for name, value in values.items():
        if name not in untouched:
            found[name] = fitted(value, fields.get(name, {}))
    if stored is None:
        for name, field in fields.items():
            if name not in found and "default" in field:
                found[name] = fitted(copy.deepcopy(field["default"]), field)
    found = {n: value for n, value in found.items() if value is not None or n in untouched}
    changed = {
        name: value for name, value in found.items() if name in fields and name not in untouched
    }
    errors: dict[str, list[str]] = {}
    for name, reason in _mismatches(schema, changed):
        errors.setdefault(name, []).append(reason)
    for name in required_of(schema):
        if name not in found and (stored is None or name in before):
            errors[name] = [_("%(field)s is required.") % {"field": name}]
    if errors:
        raise ValidationError(errors)
    return found


def fitted(value: Any, field: Values) -> Any:
    """Return a value in the form its field has: numbers for texts, nothing for an empty text.

    Forms and files write everything as text (base44.md §15).
    """
    types = types_of(field)
    match value:
        case str() if types and "string" not in types:
            return _out_of_text(value, types)
        case "" if "enum" in field or "format" in field:
            return value if value in field.get("enum", ()) else None
        case list() if "items" in field:
            return [fitted(part, field["items"]) for part in value]
        case dict() if "properties" in field:
            known = field["properties"]
            return {name: fitted(part, known.get(name, {})) for name, part in value.items()}
    return with_floats(value)


def _out_of_text(text: str, types: set[str]) -> Any:
    plain = text.strip()
    if not plain:
        return None
    if types & {"number", "integer"} and is_number(plain):
        number = float(plain)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if "boolean" in types and plain.lower() in ("true", "false"):
        return plain.lower() == "true"
    return text


def fits(value: Any, field: Values) -> bool:
    """Whether a value is one that a field takes."""
    return not any(_mismatches({"properties": {"value": field}}, {"value": value}))


def unfit_defaults(schema: Values) -> Iterator[str]:
    """Yield what is wrong with the defaults of a sound schema, a sentence each."""
    defaults = {
        name: fitted(field["default"], field)
        for name, field in fields_of(schema).items()
        if field.get("default") is not None
    }
    for name, reason in _mismatches(schema, defaults):
        yield _("%(field)s: its own default doesn't fit. %(reason)s") % {
            "field": name,
            "reason": reason,
        }


def _mismatches(schema: Values, values: Values) -> Iterator[tuple[str, str]]:
    fields = fields_of(schema)
    of_them = {"properties": {name: enforced(fields[name]) for name in values}}
    for mismatch in CHECKER(of_them, format_checker=formats).iter_errors(values):
        yield str(mismatch.path[0]), sentence(mismatch)


def enforced(field: Values) -> Values:
    """Return what of a field's description is held to; the rest is for people."""
    found = {word: value for word, value in field.items() if word in ENFORCED}
    if isinstance(found.get("properties"), dict):
        parts = found["properties"].items()
        found["properties"] = {name: enforced(part) for name, part in parts}
    if "items" in found:
        found["items"] = enforced(found["items"])
    return found


def _pattern(validator: Any, wanted: str, value: Any, schema: Any) -> Iterator[Mismatch]:
    """Check a pattern in linear time, whatever an administrator wrote."""
    if isinstance(value, str) and not pattern(wanted).search(value):
        yield Mismatch("pattern")


def _multiple_of(validator: Any, step: Any, value: Any, schema: Any) -> Iterator[Mismatch]:
    """Check steps with exact numbers: 4.35 is a multiple of 0.01."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    try:
        left = EXACT.remainder(Decimal(str(value)), Decimal(str(step)))
    except InvalidOperation:  # infinite, or more digits than any number here has
        left = None
    if left is None or left:
        yield Mismatch("step")


#: as many digits as the largest number has in steps of the smallest
EXACT = Context(prec=700)
CHECKER = extend(Draft202012Validator, {"pattern": _pattern, "multipleOf": _multiple_of})
formats = FormatChecker(["uuid"])
formats.checks("email", raises=ValidationError)(is_email)


@formats.checks("date-time", raises=ValueError)
@formats.checks("date", raises=ValueError)
def is_time(value: Any) -> bool:
    """Whether a text is a date or a time in ISO 8601."""
    return not isinstance(value, str) or moment(value) is not None


@formats.checks("uri")
def is_web_address(value: Any) -> bool:
    """Whether a text can be the address of a page or a file."""
    return not isinstance(value, str) or WEB_ADDRESS.fullmatch(value) is not None


def moment(text: str) -> datetime | Any:
    """Return the date or time that a text is, or None. Raises ``ValueError``."""
    return parse_datetime(text) or parse_date(text)
