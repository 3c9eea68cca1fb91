"""Several records written at once: all of them, or none.

Every body is checked before the first is stored. A refusal names the record by its place,
as ``[3].email``.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core import exceptions
from django.db import transaction
from rest_framework.exceptions import ValidationError

#: what one serializer checks and stores
Bodies = Iterable[tuple[Any, dict[str, Any]]]


@transaction.atomic
def write_all(serializer_for: Callable[..., Any], bodies: Bodies) -> list[Any]:
    """Store records by ``(instance or None, body)`` and return them in the same order.

    ``serializer_for`` makes the serializer of one. Raises ``ValidationError`` with the
    refusals of every record, and what the operations raise.
    """
    serializers = [
        serializer_for(instance, data=body, partial=instance is not None)
        for instance, body in bodies
    ]
    errors: dict[str, Any] = {}
    for place, serializer in enumerate(serializers):
        if not serializer.is_valid():
            errors |= placed(place, serializer.errors)
    if errors:
        raise ValidationError(errors)
    return [_saved(place, serializer) for place, serializer in enumerate(serializers)]


def _saved(place: int, serializer: Any) -> Any:
    try:
        return serializer.save()
    except exceptions.ValidationError as error:
        messages = error.message_dict if hasattr(error, "error_dict") else {"body": error.messages}
        raise ValidationError(placed(place, messages)) from error
    except ValidationError as error:
        detail = error.detail if isinstance(error.detail, dict) else {"body": error.detail}
        raise ValidationError(placed(place, detail)) from error


def placed(place: int, errors: Any) -> dict[str, Any]:
    """Return refusals under the place of their record."""
    return {f"[{place}].{name}": reasons for name, reasons in dict(errors).items()}


def only_objects(value: Any, *, most: int) -> Sequence[dict[str, Any]]:
    """Return a list of JSON objects. Raises ``ValidationError`` for anything else."""
    if not isinstance(value, list):
        raise ValidationError({"body": ["Send a list of records."]})
    if len(value) > most:
        raise ValidationError({"body": [f"Send at most {most} records at once."]})
    wrong = [place for place, item in enumerate(value) if not isinstance(item, dict)]
    if wrong:
        raise ValidationError({f"[{wrong[0]}]": ["Each record is a JSON object."]})
    return value
