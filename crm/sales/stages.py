"""Pipelines: the stages that deals pass, in order."""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.core import fields
from crm.core.bases import LIVE, Record, unique_live

LONGEST_NAME = 50
MOST_STAGES = 50
LONGEST_ROTTING = 3650  # days


class StageKind(models.TextChoices):
    """What being in a stage means for a deal."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    HOLD = "hold"


class ForecastCategory(models.TextChoices):
    """Where a forecast counts the deals of a stage."""

    PIPELINE = "pipeline"
    BEST_CASE = "best_case"
    COMMIT = "commit"
    CLOSED = "closed"
    OMITTED = "omitted"


#: what the forecast counts among the deals still to be won
EXPECTED = (ForecastCategory.COMMIT, ForecastCategory.BEST_CASE, ForecastCategory.PIPELINE)
ENDS = (StageKind.WON, StageKind.LOST)
CERTAIN = {StageKind.WON: 100, StageKind.LOST: 0}


@dataclass(frozen=True)
class Stage:
    """One step of a pipeline. ``probability`` None keeps what a deal had before."""

    name: str
    kind: StageKind
    probability: int | None
    forecast_category: ForecastCategory
    rotting_days: int | None

    @property
    def is_end(self) -> bool:
        """Whether deals in it are won or lost."""
        return self.kind in ENDS


STAGE = {
    "type": "object",
    "properties": {
        # no comma: lists of names are filters
        "name": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME, "pattern": "^[^,]*$"},
        "kind": {"enum": StageKind.values},
        "probability": {"type": ["integer", "null"], "minimum": 0, "maximum": 100},
        "forecast_category": {"enum": ForecastCategory.values},
        "rotting_days": {"type": ["integer", "null"], "minimum": 1, "maximum": LONGEST_ROTTING},
    },
    "required": ["name"],
    "additionalProperties": False,
}

#: the pipeline that every installation begins with
STANDARD_PIPELINE = UUID("01900000-0000-7000-8000-00000000dea1")
STANDARD_NAME = "Sales"


def _stage(
    name: str, kind: str, probability: int | None, category: str, rotting_days: int | None
) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "probability": probability,
        "forecast_category": category,
        "rotting_days": rotting_days,
    }


def standard_stages() -> list[dict[str, Any]]:
    """Return the nine stages of the dictionary (behaviours.md, Deal)."""
    return [
        _stage("Qualification", "open", 10, "pipeline", 14),
        _stage("Needs Analysis", "open", 20, "pipeline", 21),
        _stage("Value Proposition", "open", 40, "pipeline", 21),
        _stage("Identify Decision Makers", "open", 60, "best_case", 21),
        _stage("Proposal/Price Quote", "open", 75, "best_case", 30),
        _stage("Negotiation/Review", "open", 90, "commit", 30),
        _stage("Closed Won", "won", 100, "closed", None),
        _stage("Closed Lost", "lost", 0, "omitted", None),
        _stage("On Hold", "hold", None, "omitted", None),
    ]


class Pipeline(Record):
    """A way of selling: stages in their order. New deals enter the default one."""

    owner_field = None
    search_fields = ("name",)

    name = fields.string(required=True)
    is_default = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    stages = fields.json_list(STAGE, longest=MOST_STAGES, default=standard_stages)

    class Meta(Record.Meta):
        db_table = "pipelines"
        constraints: ClassVar[list] = [
            *Record.Meta.constraints,
            unique_live("name", message=_("Another pipeline already has this name.")),
            models.UniqueConstraint(
                fields=["is_default"],
                condition=LIVE & Q(is_default=True),
                name="pipeline_one_default",
                violation_error_message=_("Another pipeline was made the default just now."),
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(active=True),
                name="pipeline_default_is_active",
                violation_error_message=_("The default pipeline has to be active."),
            ),
        ]

    def all_stages(self) -> list[Stage]:
        """Return the stages in their order."""
        return [
            Stage(
                name=row["name"],
                kind=StageKind(row["kind"]),
                probability=row["probability"],
                forecast_category=ForecastCategory(row["forecast_category"]),
                rotting_days=row["rotting_days"],
            )
            for row in self.stages
        ]

    def stage(self, name: str) -> Stage | None:
        """Return the stage of that name, or None."""
        return next((stage for stage in self.all_stages() if stage.name == name), None)

    def first_stage(self) -> Stage:
        """Return the stage that new deals enter."""
        return next(stage for stage in self.all_stages() if stage.kind == StageKind.OPEN)
