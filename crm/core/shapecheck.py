"""Checks a JSON value against its declared shape, and says in words what is wrong."""

import re
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError as Mismatch

from .errors import Sentence
from .plain import flaws

KILOBYTE = 1024
TYPES = {
    "object": gettext_lazy("an object"),
    "array": gettext_lazy("a list"),
    "string": gettext_lazy("text"),
    "number": gettext_lazy("a number"),
    "integer": gettext_lazy("a whole number"),
    "boolean": gettext_lazy("true or false"),
    "null": "null",
}
FORMATS = {
    "email": gettext_lazy("an email address"),
    "uuid": gettext_lazy("an id"),
    "date": gettext_lazy("a date, such as 2026-05-31"),
    "date-time": gettext_lazy("a time, such as 2026-05-31T10:30:00Z"),
    "uri": gettext_lazy("a web address"),
}
WORDS = {
    "minLength": gettext_lazy("%(place)s must have at least %(limit)s characters."),
    "maxLength": gettext_lazy("%(place)s must have at most %(limit)s characters."),
    "maxItems": gettext_lazy("%(place)s must have at most %(limit)s elements."),
    "maxProperties": gettext_lazy("%(place)s must have at most %(limit)s keys."),
    "minimum": gettext_lazy("%(place)s must be at least %(limit)s."),
    "exclusiveMinimum": gettext_lazy("%(place)s must be more than %(limit)s."),
    "maximum": gettext_lazy("%(place)s must be at most %(limit)s."),
    "multipleOf": gettext_lazy("%(place)s must be a multiple of %(limit)s."),
}
OTHER = gettext_lazy("%(place)s is not of the form it must have.")

#: the types of a number that may be written as text, and the text: 15 digits, which stay exact
NUMBER_TYPES = ["number", "string"]
NUMBER_TEXT = "^[0-9]{1,13}([.][0-9]{1,2})?$|^[0-9]{1,9}[.][0-9]{1,6}$"

formats = FormatChecker(["uuid"])


@formats.checks("email", raises=ValidationError)
def is_email(value: Any) -> bool:
    """Whether ``value`` is an address, by the rule that email fields follow; other types pass."""
    if isinstance(value, str):
        validate_email(value)
    return True


def with_numbers(value: Any, schema: dict) -> Any:
    """Return a JSON value with numbers in place of texts wherever ``schema`` takes either."""
    match value:
        case dict() if "properties" in schema:
            known = schema["properties"]
            return {key: with_numbers(item, known.get(key, {})) for key, item in value.items()}
        case list() if "items" in schema:
            return [with_numbers(item, schema["items"]) for item in value]
        case str() if schema.get("type") == NUMBER_TYPES and re.match(NUMBER_TEXT, value):
            number = float(value)
            return int(number) if number.is_integer() else number
    return value


class ShapeValidator:
    """Checks a JSON value against a JSON schema, its size and its depth."""

    def __init__(self, schema: dict, *, max_bytes: int, max_depth: int):
        self.max_bytes = max_bytes
        self.max_depth = max_depth
        self.validator = Draft202012Validator(schema, format_checker=formats)

    def __call__(self, value: Any) -> None:
        for path, reason in flaws(value, max_depth=self.max_depth):
            raise ValidationError(f"{path}: {reason}" if path else reason, code="shape")
        for mismatch in self.validator.iter_errors(value):
            raise ValidationError(sentence(mismatch), code="shape")
        if len(orjson.dumps(value)) > self.max_bytes:
            raise ValidationError(
                _("This holds more than %(size)s kB.") % {"size": self.max_bytes // KILOBYTE},
                code="too_large",
            )


def sentence(mismatch: Mismatch) -> str:
    """Say where a value differs from its schema, and how it must be."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in mismatch.path)
    place = "".join(steps).lstrip(".") or _("This")
    rule, values = _rule(mismatch)
    return str(rule) % {"place": place, **values}


def _rule(mismatch: Mismatch) -> tuple[Sentence, dict[str, Any]]:
    allowed: Any = mismatch.validator_value
    match mismatch.validator:
        case "type":
            types = [allowed] if isinstance(allowed, str) else allowed
            if allowed == NUMBER_TYPES:
                types = ["number"]
            told = _(" or ").join(str(TYPES[name]) for name in types)
            return _("%(place)s must be %(what)s."), {"what": told}
        case "format":
            return _("%(place)s must be %(what)s."), {"what": FORMATS.get(allowed, allowed)}
        case "required":
            missing = [name for name in allowed if name not in mismatch.instance]
            return _("%(place)s lacks %(fields)s."), {"fields": ", ".join(missing)}
        case "additionalProperties":
            known = mismatch.schema["properties"]
            unknown = [name for name in mismatch.instance if name not in known]
            found = {"field": unknown[0][:60], "known": ", ".join(known)}
            return _("%(place)s has no '%(field)s'; it can have: %(known)s."), found
        case "enum":
            values = ", ".join(str(value) for value in allowed)
            return _("%(place)s must be one of: %(values)s."), {"values": values}
        case "pattern" if mismatch.schema.get("type") == NUMBER_TYPES:
            return _("%(place)s must be a number, with a point before the cents."), {}
        case "minLength" if allowed == 1:
            return _("%(place)s must not be empty."), {}
    return WORDS.get(str(mismatch.validator), OTHER), {"limit": allowed}
