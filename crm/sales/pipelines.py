"""What is done with pipelines."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from crm.core import records
from crm.core.context import origin
from crm.core.errors import Conflict
from crm.core.wording import value_word

from .dealmodels import Deal
from .stages import (
    CERTAIN,
    STANDARD_NAME,
    STANDARD_PIPELINE,
    ForecastCategory,
    Pipeline,
    Stage,
    StageKind,
)

#: what a stage is when only its kind is told
USUAL = {
    StageKind.OPEN: (10, ForecastCategory.PIPELINE),
    StageKind.WON: (100, ForecastCategory.CLOSED),
    StageKind.LOST: (0, ForecastCategory.OMITTED),
    StageKind.HOLD: (None, ForecastCategory.OMITTED),
}


def default_pipeline() -> Pipeline:
    """Return the pipeline that new deals enter; an empty system gets the standard one."""
    found = Pipeline.objects.filter(is_default=True).first()
    if found is None:
        values = {"name": STANDARD_NAME, "is_default": True, "search_text": STANDARD_NAME.lower()}
        found, _made = Pipeline.objects.get_or_create(pk=STANDARD_PIPELINE, defaults=values)
    return found


@transaction.atomic
def admit_stage(pipeline: Pipeline, name: str) -> Stage | None:
    """Return a stage that only other systems know, which the pipeline is given for it.

    None where nobody from elsewhere brings a deal (a foreign client, or history that is being
    loaded), or where the setting ``CRM_FURTHER_STAGES`` doesn't name it.
    """
    kind = import_string(settings.CRM_FURTHER_STAGES).get(name)
    if kind is None or not (origin().foreign or origin().history):
        return None
    stored = records.lock(pipeline)
    if stored.stage(name) is None:
        records.change(stored, {"stages": [*stored.stages, {"name": name, "kind": kind}]}, by=None)
    records.copy_values(stored, pipeline)
    return pipeline.stage(name)


@records.create.register
@transaction.atomic
def create_pipeline(pipeline: Pipeline, *, by: Any) -> Pipeline:
    """Store a new pipeline; without stages it gets the usual nine.

    Raises what :func:`~crm.core.records.save_new` does.
    """
    pipeline.stages = complete_stages(pipeline.stages)
    if pipeline.is_default:
        _check_default(pipeline.active)
        _dethrone(None, by=by)
    return records.save_new(pipeline, by=by)


@records.change.register
@transaction.atomic
def change_pipeline(
    pipeline: Pipeline, values: dict[str, Any], *, by: Any, if_revision: int | None = None
) -> Pipeline:
    """Change a pipeline. Its deals stay as they are, whatever their stage is now.

    A stage that holds deals can't go, nor be renamed, nor mean something else; the default
    pipeline only stops to be it when another one becomes it. Raises :class:`Conflict`, and
    what :func:`~crm.core.records.save_changes` does.
    """
    stored = records.lock(pipeline, if_revision=if_revision)
    if "stages" in values:
        values = {**values, "stages": complete_stages(values["stages"])}
    changed = records.differing(stored, values)
    if "stages" in changed:
        _keep_stages_in_use(stored, changed["stages"])
    if changed.get("is_default") is False:
        raise Conflict(_("Make another pipeline the default; this one then stops to be it."))
    if stored.is_default or "is_default" in changed:
        _check_default(changed.get("active", stored.active))
    if "is_default" in changed:
        _dethrone(stored, by=by)
    return records.save_changes(pipeline, values, by=by)


@records.remove.register
@transaction.atomic
def remove_pipeline(pipeline: Pipeline, *, by: Any, if_revision: int | None = None) -> None:
    """Put a pipeline without deals into the recycle bin.

    Raises :class:`Conflict` while it holds deals, or is the default or the standard one.
    """
    stored = records.lock(pipeline, if_revision=if_revision)
    if stored.is_default:
        raise Conflict(_("This is the default pipeline. Make another one the default first."))
    if stored.pk == STANDARD_PIPELINE:
        raise Conflict(_("The standard pipeline stays. Set active to false to retire it."))
    if count := Deal.objects.filter(pipeline=stored).count():
        told = _("%(count)s deals are in this pipeline. Move them to another one first.")
        raise Conflict(told % {"count": count})
    records.mark_deleted(pipeline, by=by)


def complete_stages(rows: Any) -> list[dict[str, Any]]:
    """Return the definitions of stages with all that was left out.

    Raises ``ValidationError`` for what can't be a pipeline: a name that is there twice, no
    stage to begin in, to win in or to lose in.
    """
    field: Any = Pipeline._meta.get_field("stages")
    try:
        field.run_validators(rows)
    except ValidationError as error:
        raise ValidationError({"stages": error.messages}) from error
    stages = [_complete(row) for row in rows or []]
    problems = [
        _("[%(at)s].probability: a %(kind)s deal has %(probability)s.")
        % {"at": at, "kind": value_word(stage["kind"]), "probability": CERTAIN[stage["kind"]]}
        for at, stage in enumerate(stages)
        if CERTAIN.get(stage["kind"], stage["probability"]) != stage["probability"]
    ]
    problems += [
        _("[%(at)s].probability: an open stage needs one.") % {"at": at}
        for at, stage in enumerate(stages)
        if stage["kind"] == StageKind.OPEN and stage["probability"] is None
    ]
    names = [stage["name"].casefold() for stage in stages]
    problems += [
        _("[%(at)s].name: '%(name)s' is there twice.") % {"at": at, "name": stage["name"]}
        for at, stage in enumerate(stages)
        if names.index(names[at]) != at
    ]
    problems += [
        _("[%(at)s].name: a name is missing.") % {"at": at}
        for at, name in enumerate(names)
        if not name
    ]
    kinds = {stage["kind"] for stage in stages}
    problems += [
        _("A pipeline needs a stage of the kind %(kind)s.") % {"kind": value_word(kind.value)}
        for kind in (StageKind.OPEN, StageKind.WON, StageKind.LOST)
        if kind not in kinds
    ]
    if problems:
        raise ValidationError({"stages": problems})
    return stages


def _complete(row: dict[str, Any]) -> dict[str, Any]:
    kind = StageKind(row.get("kind", StageKind.OPEN))
    probability, category = USUAL[kind]
    return {
        "name": row["name"].strip(),
        "kind": kind.value,
        "probability": row.get("probability", probability),
        "forecast_category": row.get("forecast_category", category.value),
        "rotting_days": row.get("rotting_days"),
    }


def _keep_stages_in_use(pipeline: Pipeline, rows: list[dict[str, Any]]) -> None:
    """Refuse to take a stage away, or to give it another kind, while deals are in it."""
    kinds = {row["name"]: row["kind"] for row in rows}
    touched = [
        stage for stage in pipeline.all_stages() if kinds.get(stage.name) != stage.kind.value
    ]
    if not touched:
        return
    deals = Deal.objects.filter(pipeline=pipeline, stage__in=[stage.name for stage in touched])
    counts = dict(deals.order_by().values_list("stage").annotate(count=Count("pk")))
    for stage in touched:
        if counts.get(stage.name):
            told = (
                _(
                    "%(count)s deals are in '%(stage)s'. Move them to another stage, then change "
                    "the kind of it."
                )
                if stage.name in kinds
                else _(
                    "%(count)s deals are in '%(stage)s'. Move them to another stage, then remove "
                    "or rename it."
                )
            )
            raise Conflict(told % {"count": counts[stage.name], "stage": stage.name})


def _check_default(active: bool) -> None:
    if not active:
        raise ValidationError({"active": _("The default pipeline has to be active.")})


def _dethrone(successor: Pipeline | None, *, by: Any) -> None:
    """Let the present default make room for another one."""
    present = Pipeline.objects.filter(is_default=True)
    for pipeline in present.exclude(pk=successor.pk) if successor else present:
        records.save_changes(pipeline, {"is_default": False}, by=by)
