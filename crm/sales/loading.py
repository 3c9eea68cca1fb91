"""What history of deals needs beside its rows: the stages as they are known here."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.core.entries import Entry, completes

from .dealmodels import Deal, StageChange
from .outcomes import stage_of
from .pipelines import default_pipeline
from .stages import CERTAIN, Pipeline, Stage


@completes(Deal)
def complete_deals(entries: Sequence[Entry]) -> None:
    """Let each deal be in its stage, with the outcome and the dates that go with it."""
    if not entries:
        return
    standard = default_pipeline()
    pipelines = {pipeline.pk: pipeline for pipeline in Pipeline.all_objects.all()}
    for entry in entries:
        deal = entry.record
        if entry.is_new and "pipeline_id" not in entry.values:
            deal.pipeline_id = standard.pk
        try:
            stage = stage_of(pipelines[deal.pipeline_id], deal.stage)
        except ValidationError as error:
            entry.refuse(" ".join(error.messages))
            continue
        _enter(entry, stage)


def _enter(entry: Entry, stage: Stage) -> None:
    deal, before = entry.record, entry.before
    deal.stage_kind = stage.kind.value
    deal.forecast_category = stage.forecast_category.value
    if stage.kind in CERTAIN:
        deal.probability = CERTAIN[stage.kind]
        deal.close_date = deal.close_date or deal.stage_changed_at or deal.updated_at
    else:
        if entry.is_new and "probability" not in entry.values and stage.probability is not None:
            deal.probability = stage.probability
        if deal.close_date is not None:
            deal.expected_close_date = deal.expected_close_date or deal.close_date
            deal.close_date = None
            entry.note(
                _("An open deal has no close_date: it counts as the day on which it should close.")
            )
    was = before.stage if before is not None else ""
    if was == deal.stage:
        return
    if before is not None or deal.stage_changed_at is None:
        deal.stage_changed_at = deal.close_date or deal.updated_at
    entry.parts.append(
        StageChange(
            deal_id=deal.pk,
            pipeline_id=deal.pipeline_id,
            from_stage=was,
            to_stage=deal.stage,
            kind=deal.stage_kind,
            by_id=deal.created_by_id,
            at=deal.stage_changed_at,
        )
    )
