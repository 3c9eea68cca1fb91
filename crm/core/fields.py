"""The vocabulary that the entities' fields are written in.

Text is ``''`` when empty and never null, everything else is null; a link is ``PROTECT``
and empty unless said otherwise (entities.md, "Every entity").
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .shapecheck import KILOBYTE, NUMBER_TEXT, NUMBER_TYPES, ShapeValidator, with_numbers

LARGEST_INTEGER = 2_147_483_647  # what a PostgreSQL integer holds; SQLite would take more


ONE_LINE = re.compile(r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*\Z")


def one_line(value: str) -> None:
    """Refuse line breaks and control characters: they would forge a header, a log or a list."""
    if not ONE_LINE.match(value):
        raise ValidationError(
            _("This must be one line, without line breaks, tabs or control characters."),
            code="not_one_line",
        )


class _RequiredText:
    """Text that, where it is required, has to say something; plain columns to a database."""

    def validate(self: Any, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)  # type: ignore[misc]
        if not self.blank and isinstance(value, str) and not value.strip():
            raise ValidationError(self.error_messages["blank"], code="blank")

    def deconstruct(self: Any) -> Any:
        name, _path, args, options = super().deconstruct()  # type: ignore[misc]
        return name, f"django.db.models.{self.get_internal_type()}", args, options


class LineField(_RequiredText, models.CharField):
    """One line of text."""

    default_validators = [one_line]  # noqa: RUF012


class ProseField(_RequiredText, models.TextField):
    """Text of many lines."""


def string(length: int = 255, *, required: bool = False, **options: Any) -> LineField:
    """One line of text, up to ``length`` characters."""
    return LineField(max_length=length, **_text_options(required, options))


def text(*, required: bool = False, **options: Any) -> ProseField:
    """Text of any length and number of lines."""
    return ProseField(**_text_options(required, options))


def _text_options(required: bool, options: dict) -> dict:
    return {"blank": not required, **({} if required else {"default": ""}), **options}


def normal_email(address: str) -> str:
    """Return the form under which an address is stored and compared (NFKC, case-folded)."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


class LowerCaseEmailField(models.EmailField):
    """An e-mail address in its normal form."""

    # between quotes Django's rule lets some of what ends a line through
    default_validators = [*models.EmailField.default_validators, one_line]  # noqa: RUF012

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return normal_email(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return normal_email(value) if isinstance(value, str) else value


class DerivedField(models.CharField):
    """Text that follows from other fields of the row; bulk inserts keep it true as well."""

    def __init__(
        self, *args: Any, of: tuple[str, ...] = (), by: Callable[..., str] = str, **options: Any
    ):
        self.of, self.by = of, by
        super().__init__(*args, **options)

    def pre_save(self, instance: Any, add: bool) -> str:
        values = (getattr(instance, name) or "" for name in self.of)
        value = self.by(*values)[: self.max_length]
        setattr(instance, self.attname, value)
        return value

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options


def derived(*of: str, by: Callable[..., str]) -> DerivedField:
    """Text that the function ``by`` makes from the fields ``of``, to compare and find rows by."""
    return DerivedField(max_length=255, blank=True, default="", editable=False, of=of, by=by)


def email(*, required: bool = False, **options: Any) -> LowerCaseEmailField:
    """An e-mail address, stored in lower case."""
    return LowerCaseEmailField(**_text_options(required, options))


class ChoiceTextField(models.CharField):
    """One of a set of values, or one that records from elsewhere bring along."""

    @property
    def further_values(self) -> tuple[str, ...]:
        """The values that other systems' clients store there (setting ``CRM_FURTHER_VALUES``)."""
        known = import_string(settings.CRM_FURTHER_VALUES)
        return known(self.model.__name__, self.name)

    def validate(self, value: Any, model_instance: Any) -> None:
        if value not in self.further_values:
            super().validate(value, model_instance)

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options


def choice(choices: type[models.TextChoices], default: str | None = None, **options: Any):
    """One of a set of values. Without a default it is required."""
    if default is not None:
        options["default"] = default
    return ChoiceTextField(max_length=50, choices=choices, **options)


class NameField(models.CharField):
    """One of a set of names that is kept in the database; what belongs to it is checked there."""


def named(length: int, default: str, **options: Any) -> NameField:
    """A choice among names that the company itself defines, such as the stages of a pipeline."""
    return NameField(max_length=length, default=default, **options)


def money(default: int | None = None, *, minimum: int | None = 0, **options: Any):
    """An amount with two decimals in the record's currency; null where ``default`` is None."""
    empty = {"null": True, "blank": True} if default is None else {"default": default}
    empty.update(options)
    validators = [] if minimum is None else [MinValueValidator(minimum)]
    return models.DecimalField(max_digits=15, decimal_places=2, validators=validators, **empty)


def whole(
    default: int | None = None,
    *,
    minimum: int | None = 0,
    maximum: int = LARGEST_INTEGER,
    **options: Any,
) -> models.IntegerField:
    """A whole number within bounds; null where ``default`` is None."""
    empty = {"null": True, "blank": True} if default is None else {"default": default}
    lowest = -LARGEST_INTEGER if minimum is None else minimum
    validators = [MinValueValidator(lowest), MaxValueValidator(maximum)]
    return models.IntegerField(validators=validators, **empty, **options)


def moment(**options: Any) -> models.DateTimeField:
    """A point in time, null where not known."""
    return models.DateTimeField(null=True, blank=True, **options)


def link(to: Any, **options: Any) -> models.ForeignKey:
    """A link to one other record; the target can't be erased while it is linked."""
    return models.ForeignKey(
        to,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        **{"related_name": "+", **options},
    )


class ShapedJSONField(models.JSONField):
    """JSON of a declared shape. The one schema serves checking and OpenAPI alike."""

    def __init__(
        self,
        *args: Any,
        schema: dict | None = None,
        max_bytes: int = 64 * KILOBYTE,
        max_depth: int = 8,
        **options: Any,
    ):
        super().__init__(*args, **options)
        self.schema = schema or {}
        self.default_validators = [
            ShapeValidator(self.schema, max_bytes=max_bytes, max_depth=max_depth)
        ]

    def to_python(self, value: Any) -> Any:
        return with_numbers(super().to_python(value), self.schema)


def json_object(properties: dict | None = None, **options: Any) -> ShapedJSONField:
    """A JSON object, free of form but for ``properties``."""
    schema: dict[str, Any] = {"type": "object", "maxProperties": 200}
    if properties:
        schema["properties"] = properties
    return _shaped(schema, dict, options)


def json_list(items: dict, *, longest: int = 200, **options: Any) -> ShapedJSONField:
    """A JSON array whose elements follow the schema ``items``."""
    return _shaped({"type": "array", "items": items, "maxItems": longest}, list, options)


def _shaped(schema: dict, empty: Callable, options: dict) -> ShapedJSONField:
    return ShapedJSONField(schema=schema, blank=True, **{"default": empty, **options})


def number_or_text(*, maximum: float) -> dict:
    """A number inside JSON from zero on; written as text it is stored as a number all the same."""
    return {"type": NUMBER_TYPES, "minimum": 0, "maximum": maximum, "pattern": NUMBER_TEXT}


TAG = {"type": "string", "minLength": 1, "maxLength": 100}
EMAIL_ADDRESS = {"type": "string", "format": "email", "maxLength": 254}


def currency() -> models.CharField:
    """An ISO 4217 code in capitals."""
    return models.CharField(
        max_length=3,
        default="USD",
        validators=[
            RegexValidator(r"^[A-Z]{3}$", gettext_lazy("Three capital letters, such as EUR."))
        ],
    )
