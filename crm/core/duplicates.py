"""Records that are likely to be about the same person or company (behaviours.md G8).

A model declares in ``duplicate_keys`` by which columns it is compared, and in
``duplicate_kinds`` with which kinds of record. Nothing here knows the name of an entity.
"""

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.apps import apps
from django.db import transaction
from django.db.models import Case, CharField, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from . import records
from .bases import Record
from .errors import Conflict
from .fields import DerivedField
from .links import label_of
from .locks import hold
from .wording import field_word

R = TypeVar("R", bound=Record)

MOST_TOLD = 5
#: what records are compared by, and how much it says
WEIGHTS = {"email": 8, "domain": 4, "phone": 2, "name": 1}


def find(record: Record, *, by: Any) -> list[dict[str, Any]]:
    """Return the likely duplicates of ``record`` that ``by`` can see, the likeliest first.

    Each is ``{id, type, label, reasons}``. One query, whatever is found.
    """
    values = keys_of(record)
    parts = [
        part
        for kind in record.duplicate_kinds
        if (part := _alike(apps.get_model("crm", kind), record, values, by)) is not None
    ]
    if not parts:
        return []
    first, *others = parts
    rows = (first.union(*others, all=True) if others else first).order_by("-likeness", "pk")
    return [
        {
            "id": pk,
            "type": kind,
            "label": label.strip(),
            "reasons": [name for name, weight in WEIGHTS.items() if likeness & weight],
        }
        for kind, pk, label, likeness in rows[:MOST_TOLD]
    ]


@transaction.atomic
def create_unlike(record: R, *, by: Any, create: Callable[..., R] = records.create) -> R:
    """Store a new record unless there is one like it. Raises :class:`Conflict` naming those.

    Of two alike that arrive at once the second is refused.
    """
    names = {
        f"duplicate:{name}:{value}" for name, found in keys_of(record).items() for value in found
    }
    hold(*names)
    if found := find(record, by=by):
        told = "; ".join(
            _("%(type)s %(label)s (%(id)s) by %(reasons)s")
            % {
                "type": field_word(twin["type"]),
                "label": twin["label"],
                "id": twin["id"],
                "reasons": _(" and ").join(map(field_word, twin["reasons"])),
            }
            for twin in found
        )
        raise Conflict(_("There is something like this already: %(told)s.") % {"told": told})
    return create(record, by=by)


def keys_of(record: Record) -> dict[str, set[str]]:
    """Return the values that a record is compared by."""
    for field in record._meta.concrete_fields:
        if isinstance(field, DerivedField):
            field.pre_save(record, add=False)
    found = {
        name: {getattr(record, column) for column in columns} - {""}
        for name, columns in record.duplicate_keys.items()
    }
    return {name: values for name, values in found.items() if values}


def _alike(
    model: type[Record], record: Record, values: dict[str, set[str]], by: Any
) -> QuerySet | None:
    """Return the rows of a model that share a value, with the sum of what each says."""
    matches = {
        name: reduce(or_, (Q(**{f"{column}__in": found}) for column in model.duplicate_keys[name]))
        for name, found in values.items()
        if name in model.duplicate_keys
    }
    if not matches:
        return None
    rows = model.objects.all() if by is None else model.objects.visible_to(by)
    if type(record) is model:
        rows = rows.exclude(pk=record.pk)
    likeness: Any = Value(0, IntegerField())
    for name, match in matches.items():
        likeness = likeness + Case(
            When(match, then=Value(WEIGHTS[name])), default=Value(0), output_field=IntegerField()
        )
    return (
        rows.filter(reduce(or_, matches.values()))
        .order_by()
        .annotate(likeness=likeness)
        .values_list(Value(model._meta.model_name, CharField()), "pk", label_of(model), "likeness")
    )
