"""Typed links: a record that is about another one."""

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext as _

from .bases import Record
from .models import LinkedRecord
from .wording import field_word


def check_link(record: LinkedRecord, *, by: Any) -> None:
    """Refuse half a link, and one to a record that ``by`` can't see or that is deleted."""
    kind, target_id = record.related_to_type, record.related_to_id
    named = {"kind": field_word(kind)}
    if not kind and target_id is None:
        return
    if kind in record.kinds_without_record:
        if target_id is not None:
            raise ValidationError(
                {"related_to_id": _("'%(kind)s' is not about one record.") % named}
            )
        return
    if not kind:
        raise ValidationError(
            {"related_to_type": _("Say what related_to_id is: set the type too.")}
        )
    if target_id is None:
        raise ValidationError({"related_to_id": _("Which %(kind)s? Set the id too.") % named})
    if kind not in record.link_kinds():
        allowed = ", ".join(record.link_kinds())
        raise ValidationError(
            {
                "related_to_type": _("'%(kind)s' is not one of: %(allowed)s.")
                % {"kind": kind, "allowed": allowed}
            }
        )
    target = apps.get_model("crm", kind)
    found = target.objects.filter(pk=target_id)
    if by is not None:
        found = found.visible_to(by)
    if not found.exists():
        raise ValidationError({"related_to_id": _("There is no %(kind)s with this id.") % named})


def label_of(model: type[Record]) -> Any:
    """Return the expression that names a row the way ``str()`` does; empty where it has no name."""
    names = [
        Coalesce(Cast(F(name), CharField()), Value(""), output_field=CharField())
        for name in model.label_fields
    ]
    if len(names) == 1:
        return names[0]
    spaced = [part for name in names for part in (Value(" "), name)][1:]
    return Concat(*spaced, output_field=CharField())


def short_forms(pairs: set[tuple[str, Any]]) -> dict[tuple[str, Any], dict[str, Any]]:
    """Return ``{type, id, label}`` for each ``(kind, id)``, in one query whatever the kinds.

    A record in the recycle bin keeps its label and says ``deleted``. The label is all that
    somebody without sight of the record gets to know of it (security.md B5).
    """
    ids: dict[str, set] = defaultdict(set)
    for kind, target_id in pairs:
        if target_id is not None:
            ids[kind].add(target_id)
    queries = [
        _labels(apps.get_model("crm", kind), kind, wanted) for kind, wanted in sorted(ids.items())
    ]
    if not queries:
        return {}
    first, *others = queries
    forms = {}
    for kind, target_id, label, deleted_at in first.union(*others, all=True) if others else first:
        forms[kind, target_id] = {"type": kind, "id": target_id, "label": label.strip()}
        if deleted_at is not None:
            forms[kind, target_id]["deleted"] = True
    return forms


def _labels(model: type[Record], kind: str, ids: set) -> QuerySet:
    return (
        model.all_objects.filter(pk__in=ids)
        .order_by()
        .values_list(Value(kind, CharField()), "pk", label_of(model), "deleted_at")
    )
