"""Deals go by the stages of their own pipeline."""

import pytest

from crm.core.models import Event
from crm.sales.models import Deal
from crm.sales.tests.conftest import DEALS, made, put, url_of
from crm.sales.tests.factories import DealFactory, PipelineFactory
from crm.tests.world import refused

pytestmark = pytest.mark.django_db

STAGES = [
    {"name": "Offer", "probability": 30},
    {"name": "Signed", "kind": "won"},
    {"name": "Gone", "kind": "lost"},
]


@pytest.fixture
def renewals(max, client_of):
    response = client_of(max).post("/api/v1/pipelines", {"name": "Renewals", "stages": STAGES})
    assert response.status_code == 201, response.content
    return response.json()["data"]


def test_a_deal_goes_by_the_stages_of_its_pipeline(api, renewals):
    row = made(api, pipeline_id=renewals["id"])
    assert (row["stage"], row["probability"]) == ("Offer", 30)
    response = api.post(
        DEALS, {"deal_name": "X", "pipeline_id": renewals["id"], "stage": "Qualification"}
    )
    refused(response, 400, "invalid")
    assert "Offer, Signed, Gone" in response.json()["errors"]["stage"][0]
    deal = Deal.objects.get(pk=row["id"])
    response = api.put(url_of(deal, "/stage"), {"stage": "Closed Won"})
    refused(response, 400, "invalid")
    put(api, deal, stage="Signed", amount=80)
    assert Event.objects.get(name="deal.won").data["stage"] == "Signed"


def test_a_deal_that_changes_its_pipeline_enters_a_stage_there(api, deal, renewals):
    row = put(api, deal, path="", pipeline_id=renewals["id"])
    assert (row["stage"], row["probability"]) == ("Offer", 30)
    row = api.get(f"{DEALS}?stage=Offer").json()["data"]
    assert [found["id"] for found in row] == [str(deal.pk)]
    stats = api.get(f"{DEALS}/stats/overview").json()["data"]
    assert stats["byStage"] == [{"stage": "Offer", "count": 1}]


def test_nothing_enters_a_pipeline_that_is_not_in_use(api, deal):
    closed = PipelineFactory(active=False)
    inside = DealFactory(pipeline=closed, assigned_to=deal.assigned_to)
    for response in (
        api.post(DEALS, {"deal_name": "X", "pipeline_id": str(closed.pk)}),
        api.patch(url_of(deal), {"pipeline_id": str(closed.pk)}),
    ):
        refused(response, 400, "invalid")
        assert list(response.json()["errors"]) == ["pipeline_id"]
    assert put(api, inside, stage="Needs Analysis")["probability"] == 20
