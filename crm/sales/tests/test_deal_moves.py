"""Deals on their way: one operation moves them, whichever door it was asked through."""

import pytest

from crm.core.models import Event
from crm.sales import deals
from crm.sales.tests.conftest import names_of, put, url_of
from crm.tests.world import refused, stored

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("door", ["stage", "put", "patch"])
def test_every_door_moves_by_the_same_rules(door, api, deal, ann):
    since = deal.created_at

    def move(**body):
        if door == "stage":
            return put(api, deal, **body)
        response = getattr(api, door)(url_of(deal), body)
        assert response.status_code == 200, response.content
        return response.json()["data"]

    row = move(stage="Negotiation/Review")
    assert (row["probability"], row["forecast_category"]) == (90, "commit")
    row = move(stage="Closed Won")
    assert (row["probability"], row["stage_kind"]) == (100, "won")
    assert row["close_date"] == row["stage_changed_at"]
    row = move(stage="Proposal/Price Quote", probability=33)
    assert (row["probability"], row["close_date"], row["stage_kind"]) == (33, None, "open")
    row = move(stage="Closed Lost", loss_reason="Price")
    assert (row["probability"], row["loss_reason"]) == (0, "Price")
    row = move(stage="On Hold")
    assert (row["probability"], row["loss_reason"], row["close_date"]) == (0, "", None)

    assert names_of(deal) == [
        "deal.updated",
        "deal.stage_changed",
        "deal.updated",
        "deal.stage_changed",
        "deal.won",
        "deal.updated",
        "deal.stage_changed",
        "deal.reopened",
        "deal.updated",
        "deal.stage_changed",
        "deal.lost",
        "deal.updated",
        "deal.stage_changed",
        "deal.reopened",
    ]
    steps = list(deal.stage_changes.order_by("at", "id"))
    assert [(step.from_stage, step.to_stage) for step in steps] == [
        ("Qualification", "Negotiation/Review"),
        ("Negotiation/Review", "Closed Won"),
        ("Closed Won", "Proposal/Price Quote"),
        ("Proposal/Price Quote", "Closed Lost"),
        ("Closed Lost", "On Hold"),
    ]
    assert {step.by for step in steps} == {ann}
    spent = int(steps[-1].at.timestamp()) - int(since.timestamp())
    assert sum(step.seconds for step in steps) == spent


def test_a_stage_on_hold_keeps_the_probability(api, deal):
    put(api, deal, stage="Value Proposition", probability=55)
    assert put(api, deal, stage="On Hold")["probability"] == 55


def test_a_whole_record_sent_back_with_another_stage_is_a_plain_move(api, deal):
    row = api.get(url_of(deal)).json()["data"]
    response = api.put(url_of(deal), {**row, "stage": "Value Proposition"})
    assert response.status_code == 200, response.content
    assert response.json()["data"]["probability"] == 40


def test_moving_to_where_it_is_changes_nothing(api, deal):
    put(api, deal, stage="Closed Won")
    before, events = stored(deal), Event.objects.count()
    put(api, deal, stage="Closed Won")
    put(api, deal, path="", stage="Closed Won", probability="")
    assert (stored(deal), Event.objects.count()) == (before, events)


def test_the_next_stage_is_an_open_one(deal, max):
    for stage in ("Needs Analysis", "Value Proposition", "Identify Decision Makers"):
        assert deals.advance_deal(deal, by=max).stage == stage
    assert deals.win_deal(deal, by=max).stage == "Closed Won"
    with pytest.raises(deals.Conflict, match="no open stage"):
        deals.advance_deal(deal, by=max)


def test_who_saw_an_older_state_is_told_the_present_one(api, deal):
    put(api, deal, stage="Needs Analysis", from_stage="Qualification")
    before = stored(deal)
    for seen in ({"from_stage": "Qualification"}, {"revision": 1}):
        response = api.put(url_of(deal, "/stage"), {"stage": "Closed Won", **seen})
        refused(response, 409, "conflict")
        current = response.json()["current"]
        assert (current["stage"], current["revision"]) == ("Needs Analysis", 2)
        assert "'Needs Analysis'" in response.json()["message"]
    assert stored(deal) == before


def test_a_stale_etag_is_refused(api, deal):
    etag = api.get(url_of(deal))["ETag"]
    put(api, deal, stage="Needs Analysis")
    response = api.put(url_of(deal, "/stage"), {"stage": "Closed Won"}, HTTP_IF_MATCH=etag)
    refused(response, 412, "precondition_failed")


def test_moves_reach_their_scope(deal, zoe, sam, client_of):
    for person, status in ((zoe, 404), (sam, 403)):
        other = client_of(person)
        for path in ("/stage", "/stages"):
            method = other.put if path == "/stage" else other.get
            assert method(url_of(deal, path), {"stage": "Closed Won"}).status_code == status
    assert names_of(deal) == []


def test_the_way_of_a_deal_can_be_read(api, deal, ann):
    put(api, deal, stage="Needs Analysis")
    put(api, deal, stage="Closed Won")
    rows = api.get(url_of(deal, "/stages")).json()["data"]
    assert [(row["from_stage"], row["to_stage"], row["kind"]) for row in rows] == [
        ("Needs Analysis", "Closed Won", "won"),
        ("Qualification", "Needs Analysis", "open"),
    ]
    assert rows[0]["by"] == {"id": str(ann.pk), "full_name": "Ann", "email": ann.email}
    told = [row["title"] for row in api.get(url_of(deal, "/timeline")).json()["data"]]
    assert told == ["deal.won", "deal.stage_changed", "deal.stage_changed"]
