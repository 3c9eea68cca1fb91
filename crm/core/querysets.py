"""Which rows exist for whom: the one function behind every door (roles.md)."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

NOTHING = Q(pk__in=[])
EVERYTHING = Q()
#: always true as well, and not lost between alternatives as an empty condition is
ANYTHING = ~NOTHING


def counted(queries: Mapping[str, models.QuerySet]) -> dict[str, int]:
    """Return how many rows each of some queries has, in one query for all."""
    if not queries:
        return {}
    first, *others = [
        query.order_by()
        .annotate(of_query=models.Value(name, models.CharField()))
        .values("of_query")
        .annotate(rows=models.Count("pk"))
        .values_list("of_query", "rows")
        for name, query in queries.items()
    ]
    return {
        **dict.fromkeys(queries, 0),
        **dict(first.union(*others, all=True) if others else first),
    }


def reach(model: type[models.Model], user: Any, verb: str) -> Q:
    """Return the condition on ``model`` under which ``user`` may ``view|change|delete`` a row.

    A scope is an expression such as ``own|free`` or ``team&draft``: alternatives, then what
    narrows them. Several scopes (of the role, of further groups) add up. A caller without
    scopes (nobody signed in) reaches nothing.
    """
    scopes = user.scopes(model._meta.model_name, verb) if hasattr(user, "scopes") else ()
    if "all" in scopes:
        return EVERYTHING
    condition = NOTHING
    for scope in scopes:
        condition |= _condition(model, user, scope, verb)
    return condition


def _condition(model: Any, user: Any, scope: str, verb: str) -> Q:
    alternatives, *narrowed_by = scope.split("&")
    terms = alternatives.split("|")
    condition = EVERYTHING
    if "all" not in terms:
        condition = NOTHING
        for term in terms:
            condition |= _term(model, user, term, verb)
    for name in narrowed_by:
        condition &= model.scope_terms[name]
    return condition


def _term(model: Any, user: Any, term: str, verb: str) -> Q:
    owner = model.owner_field
    match term:
        case "self":
            return Q(pk=user.pk)
        case "own":
            mine = Q(created_by=user)
            return mine | Q(**{owner: user}) if owner else mine
        case "free":
            return Q(**{f"{owner}__isnull": True}) if owner else NOTHING
        case "team":
            if not owner:
                return EVERYTHING
            members = user.members_managed().values("pk")
            return (
                Q(**{f"{owner}__in": members})
                | Q(**{owner: user})
                | Q(**{f"{owner}__isnull": True})
            )
        case "linked":
            return _linked_to_visible(model, user)
    own = model.scope_terms[term]
    return own(user, verb) if callable(own) else own


def _linked_to_visible(model: Any, user: Any) -> Q:
    """Rows that hang on a record which the user can see."""
    condition = NOTHING
    for kind in model.link_kinds():
        if not user.scopes(kind, "view"):
            continue
        target = apps.get_model("crm", kind)
        seen = target.objects.visible_to(user).filter(pk=OuterRef("related_to_id"))
        condition |= Q(related_to_type=kind) & Q(Exists(seen))
    return condition


class RecordQuerySet(models.QuerySet):
    """Reads that every entity answers."""

    def visible_to(self, user: Any) -> "RecordQuerySet":
        """Keep the rows that exist as far as ``user`` is concerned."""
        return self.filter(reach(self.model, user, "view"))

    def changeable_by(self, user: Any) -> "RecordQuerySet":
        """Keep the rows whose fields ``user`` may change."""
        return self.filter(reach(self.model, user, "change"))

    def deletable_by(self, user: Any) -> "RecordQuerySet":
        """Keep the rows that ``user`` may delete and restore."""
        return self.filter(reach(self.model, user, "delete"))

    def owned_by(self, user: Any) -> "RecordQuerySet":
        """Keep the rows that belong to ``user``."""
        model: Any = self.model
        return self.filter(**{model.owner_field or "created_by": user})

    def unassigned(self) -> "RecordQuerySet":
        """Keep the rows that belong to nobody."""
        model: Any = self.model
        return self.filter(**{f"{model.owner_field}__isnull": True})


class LiveManager(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """Everything that is not in the recycle bin."""

    def get_queryset(self):
        return super().get_queryset().filter(deleted_at=None)


def live(queryset_class: type[RecordQuerySet]) -> models.Manager:
    """Return a manager over the live rows with the reads of ``queryset_class``."""
    return LiveManager.from_queryset(queryset_class)()
