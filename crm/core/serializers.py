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
from .entity import ALIASES, Computed, Derived, Entity

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

    A client that was written for another system (``foreign`` in the context) is taken as it
    is: what we have no field for is kept in ``custom_fields``, what it can't set is ignored.
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
    #: what is answered beside the columns, made from them at reading
    computed: ClassVar[dict[str, Computed]] = {}
    #: figures over other records that a single record is answered with
    derived: ClassVar[Derived | None] = None

    @classmethod
    @cache
    def entity(cls) -> Entity:
        """Return the description that reading, filters and OpenAPI are made from."""
        names, guarded = tuple(cls.Meta.fields), cls.guarded_fields
        return Entity(cls.Meta.model, names, guarded, cls.computed, cls.derived)

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
        foreign = self.context.get("foreign", False)
        errors: dict[str, Any] = {} if foreign else self._changed_short_forms(data)
        short_forms = self._short_forms()
        data = {
            name: value
            for name, value in data.items()
            if not self._is_untouched(name, value)
            and (name not in short_forms or (foreign and not isinstance(value, dict)))
        }
        undeclared: dict[str, Any] = {}
        for name in list(data):
            field = self.fields.get(ALIASES.get(name, name))
            read_only = name in self._made_at_reading() or (field is not None and field.read_only)
            if foreign and (read_only or field is None):
                value = data.pop(name)
                if not (read_only or self._is_hidden(name)):
                    undeclared[name] = value
            elif read_only:
                errors[name] = ["This field is read-only."]
            elif field is None:
                errors[name] = ["There is no such field."]
        values: dict[str, Any] = {}
        try:
            values = super().to_internal_value(self._without_blanks(data))
        except serializers.ValidationError as error:
            errors = {**dict(error.detail), **errors}
        if errors:
            raise serializers.ValidationError(errors)
        if foreign and (undeclared or "custom_fields" in values):
            values["custom_fields"] = self._kept({**values.get("custom_fields", {}), **undeclared})
        return values

    def _is_hidden(self, name: str) -> bool:
        """Whether it is a column of the table that the wire doesn't know, such as a password."""
        told = {column.field for column in self.entity().columns.values()}
        return any(
            name in (field.name, field.attname)
            for field in self.Meta.model._meta.fields
            if field not in told
        )

    def _kept(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Return the stored custom values with those that were sent; null clears one."""
        stored = {} if self.instance is None else self.instance.custom_fields
        return {name: value for name, value in {**stored, **sent}.items() if value is not None}

    def _short_forms(self) -> dict[str, tuple[str, ...]]:
        """Return what stands beside the links in an answer, and the links that it shows."""
        entity = self.entity()
        shown = {name: (relation.column.name,) for name, relation in entity.relations.items()}
        if entity.is_linked:
            shown["related_to"] = ("related_to_type", "related_to_id")
        return {name: links for name, links in shown.items() if name not in self.fields}

    def _changed_short_forms(self, data: dict) -> dict[str, list[str]]:
        """Refuse short forms that point elsewhere: they are no way to change a link.

        One that shows the stored link, or the one that is sent beside it, is fine: clients
        send whole records back.
        """
        found = {}
        for name, links in self._short_forms().items():
            form = data.get(name)
            if form is None:
                continue
            keys = ("type", "id")[-len(links) :]
            shown = [form.get(key) for key in keys] if isinstance(form, dict) else None
            stored = [self._stored(link) for link in links]
            sent = [data.get(link, old) for link, old in zip(links, stored, strict=True)]
            if shown is None or not (_all_same(stored, shown) or _all_same(sent, shown)):
                writable = [n for n in links if n in self.fields and not self.fields[n].read_only]
                found[name] = [
                    f"This only shows the link. To change it, send {' and '.join(writable)}."
                    if writable
                    else "This field is read-only."
                ]
        return found

    def _made_at_reading(self) -> set[str]:
        return {*self.computed, *(self.derived.kinds if self.derived else ())}

    def _stored(self, name: str) -> Any:
        column = self.entity().column(name)
        return None if column is None else getattr(self.instance, column.path, None)

    def _is_untouched(self, name: str, value: Any) -> bool:
        """Whether a read-only value is as it is stored, and needs no look."""
        name = ALIASES.get(name, name)
        if name in self._made_at_reading():
            return self.instance is not None or value in (None, "")
        if self.entity().column(name) is None or name not in self.fields:
            return False
        if not self.fields[name].read_only:
            return False
        if self.instance is None:
            return value in (None, "", [], {}) or self._is_default(name, value)
        return same(self._stored(name), value)

    def _is_default(self, name: str, value: Any) -> bool:
        """Whether a read-only value is what a new record has anyway."""
        column = self.entity().column(name)
        if column is None:
            return False
        field = column.field
        return field.has_default() and same(field.get_default(), value)

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


def same(stored: Any, sent: Any) -> bool:
    """Whether a value came back as it was sent out."""
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


def _all_same(stored: list[Any], shown: list[Any]) -> bool:
    pairs = zip(stored, shown, strict=True)
    return all(a is not None and isinstance(b, str) and str(a) == b.lower() for a, b in pairs)
