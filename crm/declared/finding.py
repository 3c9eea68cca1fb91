"""The records of declared entities in the search over everything."""

from itertools import groupby
from typing import Any

from crm.core.finding import Found, sought
from crm.core.searchtext import matching

from .models import DeclaredEntity, DeclaredRecord
from .schemas import title_of

#: how many of the latest that match are looked at, whichever entities they are of
MOST_LOOKED_AT = 100


def open_entities(user: Any, verb: str) -> list[DeclaredEntity]:
    """Return the active entities that somebody is offered to ``view`` or ``add`` records of."""
    found = DeclaredEntity.objects.filter(active=True).order_by("name")
    return [entity for entity in found if entity.offers(user, verb)]


def find_records(text: str, *, user: Any, most: int) -> list[tuple[DeclaredEntity, list[Found]]]:
    """Return the latest records with all words of ``text`` that ``user`` sees, by entity.

    At most ``most`` of each entity; one query for all.
    """
    text = sought(text)
    entities = {entity.pk: entity for entity in open_entities(user, "view")} if text else {}
    if not entities:
        return []
    rows = DeclaredRecord.objects.visible_to(user).filter(matching(text), declaration__in=entities)
    latest = rows.order_by("-created_at", "-pk")[:MOST_LOOKED_AT]
    found = list(latest.values_list("declaration_id", "pk", "custom_fields"))
    place = {pk: number for number, pk in enumerate(entities)}
    found.sort(key=lambda row: place[row[0]])
    groups = []
    for key, rows_of in groupby(found, key=lambda row: row[0]):
        schema = entities[key].schema
        named = [Found("declaredrecord", pk, title_of(schema, held)) for _key, pk, held in rows_of]
        groups.append((entities[key], named[:most]))
    return groups
