"""What one can listen to: the house's own kinds of record, and those that were declared."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from crm.core.bases import Record
from crm.core.entity import Entity, entity_of
from crm.declared.models import DeclaredEntity, DeclaredRecord
from crm.declared.reading import described
from crm.declared.schemas import ENTITY_NAME

from .changes import Change


@dataclass(frozen=True)
class Topic:
    """A kind of record that one can listen to, with its declaration as it is by now, if any.

    ``name`` is how sockets call it, such as ``LinkAnalytics``; no two have the same. ``address``
    is how streams do, such as ``link-analytics``; that of a declared one is its name.
    """

    name: str
    address: str
    model: type[Record]
    declaration: DeclaredEntity | None = None

    @property
    def entity(self) -> Entity:
        """The description by which rows are read."""
        return entity_of(self.model) or described()

    def is_open_to(self, user: Any) -> bool:
        """Whether the person's role lets them view such records at all."""
        if self.declaration is not None:
            return self.declaration.lets(user, "view")
        return user.has_perm(f"{self.model._meta.app_label}.view_{self.model._meta.model_name}")

    def is_all_seen_by(self, user: Any) -> bool:
        """Whether the person sees every such record."""
        if self.declaration is not None:
            return self.declaration.shows_all(user)
        return "all" in user.scopes(self.model._meta.model_name, "view")


@cache
def own() -> dict[str, Topic]:
    """Return the house's own kinds of record by name."""
    router = import_string(settings.CRM_ROUTER)
    models = {prefix: viewset.queryset.model for prefix, viewset, _ in router.registry}
    return {
        model.__name__: Topic(model.__name__, prefix, model) for prefix, model in models.items()
    }


def every() -> list[Topic]:
    """Return all that can be listened to by now."""
    return [*own().values(), *_declared().values()]


def named(name: str) -> Topic | None:
    """Return what has this name, None where that is nothing that can be listened to."""
    if found := own().get(name):
        return found
    if not ENTITY_NAME.fullmatch(name):  # clients send anything, and PostgreSQL doesn't take all
        return None
    return next(iter(_declared(name=name).values()), None)


def grouped(changes: Collection[Change]) -> dict[Topic, list[Change]]:
    """Return the changes of each topic; those of what can't be listened to are left out."""
    by_model = {topic.model: topic for topic in own().values()}
    of_declared = _of_declared({c.record_id for c in changes if c.model is DeclaredRecord})
    found: dict[Topic, list[Change]] = defaultdict(list)
    for change in changes:
        topic = by_model.get(change.model) or of_declared.get(change.record_id)
        if topic is not None:
            found[topic].append(change)
    return found


def _of_declared(keys: set[UUID]) -> dict[UUID, Topic]:
    """Return what declared records with these ids are."""
    if not keys:
        return {}
    records = DeclaredRecord.all_objects.filter(pk__in=keys)
    kinds = dict(records.values_list("pk", "declaration_id"))
    topics = _declared(pk__in={*kinds.values()})
    return {pk: topics[kind] for pk, kind in kinds.items() if kind in topics}


def _declared(**conditions: Any) -> dict[UUID, Topic]:
    """Return what is declared and switched on, by the declaration's id."""
    found = DeclaredEntity.objects.filter(active=True, **conditions)
    # One that was declared before the house had an entity of that name gives way to it.
    found = found.exclude(name__in=own()).order_by("name")
    return {one.pk: Topic(one.name, one.name, DeclaredRecord, one) for one in found}
