"""How what people wrote is taken out of a row as a whole, and how a row is written anew."""

from typing import Any

from django.db import models
from django.db.models import Q

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


def fit(field: Any, value: Any, row: models.Model) -> Any:
    """Return what is left of a value as its column takes it.

    Where no two rows may share it, it is left out of that rule if the rule leaves out empty
    text, and else ends in the id of its row: the next person leaves the same words behind.
    """
    address = isinstance(field, models.EmailField)
    rules = [rule for rule in _unique_rules(field.model) if field.name in rule.fields]
    if field.unique or not all(_leaves_out_empty(rule, field.name) for rule in rules):
        if address:
            return f"{row.pk}@erased.invalid"
        return f"{value[: field.max_length - len(str(row.pk)) - 1]} {row.pk}"
    if address or rules:
        return ""
    if isinstance(field, models.CharField):
        return value[: field.max_length]
    return value


def _unique_rules(model: type[models.Model]) -> list[models.UniqueConstraint]:
    rules = model._meta.constraints
    return [rule for rule in rules if isinstance(rule, models.UniqueConstraint)]


def _leaves_out_empty(rule: models.UniqueConstraint, name: str) -> bool:
    return rule.condition is not None and ~Q(**{name: ""}) in rule.condition.children
