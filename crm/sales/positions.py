"""The order of the cards on the board: whole numbers with room between them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext as _

from crm.core.errors import Conflict
from crm.core.fields import LARGEST_INTEGER

from .dealmodels import Deal
from .stages import Pipeline

STEP = 1024
BATCH = 500


def column(pipeline: Pipeline, stage: str) -> QuerySet:
    """Return the deals of a stage, from the top of the board down."""
    return Deal.objects.filter(pipeline=pipeline, stage=stage).order_by("position", "id")


def on_top(pipeline: Pipeline, stage: str) -> int:
    """Return a position above all cards of a stage."""
    first = column(pipeline, stage).aggregate(first=Min("position"))["first"]
    return 0 if first is None else max(first - STEP, -LARGEST_INTEGER)


def beside(
    deal: Deal, pipeline: Pipeline, stage: str, *, before: Deal | None, after: Deal | None
) -> int:
    """Return a position right above the card ``before``, or right below ``after``.

    Where two neighbours have no room between them, the column is spread out first. To be
    called before the deal is locked: spreading locks the whole column, in the order of ids.
    Raises :class:`Conflict` where a neighbour is not in that stage (any more).
    """
    for name, neighbour in (("before", before), ("after", after)):
        if neighbour is not None and neighbour.pk == deal.pk:
            raise ValidationError({name: _("This is the card itself. Name one of its neighbours.")})
        if neighbour is not None and (neighbour.pipeline_id, neighbour.stage) != (
            pipeline.pk,
            stage,
        ):
            raise Conflict(
                _("'%(neighbour)s' is not in '%(stage)s' any more. Read the board again.")
                % {"neighbour": neighbour, "stage": stage}
            )
    found = _between(deal, pipeline, stage, before, after)
    if found is None:
        spread_out(pipeline, stage)
        found = _between(deal, pipeline, stage, before, after)
    return on_top(pipeline, stage) if found is None else found


def spread_out(pipeline: Pipeline, stage: str) -> None:
    """Make room between all cards of a stage. Not a change that anybody made: no revision."""
    locked = Deal.objects.select_for_update(of=("self",), no_key=True)
    # In one order for all, so that two who spread out don't wait for each other.
    list(locked.filter(pipeline=pipeline, stage=stage).order_by("id").values_list("pk"))
    cards = list(column(pipeline, stage).only("pk"))
    for place, card in enumerate(cards):
        card.position = place * STEP
    Deal.objects.bulk_update(cards, ["position"], batch_size=BATCH)


def _between(
    deal: Deal, pipeline: Pipeline, stage: str, before: Deal | None, after: Deal | None
) -> int | None:
    """Return the middle between two neighbours, None where there is no room."""
    cards = column(pipeline, stage).exclude(pk=deal.pk)
    upper: Any = None
    lower: Any = None
    if after is not None:
        upper = _place(after)
        lower = cards.filter(_below(*upper)).values_list("position", "pk").first()
    elif before is not None:
        lower = _place(before)
        upper = cards.filter(_above(*lower)).reverse().values_list("position", "pk").first()
    if upper is None and lower is None:
        return 0
    if upper is None:
        middle = lower[0] - STEP
    elif lower is None:
        middle = upper[0] + STEP
    else:
        middle = (upper[0] + lower[0]) // 2
        if not upper[0] < middle < lower[0]:
            return None
    return middle if abs(middle) <= LARGEST_INTEGER else None


def _place(card: Deal) -> tuple[int, Any]:
    """Return where a card is now; spreading out may have moved it."""
    return Deal.objects.values_list("position", "pk").get(pk=card.pk)


def _below(position: int, key: Any) -> Q:
    return Q(position__gt=position) | Q(position=position, pk__gt=key)


def _above(position: int, key: Any) -> Q:
    return Q(position__lt=position) | Q(position=position, pk__lt=key)
