"""The schema of a declared entity: JSON Schema as Base44's ``entities/*.jsonc`` write it."""

import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from crm.core.jsonrows import json_document
from crm.core.queries.tree import BadQuery, pattern

ENTITY_NAME = re.compile(r"[A-Z][A-Za-z0-9]{0,63}")
FIELD_NAME = re.compile(r"(?=.{1,64}\Z)\w([\w -]*\w)?")
#: what every record has by itself, under these names
BUILT_IN = frozenset(
    {"id", "created_date", "updated_date", "created_by", "created_by_id", "is_sample"}
)
TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
#: what would change the meaning of the rest and is not read here
NOT_READ = (
    *("$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not", "if", "rls"),
    *("patternProperties", "dependentSchemas", "dependentRequired"),
)
#: checked part by part, or by the library that reads it
CHECKED_APART = frozenset({"properties", "items", "required", "pattern", "default"})
#: what a record is called by, the first that it has
TITLES = ("name", "title", "label", "subject", "full_name", "email")
MOST_FIELDS = 200
LONGEST_TITLE = 80
DEEPEST = 8


def from_text(text: str) -> dict[str, Any]:
    """Return the schema that a text holds, comments allowed. Raises ``ValidationError``."""
    try:
        schema = json_document(text)
    except ValueError as error:
        raise ValidationError(
            _("This is no JSON: %(reason)s") % {"reason": error}, code="shape"
        ) from error
    if not isinstance(schema, dict):
        raise ValidationError(_("A schema is a JSON object."), code="shape")
    return schema


def flaws(schema: Any) -> Iterator[str]:
    """Yield what keeps a schema from being used, a sentence each."""
    if not isinstance(schema, dict) or schema.get("type", "object") != "object":
        yield _('A schema is an object of type "object".')
        return
    properties = schema.get("properties")
    if not isinstance(properties, dict) or not properties:
        yield _('"properties" must name at least one field.')
        return
    if len(properties) > MOST_FIELDS:
        yield _("An entity has at most %(most)s fields.") % {"most": MOST_FIELDS}
        return
    if not _is_title(schema):
        yield _('"title" is a text of 1 to %(most)s characters.') % {"most": LONGEST_TITLE}
    for word in sorted({*NOT_READ} - {"rls"} & schema.keys()):
        yield _('"%(word)s" is not read here.') % {"word": word}
    for name, field in properties.items():
        if not FIELD_NAME.fullmatch(name):
            yield _(
                "%(field)s: a field's name has up to 64 letters, digits, blanks, - and _, and "
                "begins and ends with a letter, a digit or _."
            ) % {"field": name[:60].strip() or '""'}
        elif name in BUILT_IN:
            yield _("%(field)s: every record has this by itself; leave it out.") % {"field": name}
        else:
            yield from _flaws_of_field(field, name)
    yield from _flaws_of_required(schema, properties, "")


def _flaws_of_required(schema: dict, properties: dict, path: str) -> Iterator[str]:
    required = schema.get("required", [])
    place = f"{path}: " if path else ""
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        yield place + _('"required" takes a list of fields.')
        return
    for name in required:
        if name not in properties:
            yield place + _('"required" names %(field)s, which is no field.') % {"field": name[:60]}


def _flaws_of_field(field: Any, path: str, depth: int = 1) -> Iterator[str]:
    if not isinstance(field, dict):
        yield _('%(field)s: describe it by an object, such as {"type": "string"}.') % {
            "field": path
        }
        return
    if depth > DEEPEST:
        yield _("%(field)s: nested deeper than %(most)s levels.") % {"field": path, "most": DEEPEST}
        return
    types = types_of(field)
    if not types <= {*TYPES}:
        yield _("%(field)s: the type must be one of %(types)s.") % {
            "field": path,
            "types": ", ".join(TYPES),
        }
        return
    for word in sorted({*NOT_READ} & field.keys()):
        yield _('%(field)s: "%(word)s" is not read here.') % {"field": path, "word": word}
    if flaw := _flaw_of_words(field):
        yield f"{path}: {flaw}"
        return
    inner = field.get("properties", {})
    if not isinstance(inner, dict):
        yield _('%(field)s: "properties" takes an object of fields.') % {"field": path}
        return
    for name, part in inner.items():
        yield from _flaws_of_field(part, f"{path}.{name[:60]}", depth + 1)
    yield from _flaws_of_required(field, inner, path)
    if "items" in field:
        yield from _flaws_of_field(field["items"], f"{path}[]", depth + 1)


def _flaw_of_words(field: dict[str, Any]) -> str:
    """Return what is wrong with the words of one field itself, or the empty string."""
    if not _is_title(field):
        return _('"title" is a text of 1 to %(most)s characters.') % {"most": LONGEST_TITLE}
    own = {name: value for name, value in field.items() if name not in CHECKED_APART}
    try:
        Draft202012Validator.check_schema(own)
    except SchemaError as error:
        word = error.path[0] if error.path else ""
        return f'"{word}": {error.message[:200]}'
    if "enum" in field and not field["enum"]:
        return _('"enum" names no value.')
    if "pattern" in field:
        try:
            pattern(field["pattern"])
        except BadQuery as error:
            return str(error)
    return ""


def _is_title(described: dict[str, Any]) -> bool:
    """Whether an entity or a field is called by a text, or has no title of its own."""
    said = described.get("title", "-")
    return isinstance(said, str) and len(said.strip()) > 0 and len(said) <= LONGEST_TITLE


def types_of(field: dict[str, Any]) -> set[str]:
    """Return the types that a field takes; none is any."""
    named = field.get("type", [])
    return {str(name) for name in (named if isinstance(named, list) else [named])}


def title_field(schema: dict[str, Any]) -> str:
    """Return the field that records are called by: one of :data:`TITLES`, or a plain text.

    The empty string where the schema has neither.
    """
    fields = schema["properties"]
    plain = (
        name
        for name, field in fields.items()
        if types_of(field) <= {"string", "null"} and not {"enum", "format"} & field.keys()
        if types_of(field) and not name.endswith("_id")
    )
    return next((name for name in TITLES if name in fields), None) or next(plain, "")


def title_of(schema: dict[str, Any], values: Any) -> str:
    """Return what a record with these values is called."""
    held = values if isinstance(values, dict) else {}
    found = (held.get(name) for name in (*TITLES, title_field(schema)))
    named = next((text for text in found if isinstance(text, str) and text.strip()), "")
    return named or _("Without a title")
