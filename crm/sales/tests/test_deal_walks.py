"""Random walks of a deal over the board: whatever is tried, what must hold holds."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.core import records
from crm.core.errors import Conflict
from crm.core.models import Event
from crm.people.tests.factories import AccountFactory
from crm.sales import deals
from crm.sales.models import Deal
from crm.sales.pipelines import default_pipeline
from crm.sales.tests.factories import PipelineFactory
from crm.tests.world import stored

pytestmark = pytest.mark.django_db

OTHER = [
    {"name": "Offer", "probability": 30},
    {"name": "Qualification", "probability": 5},
    {"name": "Signed", "kind": "won"},
    {"name": "Paid", "kind": "won"},
    {"name": "Gone", "kind": "lost"},
    {"name": "Asleep", "kind": "hold"},
]
NAMES = [*Deal.Stage.values, *(stage["name"] for stage in OTHER), "Nowhere"]
stages = st.sampled_from(NAMES)
amounts = st.sampled_from([0, 1, Decimal("99.90")])
reasons = st.sampled_from(["", "Price"])
chances = st.integers(0, 100)

moves = st.fixed_dictionaries(
    {"stage": stages},
    optional={
        "probability": chances,
        "loss_reason": reasons,
        "amount": amounts,
        "from_stage": stages,
    },
)
changes = st.fixed_dictionaries(
    {},
    optional={
        "stage": stages,
        "pipeline": st.booleans(),
        "probability": chances,
        "loss_reason": reasons,
        "amount": amounts,
        "close_date": st.sampled_from([None, datetime(2026, 1, 31, tzinfo=UTC)]),
        "deal_name": st.sampled_from(["Lamps", "Chairs"]),
        "items": st.sampled_from([[], [{"name": "Lamp", "quantity": 2, "unit_price": 7.5}]]),
    },
)
steps = st.lists(
    st.tuples(st.integers(0, 200_000), st.one_of(moves.map(lambda m: ("move", m)),
                                                 changes.map(lambda c: ("change", c)))),
    max_size=12,
)  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=steps)
def test_a_walk_over_the_board_keeps_every_invariant(steps, max, monkeypatch):
    home, other = default_pipeline(), PipelineFactory.build()
    other.name = f"Other {other.pk}"
    other.stages = OTHER
    records.create(other, by=max)
    account = AccountFactory()
    deal = records.create(Deal(deal_name="Lamps", account=account), by=max)
    begun = deal.created_at
    clock = [begun]
    monkeypatch.setattr(timezone, "now", lambda: clock[0])
    for seconds, (verb, values) in steps:
        clock[0] += timedelta(seconds=seconds, milliseconds=321)
        before, told = stored(deal), Event.objects.count()
        values = dict(values)
        if "pipeline" in values:
            values["pipeline"] = other if values["pipeline"] else home
        try:
            if verb == "move":
                deals.move_deal(deal, by=max, **values)
            else:
                records.change(deal, values, by=max)
        except (ValidationError, Conflict):
            assert stored(deal) == before
            assert Event.objects.count() == told
        deal = Deal.objects.get(pk=deal.pk)
        check(deal, before, begun)


def check(deal, before, begun):
    stage = deal.pipeline.stage(deal.stage)
    assert stage is not None
    assert deal.stage_kind == stage.kind
    assert (deal.close_date is not None) == stage.is_end
    if stage.kind == "won":
        assert deal.probability == 100
        assert deal.amount > 0
        assert deal.account.type == "customer"
    if stage.kind == "lost":
        assert deal.probability == 0
        assert deal.loss_reason.strip()
    if before["stage_kind"] in ("won", "lost") and not stage.is_end:
        assert deal.close_date is None
    if deal.items:
        assert deal.amount == 15
    way = list(deal.stage_changes.order_by("at", "id"))
    assert way[0].from_stage == ""
    assert way[-1].to_stage == deal.stage
    assert [step.to_stage for step in way[:-1]] == [step.from_stage for step in way[1:]]
    assert way[-1].at == deal.stage_changed_at
    spent = int(way[-1].at.timestamp()) - int(begun.timestamp())
    assert sum(step.seconds for step in way) == spent
    entries = [
        step.kind
        for earlier, step in zip([None, *way], way, strict=False)
        if earlier is None or earlier.kind != step.kind
    ]
    for kind in ("won", "lost"):
        told = Event.objects.filter(record_id=deal.pk, name=f"deal.{kind}").count()
        assert told == entries.count(kind)
    moved = Event.objects.filter(record_id=deal.pk, name="deal.stage_changed").count()
    assert moved == len(way) - 1
