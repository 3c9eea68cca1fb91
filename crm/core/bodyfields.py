"""The fields of a body: stricter than the framework's where a guess would be a mistake."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from .fields import KILOBYTE, ShapeValidator
from .periods import bounded
from .plain import is_number
from .wording import noun
from .written import identifier

MISSING = _("A value is missing.")
NOT_TEXT = _("Write this as text.")
OUT_OF_RANGE = _("This number is out of range.")
LONGEST_SHOWN = 60  # characters of a wrong value that a refusal repeats


class LinkField(serializers.RelatedField):
    """A link by id. A new one may only point at a live row that its author can see.

    The stored link stays valid as it is, since clients send whole records back.
    """

    default_error_messages: ClassVar[dict] = {
        "does_not_exist": _("There is no {entity} with this id."),
        "not_an_id": _("This is not an id."),
    }

    def to_internal_value(self, data: Any) -> Any:
        try:
            key = identifier(data) if isinstance(data, str) else self.fail("not_an_id")
        except ValueError:
            self.fail("not_an_id")
        stored = self.parent.instance
        if stored is not None and getattr(stored, f"{self.source}_id", None) == key:
            return getattr(stored, self.source)
        rows = self.queryset.model.objects.filter(pk=key)
        user = self.context["request"].user
        shown_to_all = self.queryset.model._meta.label == "accounts.User"
        found = (rows if shown_to_all else rows.visible_to(user)).first()
        if found is None:
            self.fail("does_not_exist", entity=noun(self.queryset.model))
        return found

    def to_representation(self, value: Any) -> str:
        return str(value.pk)

    def use_pk_only_optimization(self) -> bool:
        return True

    def get_choices(self, cutoff=None):
        return {}


class IdField(serializers.UUIDField):
    """An id, as text."""

    default_error_messages: ClassVar[dict] = {"invalid": _("This is not an id.")}

    def to_internal_value(self, data: Any) -> UUID:
        try:
            return identifier(data) if isinstance(data, str) else self.fail("invalid")
        except ValueError:
            self.fail("invalid")


class TextField(serializers.CharField):
    """Text as it was written: not trimmed, not made from numbers, empty for null.

    Where it is required, blanks are no text.
    """

    default_error_messages: ClassVar[dict] = {"invalid": NOT_TEXT, "blank": MISSING}

    def __init__(self, **options: Any):
        options.setdefault("trim_whitespace", False)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if not self.allow_blank and not data.strip():
            self.fail("blank")
        return super().to_internal_value(data)


class ChoiceField(serializers.ChoiceField):
    """One of a set of texts; the refusal names them."""

    default_error_messages: ClassVar[dict] = {
        "invalid": NOT_TEXT,
        "invalid_choice": _("'{input}' is not one of: {allowed}."),
        "null": MISSING,
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if data not in self.choices and not self._is_known_elsewhere(data):
            allowed = ", ".join(str(value) for value in self.choices if value != "")
            self.fail("invalid_choice", input=data[:LONGEST_SHOWN], allowed=allowed)
        return data

    def _is_known_elsewhere(self, data: str) -> bool:
        """Whether it is empty, stored already, or a value of another system's client."""
        if data == "":
            return self.allow_blank
        meta = getattr(self.parent, "Meta", None)  # a body that is no record has none
        if meta is None:
            return False
        model_field = meta.model._meta.get_field(self.source)
        if data not in getattr(model_field, "further_values", ()):
            return False
        stored = getattr(self.parent.instance, self.source, None)
        return self.context.get("foreign", False) or data == stored


class EmailField(serializers.EmailField):
    """An address in its normal form."""

    default_error_messages: ClassVar[dict] = {"invalid": NOT_TEXT, "blank": MISSING}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data).lower()


class IntegerField(serializers.IntegerField):
    """A whole number; ``true`` is none."""

    default_error_messages: ClassVar[dict] = {
        "invalid": _("Write a whole number."),
        "max_string_length": OUT_OF_RANGE,
        "null": MISSING,
    }

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or (isinstance(data, str) and not is_number(data)):
            self.fail("invalid")
        return super().to_internal_value(data)


class MoneyField(serializers.DecimalField):
    """An amount as a JSON number or text."""

    default_error_messages: ClassVar[dict] = {
        "invalid": _("Write a number."),
        "max_string_length": OUT_OF_RANGE,
        "null": MISSING,
    }

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | float | str):
            self.fail("invalid")
        if isinstance(data, str) and not is_number(data):
            self.fail("invalid")
        return super().to_internal_value(data)


class BooleanField(serializers.BooleanField):
    """``true`` or ``false``."""

    default_error_messages: ClassVar[dict] = {"invalid": _("Write true or false."), "null": MISSING}
    TRUE_VALUES: ClassVar[set] = {True, "true", "True"}
    FALSE_VALUES: ClassVar[set] = {False, "false", "False"}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool | str):
            self.fail("invalid", input=data)
        return super().to_internal_value(data)


class JSONValueField(serializers.JSONField):
    """A JSON value of a declared shape, in a body that is no record."""

    def __init__(self, schema: dict[str, Any], **options: Any):
        super().__init__(**options)
        self.schema = schema
        self.validators.append(ShapeValidator(schema, max_bytes=64 * KILOBYTE, max_depth=8))


class MomentField(serializers.DateTimeField):
    """A point in time in ISO 8601; a date alone is its midnight, without zone the user's."""

    default_error_messages: ClassVar[dict] = {
        "invalid": _("Write a date or a time, such as 2026-03-31 or 2026-03-31T14:00:00Z."),
        "null": MISSING,
    }

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str):
            self.fail("invalid")
        try:
            day = parse_date(value)
            moment = datetime(day.year, day.month, day.day) if day else parse_datetime(value)
        except ValueError:
            moment = None
        if moment is None:
            self.fail("invalid")
        if timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        try:
            return bounded(moment)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error
