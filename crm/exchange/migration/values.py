"""One value of theirs as a field of ours keeps it. What can't be that is refused in words."""

import json
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from crm.core.fields import LineField, ShapedJSONField
from crm.core.jsonrows import with_floats
from crm.core.money import exact
from crm.core.periods import bounded
from crm.core.plain import is_number, is_too_deep

YES, NO = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})
CENTS = Decimal("0.01")
LONGEST_SHOWN = 60


class BadValue(Exception):
    """This value is none of the field's kind."""


def is_empty(value: Any) -> bool:
    """Whether there is nothing in a cell."""
    return value is None or (isinstance(value, str) and not value.strip())


def converted(field: models.Field, value: Any, *, zone: tzinfo = UTC) -> Any:
    """Return a value as the field keeps it; None for no value. Raises :class:`BadValue`.

    ``zone`` is where the days of dates without a time begin.
    """
    if is_empty(value):
        return _nothing(field)
    match field:
        case ShapedJSONField():
            return _shaped(field, value)
        case models.DecimalField():
            return rounded(number(value))
        case models.BooleanField():
            return flag(value)
        case models.DateTimeField():
            return moment(value, zone=zone)
        case models.IntegerField() | models.PositiveIntegerField():
            return _whole(value)
        case models.EmailField():
            return field.to_python(text(value))
        case LineField():
            return text(value).strip()
    return text(value)


def _nothing(field: models.Field) -> Any:
    """Return what stands for no value: the default where null can't be stored."""
    if field.null:
        return None
    if field.has_default():
        return field.get_default()
    return "" if isinstance(field, models.CharField | models.TextField) else None


def text(value: Any) -> str:
    """Return text, of numbers as they were written."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | Decimal() | float():
            return str(value)
    return json.dumps(with_floats(value), ensure_ascii=False)


def number(value: Any) -> Decimal:
    """Return the exact number that a value is. Raises :class:`BadValue`."""
    if isinstance(value, str) and not is_number(value):
        raise BadValue(_("'%(value)s' is no number.") % {"value": value[:LONGEST_SHOWN]})
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise BadValue(_("This is no number."))
    try:
        return exact(value.strip() if isinstance(value, str) else value)
    except (InvalidOperation, ValueError, ValidationError) as error:
        raise BadValue(_("This number is out of range.")) from error


def rounded(value: Decimal) -> Decimal:
    """Return an amount to the cent, as it is stored."""
    try:
        return value.quantize(CENTS, rounding="ROUND_HALF_UP") + Decimal("0.00")
    except InvalidOperation as error:
        raise BadValue(_("This number is out of range.")) from error


def _whole(value: Any) -> int:
    found = number(value)
    if found != found.to_integral_value() or abs(found) > 2**63:
        raise BadValue(_("'%(value)s' is no whole number.") % {"value": text(value)[:60]})
    return int(found)


def flag(value: Any) -> bool:
    """Return yes or no. Raises :class:`BadValue`."""
    said = text(value).strip().lower()
    if said in YES:
        return True
    if said in NO:
        return False
    raise BadValue(_("'%(value)s' is neither true nor false.") % {"value": said[:LONGEST_SHOWN]})


def moment(value: Any, *, zone: tzinfo = UTC) -> datetime:
    """Return a point in time: without a zone it is in UTC, a date alone is a day in ``zone``.

    Raises :class:`BadValue`.
    """
    said = text(value).strip()
    try:
        day = parse_date(said)
        found = datetime(day.year, day.month, day.day, tzinfo=zone) if day else parse_datetime(said)
        if found is not None:
            return bounded(found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadValue(_("'%(value)s' is no date.") % {"value": said[:LONGEST_SHOWN]})


def unpacked(value: Any) -> Any:
    """Return the list or object that a cell holds as JSON text, or the cell as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            found = json.loads(value, parse_float=Decimal)
        except (ValueError, RecursionError):
            return value
        return value if is_too_deep(found) else found
    return value


def _shaped(field: ShapedJSONField, value: Any) -> Any:
    """Return JSON of the field's form; one value stands for a list with nothing else."""
    found = with_floats(unpacked(value))
    if field.schema.get("type") != "array":
        return field.to_python(found) if isinstance(found, dict) else _no_object()
    if isinstance(found, str):
        found = [piece.strip() for piece in found.split(",") if piece.strip()]
    elif not isinstance(found, list):
        found = [found]
    wanted = field.schema.get("items", {})
    if wanted.get("required") == ["email"]:  # people, often by nothing but their address
        found = [{"email": item} if isinstance(item, str) else item for item in found]
    return field.to_python(found)


def _no_object() -> Any:
    raise BadValue(_("This is no object."))
