"""What is done with deals. One operation moves them, whatever the door (behaviours.md, Deal)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import events, records
from crm.core.errors import Conflict
from crm.people.models import Account

from . import positions
from .dealmodels import Deal, StageChange
from .outcomes import Step, check_outcome, entering, priced, stage_of
from .pipelines import default_pipeline
from .stages import ENDS, Pipeline, Stage, StageKind

#: what a deal's outcome hangs on
GUARDED = {
    "amount",
    "close_date",
    "currency",
    "items",
    "loss_reason",
    "pipeline",
    "probability",
    "stage",
}


@records.create.register
@transaction.atomic
def create_deal(deal: Deal, *, by: Any) -> Deal:
    """Store a new deal and let it enter its stage: by default the first of the default pipeline.

    Raises as :func:`move_deal`, and what :func:`~crm.core.records.save_new` does.
    """
    if not _is_set(deal, "pipeline"):
        deal.pipeline = default_pipeline()
    pipeline = deal.pipeline
    _check_active(pipeline)
    if not _is_set(deal, "stage"):
        deal.stage = pipeline.first_stage().name
    stage = stage_of(pipeline, deal.stage)
    said = {name: getattr(deal, name) for name in GUARDED if _is_set(deal, name)}
    for name, value in priced(deal, said).items():
        setattr(deal, name, value)
    step = Step(deal, pipeline, "", "", stage, since=deal.created_at, at=deal.created_at)
    for name, value in entering(step, said).items():
        setattr(deal, name, value)
    if not _is_set(deal, "position"):
        deal.position = positions.on_top(pipeline, stage.name)
    check_outcome(deal, GUARDED)
    records.save_new(deal, by=by)
    _write_down(step, by=by)
    if stage.is_end:
        _end(deal, stage, by=by)
    return deal


@records.change.register
@transaction.atomic
def change_deal(
    deal: Deal, values: dict[str, Any], *, by: Any, if_revision: int | None = None
) -> Deal:
    """Change a deal; another stage or pipeline among the ``values`` moves it.

    Raises as :func:`move_deal`.
    """
    if GUARDED.isdisjoint(values):
        return records.save_changes(deal, values, by=by, if_revision=if_revision)
    stored = records.lock(deal, if_revision=if_revision)
    changed = records.differing(stored, values)
    step = _step(stored, changed)
    if step is not None:
        changed |= entering(step, changed)
        changed.setdefault("position", positions.on_top(step.pipeline, step.stage.name))
    for name, value in changed.items():
        setattr(stored, name, value)
    changed |= priced(stored, changed, tell=deal)
    check_outcome(stored, GUARDED if step is not None else changed.keys() & GUARDED)
    records.save_changes(deal, changed, by=by)
    if step is not None:
        _tell(step, deal, by=by)
    return deal


@transaction.atomic
def move_deal(
    deal: Deal,
    stage: str,
    *,
    by: Any,
    from_stage: str | None = None,
    probability: int | None = None,
    loss_reason: str | None = None,
    amount: Any = None,
    position: int | None = None,
    before: Deal | None = None,
    after: Deal | None = None,
    revision: int | None = None,
    if_revision: int | None = None,
) -> Deal:
    """Move a deal to another stage of its pipeline, or to another place within its stage.

    Entering a stage sets its probability unless one is given: always 100 where it is won
    and 0 where it is lost. Winning needs an amount, losing a reason; both set
    ``close_date``, and coming back clears it. ``from_stage`` and ``revision`` are what the
    mover saw: of two people who drag one card, the second gets a :class:`Conflict` with
    what is stored. ``before`` and ``after`` are the cards between which it comes to lie.
    Raises ``ValidationError`` naming ``stage``, ``loss_reason`` or ``amount``, and what
    :func:`~crm.core.records.save_changes` does.
    """
    pipeline = deal.pipeline
    stage_of(pipeline, stage)
    if before is not None or after is not None:
        position = positions.beside(deal, pipeline, stage, before=before, after=after)
    stored = records.lock(deal, if_revision=if_revision)
    elsewhere = from_stage is not None and stored.stage != from_stage
    if elsewhere or (revision is not None and stored.revision != revision):
        raise Conflict(
            _(
                "Somebody was faster: this deal is in '%(stage)s' now. Look at it again, then "
                "move it."
            )
            % {"stage": stored.stage},
            current=standing(stored),
        )
    said = {
        "probability": probability,
        "loss_reason": loss_reason,
        "amount": amount,
        "position": position,
    }
    values = {name: value for name, value in said.items() if value is not None}
    return change_deal(deal, {"stage": stage, **values}, by=by)


def advance_deal(deal: Deal, *, by: Any) -> Deal:
    """Move a deal to the next open stage of its pipeline. Raises :class:`Conflict` at the last."""
    stages = deal.pipeline.all_stages()
    names = [stage.name for stage in stages]
    rest = stages[names.index(deal.stage) + 1 :] if deal.stage in names else []
    following = next((stage for stage in rest if stage.kind == StageKind.OPEN), None)
    if following is None or not deal.is_open:
        raise Conflict(
            _("After '%(stage)s' there is no open stage: win, lose or reopen the deal.")
            % {"stage": deal.stage}
        )
    return move_deal(deal, following.name, from_stage=deal.stage, by=by)


def win_deal(deal: Deal, *, by: Any) -> Deal:
    """Move a deal to the first stage of its pipeline that means won. Raises as move_deal."""
    stages = deal.pipeline.all_stages()
    return move_deal(deal, next(s.name for s in stages if s.kind == StageKind.WON), by=by)


def standing(deal: Deal) -> dict[str, Any]:
    """Return what a board shows of a card, for whoever looked at an older state."""
    return {
        "stage": deal.stage,
        "stage_kind": deal.stage_kind,
        "probability": deal.probability,
        "position": deal.position,
        "revision": deal.revision,
        "updated_at": deal.updated_at,
    }


def stage_changes(deal: Deal) -> QuerySet[StageChange]:
    """Return the steps that a deal went, the latest first."""
    return deal.stage_changes.select_related("by").order_by("-at", "-id")


def _is_set(deal: Deal, name: str) -> bool:
    """Whether the maker of a deal said what a field is, or changed what it begins with."""
    field: Any = Deal._meta.get_field(name)
    return name in deal.given or getattr(deal, field.attname) != field.get_default()


def _check_active(pipeline: Pipeline) -> None:
    if not pipeline.active or pipeline.is_deleted:
        raise ValidationError(
            {"pipeline_id": _("'%(pipeline)s' is not in use any more.") % {"pipeline": pipeline}}
        )


def _step(stored: Deal, changed: dict[str, Any]) -> Step | None:
    """Return the step that a change of stage or pipeline is, or None."""
    if changed.keys().isdisjoint({"stage", "pipeline"}):
        return None
    pipeline = stored.pipeline
    name = changed.get("stage", stored.stage)
    if "pipeline" in changed:
        pipeline = changed["pipeline"]
        _check_active(pipeline)
        if "stage" not in changed and pipeline.stage(name) is None:
            name = pipeline.first_stage().name
            changed["stage"] = name
    since = stored.stage_changed_at or stored.created_at
    return Step(
        stored,
        pipeline,
        stored.stage,
        stored.stage_kind,
        stage_of(pipeline, name),
        since=since,
        at=max(timezone.now(), since),
    )


def _tell(step: Step, deal: Deal, *, by: Any) -> None:
    """Write a step down and tell what it means."""
    seconds = _write_down(step, by=by)
    facts = {"from": step.from_stage, "to": step.stage.name, "pipeline": step.pipeline.pk}
    events.record("stage_changed", deal, by=by, **facts, seconds=seconds)
    if step.stage.kind == step.from_kind:
        return
    if step.stage.is_end:
        _end(deal, step.stage, by=by)
    elif step.from_kind in ENDS:
        events.record("reopened", deal, by=by, **facts, was=step.from_kind)


def _write_down(step: Step, *, by: Any) -> int:
    """Store the row of a step; return the seconds spent in the stage before.

    Both ends are cut to the second, so that the seconds of all steps add up.
    """
    seconds = int(step.at.timestamp()) - int(step.since.timestamp())
    StageChange.objects.create(
        deal_id=step.deal.pk,
        pipeline=step.pipeline,
        from_stage=step.from_stage,
        to_stage=step.stage.name,
        kind=step.stage.kind,
        by=by,
        at=step.at,
        seconds=seconds,
    )
    return seconds


def _end(deal: Deal, stage: Stage, *, by: Any) -> None:
    """Tell that a deal was won or lost. An account that buys is a customer from then on."""
    facts: dict[str, Any] = {
        "stage": deal.stage,
        "pipeline": deal.pipeline_id,
        "amount": deal.amount,
        "currency": deal.currency,
        "close_date": deal.close_date,
        "account": deal.account_id,
        "contact": deal.contact_id,
        "owner": deal.assigned_to_id,
    }
    if stage.kind == StageKind.LOST:
        events.record("lost", deal, by=by, **facts, loss_reason=deal.loss_reason)
        return
    account = deal.account
    if account is not None and not account.is_deleted:
        _make_customer(account, by=by)
    events.record("won", deal, by=by, **facts, items=deal.items)


def _make_customer(account: Account, *, by: Any) -> None:
    """Say that a company buys from us; whoever wins the deal needn't be its owner."""
    stored = records.lock(account)
    if stored.type == Account.Type.CUSTOMER:
        return
    changes = {"type": [stored.type, Account.Type.CUSTOMER.value]}
    records.write(stored, {"type": Account.Type.CUSTOMER.value})
    events.record("updated", stored, by=by, changes=changes)
