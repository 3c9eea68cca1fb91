"""Deals: what a new one begins with, what its lines come to, and how deals are found."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.core.models import Event
from crm.people.models import Account
from crm.people.tests.factories import AccountFactory
from crm.sales.models import Deal, StageChange
from crm.sales.tests.conftest import DEALS, made, put, url_of
from crm.sales.tests.factories import DealFactory
from crm.tests.world import refused, stored

pytestmark = pytest.mark.django_db

PROBABILITY = {
    "Qualification": 10,
    "Needs Analysis": 20,
    "Value Proposition": 40,
    "Identify Decision Makers": 60,
    "Proposal/Price Quote": 75,
    "Negotiation/Review": 90,
    "Closed Won": 100,
    "Closed Lost": 0,
}
LINES = [
    {"name": "Lamp", "quantity": 3, "unit_price": 19.99},
    {"name": "Fitting", "quantity": 1.5, "unit_price": 100, "discount": 10, "tax_rate": 19},
]


# -- making --------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", PROBABILITY)
def test_a_new_deal_has_the_probability_of_its_stage(stage, api):
    row = made(api, stage=stage, amount=9, loss_reason="Price")
    assert (row["stage"], row["probability"]) == (stage, PROBABILITY[stage])
    assert (row["close_date"] is not None) == (stage in ("Closed Won", "Closed Lost"))
    assert row["stage_changed_at"] == row["created_at"]


def test_a_new_deal_keeps_the_probability_it_was_given(api):
    assert made(api, stage="Proposal/Price Quote", probability=10)["probability"] == 10
    assert made(api, stage="Proposal/Price Quote", probability=None)["probability"] == 75
    assert made(api, stage="Closed Won", probability=30, amount=1)["probability"] == 100


def test_a_new_deal_begins_in_the_first_stage_of_the_default_pipeline(api):
    row = made(api, stage="", pipeline_id=None)
    assert (row["stage"], row["stage_kind"]) == ("Qualification", "open")
    assert row["pipeline"]["name"] == "Sales"
    step = StageChange.objects.get(deal_id=row["id"])
    assert (step.from_stage, step.to_stage, step.seconds) == ("", "Qualification", 0)


def test_a_deal_that_is_made_as_won_is_told_as_won(api, ann):
    account = AccountFactory(assigned_to=ann)
    row = made(api, stage="Closed Won", amount=10, account_id=str(account.pk))
    event = Event.objects.get(name="deal.won")
    assert str(event.record_id) == row["id"]
    account.refresh_from_db()
    assert account.type == Account.Type.CUSTOMER


def test_a_closed_deal_may_be_made_with_the_date_on_which_it_was_closed(api):
    row = made(api, stage="Closed Won", amount=10, close_date="2026-01-31T10:00:00Z")
    assert row["close_date"] == "2026-01-31T10:00:00Z"


@pytest.mark.parametrize(
    ("body", "field", "word"),
    [
        ({"stage": "Nowhere"}, "stage", "Qualification, Needs Analysis"),
        ({"stage": "closed won", "amount": 5}, "stage", "Closed Won"),
        ({"stage": "Closed Won"}, "amount", "above 0"),
        ({"stage": "Closed Won", "amount": 0}, "amount", "above 0"),
        ({"stage": "Closed Lost"}, "loss_reason", "why"),
        ({"stage": "Closed Lost", "loss_reason": "  "}, "loss_reason", "why"),
        ({"close_date": "2026-01-31"}, "close_date", "expected_close_date"),
        ({"probability": 101}, "probability", ""),
    ],
)
def test_what_is_refused_leaves_nothing(body, field, word, api):
    response = api.post(DEALS, {"deal_name": "Fifty lamps", **body})
    refused(response, 400, "invalid")
    assert list(response.json()["errors"]) == [field]
    assert word in response.json()["errors"][field][0]
    assert not Deal.all_objects.exists()
    assert not StageChange.objects.exists()
    assert not Event.objects.exists()


# -- lines ---------------------------------------------------------------------------------


def test_lines_make_the_amount(api):
    row = made(api, items=LINES)
    assert row["amount"] == 199.97
    assert [line["total"] for line in row["items"]] == [59.97, 140]
    deal = Deal.objects.get(pk=row["id"])

    response = api.patch(url_of(deal), {"amount": 5})

    assert response.json()["data"]["amount"] == 199.97
    assert response.json()["warnings"] == ["amount: 5.00 was sent, 199.97 is right."]
    assert put(api, deal, path="", currency="JPY")["amount"] == 200
    assert put(api, deal, path="", items=[], amount=7)["amount"] == 7
    assert put(api, deal, path="", items=LINES[:1])["amount"] == 60


def test_wrong_lines_are_refused_by_name(api, deal):
    before = stored(deal)
    for line, word in (
        ({"name": "Lamp", "quantity": 0, "unit_price": 1}, "quantity"),
        ({"name": "Lamp", "quantity": 1}, "unit_price"),
        ({"name": "Lamp", "quantity": 1, "unit_price": 1, "discount": 2}, "discount"),
    ):
        response = api.patch(url_of(deal), {"items": [line]})
        refused(response, 400, "invalid")
        assert word in str(response.json()["errors"])
    assert stored(deal) == before


# -- filters -------------------------------------------------------------------------------


def test_deals_are_found_by_how_they_stand(api, ann):
    now = timezone.now()
    late, soon = now - timedelta(days=2), now + timedelta(days=2)
    rows = {
        "open": DealFactory(assigned_to=ann, expected_close_date=soon, stage_changed_at=now),
        "late": DealFactory(assigned_to=ann, expected_close_date=late, stage_changed_at=now),
        "hold": DealFactory(assigned_to=ann, stage="On Hold"),
        "won": DealFactory(assigned_to=ann, stage="Closed Won", expected_close_date=late),
        "lost": DealFactory(assigned_to=ann, stage="Closed Lost", expected_close_date=late),
        "rotten": DealFactory(assigned_to=ann, stage_changed_at=now - timedelta(days=15)),
    }
    names = {str(row.pk): name for name, row in rows.items()}

    def found(query):
        response = api.get(f"{DEALS}?limit=100&{query}")
        assert response.status_code == 200, response.content
        return {names[row["id"]] for row in response.json()["data"]}

    for query, expected in {
        "open": {"open", "late", "hold", "rotten"},
        "won": {"won"},
        "lost": {"lost"},
        "overdue": {"late"},
        "rotting": {"rotten"},
    }.items():
        assert found(f"{query}=true") == expected
        assert found(f"{query}=false") == set(rows) - expected
    refused(api.get(f"{DEALS}?rotting=perhaps"), 400, "invalid")
