"""JSON schemas of what goes in and what comes out, from the same declarations that do the work."""

from typing import Any

from django.db import models
from rest_framework import serializers

from .bodyfields import (
    BooleanField,
    EmailField,
    IntegerField,
    JSONValueField,
    LinkField,
    MomentField,
    MoneyField,
)
from .entity import ALIASES, Column, Entity
from .fields import ONE_LINE, one_line

Schema = dict[str, Any]

UUID_TEXT: Schema = {"type": "string", "format": "uuid"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
NULL: Schema = {"type": "null"}
TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}


def ref(name: str) -> Schema:
    """Return a reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def obj(properties: Schema, *, optional: tuple[str, ...] = (), closed: bool = True) -> Schema:
    """Return the schema of an object whose properties are all there but the ``optional`` ones."""
    schema: Schema = {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }
    if closed:
        schema["additionalProperties"] = False
    return schema


def array(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def or_null(schema: Schema) -> Schema:
    """Return a schema that allows null too."""
    return {"anyOf": [schema, NULL]}


PERSON = obj(
    {"id": UUID_TEXT, "full_name": TEXT, "email": TEXT, "deleted": {"const": True}},
    optional=("email", "deleted"),
)


# -- answers -------------------------------------------------------------------------------


def answered(entity: Entity, *, more: Schema | None = None) -> Schema:
    """Return the schema of a record as it is answered, with ``more`` beside its fields."""
    properties: Schema = {}
    for name, column in entity.columns.items():
        properties[name] = _answered_value(column)
    properties |= dict.fromkeys(entity.computed, TEXT)
    for alias, name in ALIASES.items():
        if name in entity.columns:
            properties[alias] = MOMENT
    for name, relation in entity.relations.items():
        properties[name] = or_null(short_form(relation.target))
    if entity.is_linked:
        link = {"type": TEXT, "id": UUID_TEXT, "label": TEXT, "deleted": {"const": True}}
        properties["related_to"] = or_null(obj(link, optional=("deleted",)))
    properties |= more or {}
    optional = tuple(name for name, column in entity.columns.items() if column.permission)
    return obj(properties, optional=optional)


def derived(entity: Entity) -> Schema:
    """Return the schemas of the figures that a single record is answered with."""
    kinds = {"integer": COUNT, "datetime": MOMENT}
    found = entity.derived.kinds if entity.derived else {}
    return {name: or_null(kinds[kind]) for name, kind in found.items()}


def short_form(target: Any) -> Schema:
    """Return the schema of a link's short form."""
    properties = {"id": UUID_TEXT, **dict.fromkeys(target.short_fields, TEXT)}
    return obj({**properties, "deleted": {"const": True}}, optional=("deleted",))


def _answered_value(column: Column) -> Schema:
    field = column.field
    schema: Schema
    match column.kind:
        case "text" if column.choices:
            known = [*column.choices, *column.further_choices, *([""] if field.blank else [])]
            schema = {"type": "string", "enum": known}
        case "json":
            schema = {"type": field.schema.get("type", "object")}
        case "integer":
            schema = {"type": "integer"}
        case "money":
            schema = {"type": "number"}
        case "boolean":
            schema = {"type": "boolean"}
        case "datetime":
            schema = MOMENT
        case "id":
            schema = UUID_TEXT
        case _:
            schema = TEXT
    generated = isinstance(field, models.GeneratedField)
    return or_null(schema) if field.null or generated else schema


# -- bodies --------------------------------------------------------------------------------


def body(serializer: serializers.Serializer, *, partial: bool = False) -> Schema:
    """Return the schema of a body that a serializer takes; unknown names are refused."""
    fields = {name: field for name, field in serializer.fields.items() if not field.read_only}
    required = [name for name, field in fields.items() if field.required and not partial]
    schema: Schema = {
        "type": "object",
        "properties": {name: _taken(field, serializer) for name, field in fields.items()},
        "additionalProperties": False,
    }
    return {**schema, "required": required} if required else schema


def form(body: Schema, files: tuple[str, ...]) -> Schema:
    """Return a body as a form: texts and files; lists come several times or with commas."""
    several = {"anyOf": [array(TEXT), TEXT]}
    texts = {
        name: several if "array" in str(schema) else TEXT
        for name, schema in body["properties"].items()
    }
    binary = {"type": "string", "format": "binary"}
    properties = {**dict.fromkeys(files, binary), **texts}
    required = [*files, *body.get("required", [])]
    return {
        "schema": {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }
    }


def _taken(field: serializers.Field, serializer: serializers.Serializer) -> Schema:
    schema = _taken_value(field, serializer)
    is_record = isinstance(serializer, serializers.ModelSerializer)
    if isinstance(field, serializers.CharField):
        optional = is_record and field.allow_blank
        return {**schema, "type": ["string", "null"]} if optional else schema
    if is_record and (field.allow_null or not field.required):
        return {"anyOf": [schema, NULL, {"const": ""}]}
    if isinstance(field, LinkField) and field.allow_null:
        return {"anyOf": [schema, NULL, {"const": ""}]}
    return or_null(schema) if field.allow_null else schema


def _taken_value(field: serializers.Field, serializer: serializers.Serializer) -> Schema:
    match field:
        case EmailField():
            # no format: an empty one is taken where the field is optional
            return _text(field) if field.allow_blank else {**_text(field), "format": "email"}
        case serializers.CharField():
            return _text(field)
        case serializers.ChoiceField():
            return {"type": "string", "enum": list(field.choices)}
        case LinkField():
            return UUID_TEXT
        case IntegerField():
            bounds = {"minimum": field.min_value, "maximum": field.max_value}
            known = {name: value for name, value in bounds.items() if value is not None}
            return {"anyOf": [{"type": "integer", **known}, {"type": "string", "maxLength": 1000}]}
        case MoneyField():
            largest = 10 ** (field.max_digits - field.decimal_places) - 1
            amount: Schema = {"type": "number", "maximum": largest, "minimum": -largest}
            if field.min_value is not None:
                amount["minimum"] = int(field.min_value)
            return {"anyOf": [amount, {"type": "string", "maxLength": 1000}]}
        case BooleanField():
            return {"anyOf": [{"type": "boolean"}, {"enum": ["true", "false", "True", "False"]}]}
        case MomentField():
            return {"type": "string", "description": "ISO 8601, or a plain date."}
        case serializers.UUIDField():
            return UUID_TEXT
        case JSONValueField():
            return field.schema
        case serializers.JSONField():
            return serializer.Meta.model._meta.get_field(field.source).schema  # type: ignore[attr-defined]
    raise TypeError(f"No schema for {field!r}")


def _text(field: serializers.CharField) -> Schema:
    schema: Schema = {"type": "string"}
    if field.max_length:
        schema["maxLength"] = field.max_length
    if not field.allow_blank:
        schema["minLength"] = 1
    if one_line in field.validators:
        schema["pattern"] = ONE_LINE.pattern.replace(r"\Z", "$")
    if field.write_only:
        schema["writeOnly"] = True
    return schema


# -- envelopes -----------------------------------------------------------------------------

PAGINATION = obj(
    {
        "total": or_null(COUNT),
        "page": COUNT,
        "pages": or_null(COUNT),
        "limit": COUNT,
    }
)
CURSOR_PAGINATION = obj({"limit": COUNT, "next_cursor": or_null(TEXT)})
ERROR = obj(
    {
        "success": {"const": False},
        "message": TEXT,
        "code": TEXT,
        "errors": {"type": "object", "additionalProperties": array(TEXT)},
        "current": {"type": "object", "description": "What is stored, where a move met another."},
        "request_id": TEXT,
    },
    optional=("errors", "current"),
)
HISTORY_ROW = obj(
    {
        "id": UUID_TEXT,
        "event": TEXT,
        "at": MOMENT,
        "actor": or_null(PERSON),
        "via": TEXT,
        "request_id": TEXT,
        "change_set": or_null(UUID_TEXT),
        "changes": array(obj({"field": TEXT, "old": {}, "new": {}})),
    }
)
TIMELINE_ROW = obj(
    {"kind": TEXT, "id": UUID_TEXT, "at": MOMENT, "title": TEXT, "user": or_null(PERSON)}
)
VERDICT = obj({"allowed": {"type": "boolean"}, "reason": TEXT})
ACCESS = obj({"user": PERSON, "view": VERDICT, "change": VERDICT, "delete": VERDICT})


def success(data: Schema | None = None, *, message: bool = False, **more: Schema) -> Schema:
    """Return the envelope of success around ``data``; ``message`` says that one always comes."""
    properties: Schema = {"success": {"const": True}}
    if data is not None:
        properties["data"] = data
    properties["message"] = TEXT
    optional = () if message else ("message",)
    if data is not None:
        properties["warnings"] = {**array(TEXT), "description": "Done, but look at this."}
        optional = (*optional, "warnings")
    return obj({**properties, **more}, optional=optional)


def overview(entity: Entity) -> Schema:
    """Return the schema of the counts by choice field."""
    properties: Schema = {"total": COUNT}
    for column in entity.choice_columns():
        name = "by" + "".join(part.capitalize() for part in column.name.split("_"))
        properties[name] = array(obj({column.name: TEXT, "count": COUNT}))
    return obj(properties)
