"""What being in a stage means for a deal: the rules behind every move (behaviours.md, Deal)."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.core import money, records
from crm.core.context import origin
from crm.core.wording import value_word

from .dealmodels import Deal
from .pipelines import admit_stage
from .stages import CERTAIN, ENDS, Pipeline, Stage, StageKind

NOT_GIVEN = "not given"  # by an old client, which has no field for it (behaviours.md, G1)


@dataclass(frozen=True)
class Step:
    """From which stage a deal went into which one, and when."""

    deal: Deal
    pipeline: Pipeline
    from_stage: str
    from_kind: str
    stage: Stage
    since: datetime
    at: datetime


def stage_of(pipeline: Pipeline, name: str) -> Stage:
    """Return a stage of a pipeline. Raises ``ValidationError`` naming those that there are."""
    stage = pipeline.stage(name) or admit_stage(pipeline, name)
    if stage is None:
        allowed = ", ".join(stage.name for stage in pipeline.all_stages())
        raise ValidationError(
            {
                "stage": _("'%(name)s' is no stage of '%(pipeline)s'. One of: %(allowed)s.")
                % {"name": name[:60], "pipeline": pipeline, "allowed": allowed}
            }
        )
    return stage


def entering(step: Step, said: dict[str, Any]) -> dict[str, Any]:
    """Return what entering a stage sets; what was said in the same request stands."""
    stage, was = step.stage, step.from_kind
    values: dict[str, Any] = {
        "stage_kind": stage.kind.value,
        "forecast_category": stage.forecast_category.value,
        "stage_changed_at": step.at,
    }
    if stage.kind in CERTAIN:
        values["probability"] = CERTAIN[stage.kind]
    elif "probability" not in said and stage.probability is not None:
        values["probability"] = stage.probability
    if stage.is_end and stage.kind != was and said.get("close_date") is None:
        values["close_date"] = step.at
    if not stage.is_end and was in ENDS:
        values["close_date"] = None
    if "loss_reason" not in said and stage.kind != StageKind.LOST and (stage.is_end or was in ENDS):
        values["loss_reason"] = ""
    if stage.kind == StageKind.LOST and origin().foreign and not _reason(step.deal, said):
        values["loss_reason"] = NOT_GIVEN
    return values


def _reason(deal: Deal, said: dict[str, Any]) -> str:
    return said.get("loss_reason", deal.loss_reason).strip()


def priced(deal: Deal, said: dict[str, Any], *, tell: Deal | None = None) -> dict[str, Any]:
    """Return the lines and the amount of a deal that has lines, where ``said`` touches them.

    The amount is what the lines come to before tax. Another one that was said is replaced;
    the maker is warned of it.
    """
    if not deal.items or said.keys().isdisjoint({"items", "amount", "currency"}):
        return {}
    field: Any = Deal._meta.get_field("items")
    try:
        items = field.clean(deal.items, None)
    except ValidationError as error:
        raise ValidationError({"items": error.messages}) from error
    found = money.totals(items, currency=deal.currency)
    lines = [
        {**line, "total": float(sums.total)}
        for line, sums in zip(items, found.lines, strict=True)
    ]  # fmt: skip
    warnings = list(found.warnings)
    if "amount" in said and said["amount"] != found.subtotal:
        warnings.append(
            _("amount: %(sent)s was sent, %(right)s is right.")
            % {"sent": said["amount"], "right": found.subtotal}
        )
    records.warn(tell or deal, *warnings)
    deal.items, deal.amount = lines, found.subtotal
    return {"items": lines, "amount": found.subtotal}


def check_outcome(deal: Deal, touched: Set[str]) -> None:
    """Refuse what would contradict that a deal is won, lost or neither.

    Only of what was ``touched``: older rows may lack what is asked for today.
    """
    problems = {}
    certain = CERTAIN.get(StageKind(deal.stage_kind))
    if deal.stage_kind == StageKind.WON and (deal.amount is None or deal.amount <= 0):
        problems["amount"] = _("A won deal is worth something: set an amount above 0.")
    if deal.stage_kind == StageKind.LOST and not deal.loss_reason.strip():
        problems["loss_reason"] = _("Say why the deal is lost.")
    if certain is not None and deal.probability != certain:
        problems["probability"] = _(
            "The probability of a %(kind)s deal is %(certain)s. Reopen it to change it."
        ) % {"kind": value_word(deal.stage_kind), "certain": certain}
    if certain is not None and deal.close_date is None:
        problems["close_date"] = _("A closed deal has a date. Reopen the deal to clear it.")
    if certain is None and deal.close_date is not None:
        problems["close_date"] = _(
            "An open deal has no close_date: it comes with winning or losing. When it "
            "should close is expected_close_date."
        )
    told = {name: problem for name, problem in problems.items() if name in touched}
    if told:
        raise ValidationError(told)
