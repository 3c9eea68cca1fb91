"""The way in: what a body may say, checked field by field, and handed to the verbs."""

from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from django.db import models
from django.utils.dateparse import parse_datetime
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.validators import UniqueTogetherValidator, UniqueValidator

from . import records
from .bodyfields import (
    BooleanField,
    ChoiceField,
    EmailField,
    IdField,
    IntegerField,
    LinkField,
    MomentField,
    MoneyField,
    TextField,
)
from .entity import ALIASES, Entity

#: what every entity's answer begins and ends with
RECORD_FIELDS = (
    "custom_fields",
    "external_id",
    "revision",
    "created_by",
    "created_at",
    "updated_at",
)


class RecordSerializer(serializers.ModelSerializer):
    """Checks a body against the model's own field declarations.

    ``Meta.fields`` names what the wire knows; everything else of a field stands on the
    model. Reading doesn't happen here but in :mod:`crm.core.reading`.
    """

    serializer_related_field = LinkField
    serializer_choice_field = ChoiceField
    serializer_field_mapping = {  # noqa: RUF012
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: TextField,
        models.TextField: TextField,
        models.EmailField: EmailField,
        models.IntegerField: IntegerField,
        models.PositiveIntegerField: IntegerField,
        models.DecimalField: MoneyField,
        models.BooleanField: BooleanField,
        models.DateTimeField: MomentField,
        models.UUIDField: IdField,
    }
    #: fields that only holders of a permission may see, ``{name: permission}``
    guarded_fields: ClassVar[dict[str, str]] = {}

    @classmethod
    @cache
    def entity(cls) -> Entity:
        """Return the description that reading, filters and OpenAPI are made from."""
        return Entity(cls.Meta.model, tuple(cls.Meta.fields), cls.guarded_fields)

    def build_field(self, field_name, info, model_class, nested_depth):
        link = field_name.removesuffix("_id")
        if link != field_name and link in info.forward_relations:
            field_class, options = super().build_field(link, info, model_class, 0)
            return field_class, {**options, "source": link}
        return super().build_field(field_name, info, model_class, nested_depth)

    def build_standard_field(self, field_name, model_field):
        field_class, options = super().build_standard_field(field_name, model_field)
        # the database refuses taken values itself, without a query for each
        options["validators"] = [
            validator
            for validator in options.get("validators", ())
            if not isinstance(validator, UniqueValidator)
        ]
        if model_field.default is not models.NOT_PROVIDED and not options.get("read_only"):
            options["required"] = False
        return field_class, options

    def get_unique_together_validators(self):
        return [
            validator
            for validator in super().get_unique_together_validators()
            if not isinstance(validator, UniqueTogetherValidator)
        ]

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError({"body": ["Send a JSON object."]})
        data = {key: value for key, value in data.items() if not self._is_untouched(key, value)}
        unknown = {name: ["There is no such field."] for name in data if name not in self.fields}
        read_only = {
            name: ["This field is read-only."]
            for name, field in self.fields.items()
            if field.read_only and name in data
        }
        errors: dict[str, Any] = {**unknown, **read_only}
        values: dict[str, Any] = {}
        try:
            values = super().to_internal_value(self._without_blanks(data))
        except serializers.ValidationError as error:
            errors = {**dict(error.detail), **errors}
        if errors:
            raise serializers.ValidationError(errors)
        return values

    def _is_untouched(self, name: str, value: Any) -> bool:
        """Whether a name needs no look: a read-only value that is as stored, or a short form."""
        entity = self.entity()
        name = ALIASES.get(name, name)
        column = entity.column(name)
        if name in entity.relations and name not in self.fields:
            return self.instance is not None
        if name == "related_to":
            return entity.is_linked and self.instance is not None
        if column is None or name not in self.fields or not self.fields[name].read_only:
            return False
        if self.instance is None:
            return value in (None, "", [], {})
        stored = getattr(self.instance, column.path)
        return _same(stored, value)

    def _without_blanks(self, data: dict) -> dict:
        """Read null text as empty, and '' for anything but text as no value."""
        clean = {}
        for name, value in data.items():
            field = self.fields.get(name)
            if isinstance(field, TextField | EmailField):
                clean[name] = "" if value is None else value
            elif field is not None and value in ("", None) and not isinstance(value, bool | int):
                missing = self._no_value(field)
                if missing is not empty:
                    clean[name] = missing
                elif (
                    field.required
                    and self.instance is None
                    or self.instance is not None
                    and not field.allow_null
                ):
                    clean[name] = None
            else:
                clean[name] = value
        return clean

    def _no_value(self, field: serializers.Field) -> Any:
        """Return null, or what the model starts with where null is not possible."""
        if field.allow_null:
            return None
        model_field = self.Meta.model._meta.get_field(field.source)
        if not model_field.has_default():
            return empty
        default = model_field.get_default()
        return default.isoformat() if isinstance(default, datetime) else default

    def create(self, validated_data: dict[str, Any]) -> Any:
        create = self.context.get("create", records.create)
        return create(self.Meta.model(**validated_data), by=self.context["request"].user)

    def update(self, instance: Any, validated_data: dict[str, Any]) -> Any:
        return records.change(
            instance,
            validated_data,
            by=self.context["request"].user,
            if_revision=self.context.get("if_revision"),
        )


def _same(stored: Any, sent: Any) -> bool:
    """Whether a read-only value came back as it was sent out."""
    if isinstance(stored, datetime) and isinstance(sent, str):
        try:
            return parse_datetime(sent) == stored
        except ValueError:
            return False
    if stored is None or isinstance(stored, bool | list | dict):
        return stored == sent or (stored is None and sent == "")
    if isinstance(sent, int | float) and not isinstance(sent, bool):
        try:
            return float(stored) == sent
        except (TypeError, ValueError):
            return False
    return str(stored) == str(sent)
