"""The values by which a record of an app names a person."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from crm.core.fields import normal_email

from .spelling import any_of

#: so much of the end of an id is looked for: enough to be rare, and without hyphens in a UUID;
#: longer patterns cost PostgreSQL four times as much
LONGEST_SOUGHT = 6


class Identity:
    """Addresses in their normal form, and ids here and in the systems that people came from."""

    def __init__(self, addresses: Iterable[str], ids: Iterable[Any]):
        self.addresses = set(addresses)
        self.ids = {_id(str(one)) for one in ids} - {""}

    def named_in(self, value: Any) -> bool:
        """Whether one of them is a whole value or key anywhere in JSON, with blanks around or not.

        Addresses and UUIDs are known in capitals too, UUIDs without hyphens, and numbers by
        the ids that they are the digits of.
        """
        match value:
            case str():
                return self._is(value)
            case bool():
                return False
            case int() | float():
                return str(value).removesuffix(".0") in self.ids
            case list():
                return any(map(self.named_in, value))
            case dict():
                return any(map(self._is, value)) or any(map(self.named_in, value.values()))
        return False

    def _is(self, text: str) -> bool:
        return normal_email(text) in self.addresses or _id(text) in self.ids

    def named(self, rows: QuerySet, column: str, *, by: str = "pk") -> set[Any]:
        """Return ``by`` of the rows that name the person in a column of JSON; one look at each.

        The database looks for the words in the column's text, in one pass however many they
        are; whether they stand alone there is seen here.
        """
        words = sorted(self.addresses.union(one[-LONGEST_SOUGHT:] for one in self.ids))
        if not words:
            return set()
        rows = rows.alias(as_text=Cast(column, TextField()))
        found = rows.filter(as_text__iregex=any_of(words)).order_by()
        return {key for key, held in found.values_list(by, column) if self.named_in(held)}


def _id(text: str) -> str:
    """Return the one form in which an id is compared."""
    text = text.strip()
    if len(text) >= 32:  # the shortest form of a UUID
        with suppress(ValueError):
            return str(UUID(text))
    return text
