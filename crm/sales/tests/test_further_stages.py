"""A stage that only other systems know comes into a pipeline with the first deal in it."""

import pytest
from django.core.exceptions import ValidationError

from crm.core import records
from crm.core.context import acting
from crm.sales.models import Deal
from crm.sales.pipelines import default_pipeline
from crm.sales.tests.factories import DealFactory
from crm.tests.world import stored

pytestmark = pytest.mark.django_db
ELSEWHERE = "Closed Lost to Competition"


def stages():
    return [stage["name"] for stage in default_pipeline().stages]


def test_a_foreign_client_brings_its_stage(ann):
    deal = DealFactory(assigned_to=ann)
    with acting(door="api", foreign=True):
        records.change(deal, {"stage": ELSEWHERE}, by=ann)
    assert Deal.objects.get().stage_kind == "lost"
    assert stages().count(ELSEWHERE) == 1


def test_others_are_told_the_stages_that_there_are(ann):
    deal, before = DealFactory(assigned_to=ann), stages()
    row = stored(deal)
    with pytest.raises(ValidationError) as refusal:
        records.change(deal, {"stage": ELSEWHERE}, by=ann)
    assert list(refusal.value.message_dict) == ["stage"]
    assert (stored(deal), stages()) == (row, before)


def test_a_refused_deal_leaves_no_stage_behind(ann):
    deal, before = DealFactory(assigned_to=ann), stages()
    with acting(door="api", foreign=True), pytest.raises(ValidationError):
        records.change(deal, {"stage": ELSEWHERE, "amount": -1}, by=ann)
    assert stages() == before
