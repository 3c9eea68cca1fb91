"""How what people wrote is taken out of a row, as a whole or word by word."""

import json
import re
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from crm.core import events, records
from crm.core.bases import Record
from crm.core.fields import DerivedField, NameField

ERASED = "(erased)"
#: what a person is called from then on
NAMES = {
    "contact": {"first_name": "Erased", "last_name": "person"},
    "lead": {"first_name": "Erased", "last_name": "person"},
    "customer": {"name": "Erased person"},
}
#: text that says nothing about the person; everything else that somebody typed goes
KEPT: dict[str, set[str]] = {
    "email": {"from_email", "to_email", "cc", "bcc", "attachments", "template_id"},
    "meeting": {"attendees", "recurrence"},  # the others stay invited
    "task": {"recurrence"},
    "ticket": {"category"},
}
#: text that the system wrote and that goes all the same
ALSO: dict[str, set[str]] = {"email": {"error", "calendar"}, "contact": {"opted_out_source"}}
LEAST_DIGITS = 7


def blanks_of(model: type[models.Model]) -> dict[str, Any]:
    """Return the values that a row of this kind has when nothing personal is left in it."""
    kind = str(model._meta.model_name)
    kept, also = KEPT.get(kind, set()), ALSO.get(kind, set())
    fields = [field for field in text_fields(model) if field.name not in kept]
    found = {f.name: _blank(f) for f in fields if (f.editable and not f.unique) or f.name in also}
    return {**found, **NAMES.get(kind, {})}


def text_fields(model: type[models.Model]) -> list[Any]:
    """Return the columns that hold text or JSON of any wording."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not isinstance(field, DerivedField | NameField)
        and not (field.primary_key or field.choices or field.name == "search_text")
    ]


def _blank(field: Any) -> Any:
    if isinstance(field, models.JSONField):
        return field.get_default()
    if isinstance(field, models.EmailField) or field.blank:
        return ""
    return ERASED


def rewrite(row: Any, values: dict[str, Any], *, by: Any) -> bool:
    """Store those of the values that are new, and of a record that this was done.

    Whether there was anything to do. Past the checks: an erased row needn't be a valid one.
    """
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return False
    if isinstance(row, Record):
        records.write(row, changed)
        events.record("erased", row, by=by)
        return True
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    return True


class Mentions:
    """What a person is called, to be found and taken out of text.

    Numbers are known however they are punctuated; words only as a whole, so that
    ``ida@example.com`` is not found in ``frida@example.com``.
    """

    def __init__(self, words: Iterable[str], numbers: Iterable[str] = ()):
        self.words = sorted({word.strip() for word in words if word.strip()}, key=len, reverse=True)
        parts = [rf"(?<![\w.+@-]){re.escape(word)}(?![\w-]|\.\w)" for word in self.words]
        for number in numbers:
            digits = re.sub(r"\D", "", number)
            if len(digits) >= LEAST_DIGITS:
                parts.append(r"(?<!\d)\+?\(?" + r"[\s()./-]*".join(digits) + r"(?!\d)")
        self._pattern = re.compile("|".join(parts), re.IGNORECASE) if parts else None

    def without(self, value: Any, *, keys: bool = True) -> Any:
        """Return text or JSON with every mention replaced, in keys too unless they shall stay."""
        match value:
            case str() if self._pattern:
                return self._pattern.sub(ERASED, value)
            case list():
                return [self.without(item, keys=keys) for item in value]
            case dict():
                return {
                    self.without(key) if keys else key: self.without(item, keys=keys)
                    for key, item in value.items()
                }
        return value

    def taken_out(self, row: models.Model) -> dict[str, Any]:
        """Return the columns of a row that mention the person, as they shall be."""
        found = {}
        for field in text_fields(type(row)):
            before = getattr(row, field.name)
            after = self.without(before)
            if after == before:
                continue
            if isinstance(field, models.EmailField):
                after = ""
            if isinstance(field, models.CharField):
                after = after[: field.max_length]
            found[field.name] = after
        return found

    def rows(self, model: Any) -> QuerySet:
        """Return the rows of a table that may mention one of the words: one look at each row."""
        rows = getattr(model, "all_objects", model._base_manager).all()
        found = Q(pk__in=[])
        for field in text_fields(model):
            name = field.name
            if isinstance(field, models.JSONField):
                name = f"{name}_as_text"
                rows = rows.alias(**{name: Cast(field.name, TextField())})
            for word in self.words:
                found |= Q(**{f"{name}__icontains": word})
                if (escaped := json.dumps(word)[1:-1]) != word:  # as SQLite keeps JSON
                    found |= Q(**{f"{name}__icontains": escaped})
        return rows.filter(found)
