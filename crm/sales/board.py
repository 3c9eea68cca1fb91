"""The board: the deals of one pipeline by stage."""

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, DecimalField, F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from .stages import Pipeline, Stage
from .sums import Figure, Purse

AMOUNTS: Any = DecimalField(max_digits=30, decimal_places=2)
SUM = Sum("amount")
WEIGHTED = Sum(F("amount") * F("probability"), output_field=AMOUNTS)


def columns(
    pipeline: Pipeline, rows: QuerySet, *, on: date
) -> tuple[str, list[tuple[Stage | None, str, Figure]]]:
    """Return the base currency and for each stage its name and what ``rows`` come to there.

    A name without a stage is one that left the pipeline while a deal was on its way there.
    """
    purse = Purse(on)
    groups: dict[str, list] = defaultdict(list)
    found = rows.order_by().values_list("stage", "currency")
    for stage, *parts in found.annotate(count=Count("pk"), sum=SUM, weighted=WEIGHTED):
        groups[stage].append(parts)
    stages: dict[str, Stage | None] = {stage.name: stage for stage in pipeline.all_stages()}
    names = [*stages, *sorted(groups.keys() - stages.keys())]
    return purse.base, [(stages.get(name), name, purse.figure(groups[name])) for name in names]


def first_cards(rows: QuerySet, limit: int) -> dict[str, list[UUID]]:
    """Return the ids of the first ``limit`` deals of each stage, from the top down."""
    place = Window(
        RowNumber(), partition_by=F("stage"), order_by=[F("position").asc(), F("id").asc()]
    )
    first = rows.order_by().annotate(_place=place).filter(_place__lte=limit)
    cards: dict[str, list[UUID]] = defaultdict(list)
    for stage, key in first.order_by("stage", "position", "id").values_list("stage", "pk"):
        cards[stage].append(key)
    return cards
