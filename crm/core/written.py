"""Values of columns, read from how they are written in an address."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from .entity import Column
from .fields import LowerCaseEmailField, normal_email
from .plain import flaw_of_text, is_number

LONGEST_VALUE = 1000
WHOLE = re.compile(r"^-?\d{1,18}\Z", re.ASCII)


def sound_text(value: str) -> str:
    """Return text that may reach the database. Raises ``ValueError``."""
    if reason := flaw_of_text(value):
        raise ValueError(reason)
    if len(value) > LONGEST_VALUE:
        raise ValueError(_("Longer than %(most)s characters.") % {"most": LONGEST_VALUE})
    return value


def yes_or_no(value: str) -> bool:
    """Read ``true`` or ``false``. Raises ``ValueError``."""
    match value.lower():
        case "true" | "1":
            return True
        case "false" | "0":
            return False
    raise ValueError(_("Write true or false."))


def parse(column: Column, text: str) -> Any:
    """Return the value that ``text`` means for a column. Raises ``ValueError``."""
    if column.kind == "text":
        sound_text(text)
        if isinstance(column.field, LowerCaseEmailField):
            return normal_email(text)
        if column.choices and text not in (*column.choices, *column.further_choices):
            raise ValueError(
                _("'%(text)s' is not one of: %(allowed)s.")
                % {"text": text, "allowed": ", ".join(column.choices)}
            )
        return text
    return PARSERS[column.kind](text)


def _integer(text: str) -> int:
    if not WHOLE.match(text):
        raise ValueError(_("'%(text)s' is not a whole number.") % {"text": text[:40]})
    return int(text)


def _amount(text: str) -> Decimal:
    if not is_number(text):
        raise ValueError(_("'%(text)s' is not a number.") % {"text": text[:40]})
    value = Decimal(text)
    if abs(value) >= Decimal(10) ** 15:
        raise ValueError(_("This number is out of range."))
    return value.quantize(Decimal("0.000001"))


def identifier(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ValueError(_("'%(text)s' is not an id.") % {"text": text[:40]}) from error


PARSERS: dict[str, Callable[[str], Any]] = {
    "integer": _integer,
    "money": _amount,
    "boolean": yes_or_no,
    "id": identifier,
}
