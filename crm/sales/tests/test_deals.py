"""Deals: one operation moves them, and nothing else touches how they end."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from crm.core.models import Event
from crm.people.models import Account
from crm.people.tests.factories import AccountFactory, ContactFactory
from crm.sales import deals
from crm.sales.models import Deal, StageChange
from crm.sales.tests.factories import DealFactory, PipelineFactory
from crm.tests.world import refused, stored

pytestmark = pytest.mark.django_db

URL = "/api/v1/deals"
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


@pytest.fixture
def client(ann, client_of):
    return client_of(ann)


@pytest.fixture
def deal(ann):
    return DealFactory(assigned_to=ann, amount=500)


def url_of(deal, path=""):
    return f"{URL}/{deal.pk}{path}"


def names_of(deal):
    return list(Event.objects.filter(record_id=deal.pk).order_by("id").values_list("name", flat=1))


def made(client, **body):
    response = client.post(URL, {"deal_name": "Fifty lamps", **body})
    assert response.status_code == 201, response.content
    return response.json()["data"]


def put(client, deal, path="/stage", **body):
    response = client.put(url_of(deal, path), body)
    assert response.status_code == 200, response.content
    return response.json()["data"]


# -- making ----------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", PROBABILITY)
def test_a_new_deal_has_the_probability_of_its_stage(stage, client):
    row = made(client, stage=stage, amount=9, loss_reason="Price")
    assert (row["stage"], row["probability"]) == (stage, PROBABILITY[stage])
    assert (row["close_date"] is not None) == (stage in ("Closed Won", "Closed Lost"))
    assert row["stage_changed_at"] == row["created_at"]


def test_a_new_deal_keeps_the_probability_it_was_given(client):
    assert made(client, stage="Proposal/Price Quote", probability=10)["probability"] == 10
    assert made(client, stage="Proposal/Price Quote", probability=None)["probability"] == 75
    assert made(client, stage="Closed Won", probability=30, amount=1)["probability"] == 100


def test_a_new_deal_begins_in_the_first_stage_of_the_default_pipeline(client):
    row = made(client, stage="", pipeline_id=None)
    assert (row["stage"], row["stage_kind"]) == ("Qualification", "open")
    assert row["pipeline"]["name"] == "Sales"
    step = StageChange.objects.get(deal_id=row["id"])
    assert (step.from_stage, step.to_stage, step.seconds) == ("", "Qualification", 0)


def test_a_deal_that_is_made_as_won_is_told_as_won(client, ann):
    account = AccountFactory(assigned_to=ann)
    row = made(client, stage="Closed Won", amount=10, account_id=str(account.pk))
    event = Event.objects.get(name="deal.won")
    assert str(event.record_id) == row["id"]
    account.refresh_from_db()
    assert account.type == Account.Type.CUSTOMER


def test_a_closed_deal_may_be_made_with_the_date_on_which_it_was_closed(client):
    row = made(client, stage="Closed Won", amount=10, close_date="2026-01-31T10:00:00Z")
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
def test_what_is_refused_leaves_nothing(body, field, word, client):
    response = client.post(URL, {"deal_name": "Fifty lamps", **body})
    refused(response, 400, "invalid")
    assert list(response.json()["errors"]) == [field]
    assert word in response.json()["errors"][field][0]
    assert not Deal.all_objects.exists()
    assert not StageChange.objects.exists()
    assert not Event.objects.exists()


# -- moving ----------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["stage", "put", "patch"])
def test_every_door_moves_by_the_same_rules(door, client, deal, ann):
    since = deal.created_at

    def move(**body):
        if door == "stage":
            return put(client, deal, **body)
        response = getattr(client, door)(url_of(deal), body)
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


def test_a_stage_on_hold_keeps_the_probability(client, deal):
    put(client, deal, stage="Value Proposition", probability=55)
    assert put(client, deal, stage="On Hold")["probability"] == 55


def test_a_whole_record_sent_back_with_another_stage_is_a_plain_move(client, deal):
    row = client.get(url_of(deal)).json()["data"]
    response = client.put(url_of(deal), {**row, "stage": "Value Proposition"})
    assert response.status_code == 200, response.content
    assert response.json()["data"]["probability"] == 40


def test_moving_to_where_it_is_changes_nothing(client, deal):
    put(client, deal, stage="Closed Won")
    before, events = stored(deal), Event.objects.count()
    put(client, deal, stage="Closed Won")
    put(client, deal, path="", stage="Closed Won", probability="")
    assert (stored(deal), Event.objects.count()) == (before, events)


@pytest.mark.parametrize("kind", ["won", "lost"])
def test_editing_anything_else_does_not_touch_the_outcome(kind, client, deal):
    put(client, deal, stage=f"Closed {kind.capitalize()}", loss_reason="Price")
    before = stored(deal)
    put(
        client,
        deal,
        path="",
        deal_name="Sixty lamps",
        next_step="Thank them",
        amount=700,
        expected_close_date="2027-01-31",
        currency="EUR",
        close_date="2026-02-01T00:00:00Z",
    )
    after = stored(deal)
    for name in ("stage", "stage_kind", "probability", "loss_reason", "stage_changed_at"):
        assert after[name] == before[name]
    assert after["close_date"].isoformat() == "2026-02-01T00:00:00+00:00"
    assert StageChange.objects.filter(deal=deal).count() == 1
    assert Event.objects.filter(name=f"deal.{kind}").count() == 1


@pytest.mark.parametrize(
    ("at", "body", "field"),
    [
        ("Qualification", {"stage": "Nowhere"}, "stage"),
        ("Qualification", {"stage": "Closed Lost"}, "loss_reason"),
        ("Qualification", {"stage": "Closed Lost", "loss_reason": ""}, "loss_reason"),
        ("Qualification", {"stage": "Closed Won", "amount": 0}, "amount"),
        ("Qualification", {"close_date": "2026-01-01"}, "close_date"),
        ("Closed Won", {"probability": 50}, "probability"),
        ("Closed Won", {"amount": 0}, "amount"),
        ("Closed Won", {"close_date": None}, "close_date"),
        ("Closed Lost", {"probability": 50}, "probability"),
        ("Closed Lost", {"loss_reason": " "}, "loss_reason"),
    ],
)
def test_what_contradicts_the_outcome_is_refused_and_changes_nothing(at, body, field, client, ann):
    deal = DealFactory(
        assigned_to=ann, amount=500, stage=at, loss_reason="" if at != "Closed Lost" else "Price"
    )
    before = stored(deal)
    response = client.patch(url_of(deal), body)
    refused(response, 400, "invalid")
    assert list(response.json()["errors"]) == [field]
    if "stage" in body:
        response = client.put(url_of(deal, "/stage"), body)
        refused(response, 400, "invalid")
        assert list(response.json()["errors"]) == [field]
    assert stored(deal) == before
    assert not Event.objects.filter(record_id=deal.pk).exists()
    assert not StageChange.objects.exists()


def test_an_old_clients_lost_deal_gets_a_reason(settings, client, deal):
    settings.API_COMPAT = "base44"
    assert put(client, deal, path="", stage="Closed Lost")["loss_reason"] == "not given"


def test_an_older_row_without_a_reason_can_still_be_edited(client, ann):
    deal = DealFactory(assigned_to=ann, stage="Closed Lost")
    row = client.get(url_of(deal)).json()["data"]
    assert put(client, deal, path="", **{**row, "next_step": "Ask again"})["next_step"]


def test_who_saw_an_older_state_is_told_the_present_one(client, deal):
    put(client, deal, stage="Needs Analysis", from_stage="Qualification")
    before = stored(deal)
    for seen in ({"from_stage": "Qualification"}, {"revision": 1}):
        response = client.put(url_of(deal, "/stage"), {"stage": "Closed Won", **seen})
        refused(response, 409, "conflict")
        current = response.json()["current"]
        assert (current["stage"], current["revision"]) == ("Needs Analysis", 2)
        assert "'Needs Analysis'" in response.json()["message"]
    assert stored(deal) == before


def test_a_stale_etag_is_refused(client, deal):
    etag = client.get(url_of(deal))["ETag"]
    put(client, deal, stage="Needs Analysis")
    response = client.put(url_of(deal, "/stage"), {"stage": "Closed Won"}, HTTP_IF_MATCH=etag)
    refused(response, 412, "precondition_failed")


def test_moves_reach_their_scope(deal, zoe, sam, client_of):
    for person, status in ((zoe, 404), (sam, 403)):
        other = client_of(person)
        for path in ("/stage", "/stages"):
            method = other.put if path == "/stage" else other.get
            assert method(url_of(deal, path), {"stage": "Closed Won"}).status_code == status
    assert names_of(deal) == []


def test_the_way_of_a_deal_can_be_read(client, deal, ann):
    put(client, deal, stage="Needs Analysis")
    put(client, deal, stage="Closed Won")
    rows = client.get(url_of(deal, "/stages")).json()["data"]
    assert [(row["from_stage"], row["to_stage"], row["kind"]) for row in rows] == [
        ("Needs Analysis", "Closed Won", "won"),
        ("Qualification", "Needs Analysis", "open"),
    ]
    assert rows[0]["by"] == {"id": str(ann.pk), "full_name": "Ann", "email": ann.email}
    told = [row["title"] for row in client.get(url_of(deal, "/timeline")).json()["data"]]
    assert told == ["deal.won", "deal.stage_changed", "deal.stage_changed"]


# -- winning ---------------------------------------------------------------------------------


def test_a_won_deal_makes_its_account_a_customer(client, ann, zoe):
    account = AccountFactory(assigned_to=zoe, type="prospect")
    contact = ContactFactory(account=account)
    deal = DealFactory(
        assigned_to=ann, amount=500, account=account, contact=contact, currency="EUR"
    )

    put(client, deal, stage="Closed Won")

    account.refresh_from_db()
    assert (account.type, account.revision) == ("customer", 2)
    changed = Event.objects.get(record_id=account.pk)
    assert changed.data["changes"] == {"type": ["prospect", "customer"]}
    assert changed.actor == ann
    won = Event.objects.get(name="deal.won")
    assert won.data["account"] == str(account.pk)
    assert won.data["contact"] == str(contact.pk)
    assert (Decimal(won.data["amount"]), won.data["currency"]) == (500, "EUR")
    put(client, deal, stage="Qualification")
    put(client, deal, stage="Closed Won")
    account.refresh_from_db()
    assert account.revision == 2
    assert Event.objects.filter(name="deal.won").count() == 2


def test_a_deal_whose_account_is_gone_can_be_won(client, ann):
    account = AccountFactory(deleted_at=timezone.now())
    deal = DealFactory(assigned_to=ann, amount=500, account=account)
    put(client, deal, stage="Closed Won")
    account.refresh_from_db()
    assert account.type == "prospect"


# -- other pipelines -------------------------------------------------------------------------

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


def test_a_deal_goes_by_the_stages_of_its_pipeline(client, renewals):
    row = made(client, pipeline_id=renewals["id"])
    assert (row["stage"], row["probability"]) == ("Offer", 30)
    response = client.post(
        URL, {"deal_name": "X", "pipeline_id": renewals["id"], "stage": "Qualification"}
    )
    refused(response, 400, "invalid")
    assert "Offer, Signed, Gone" in response.json()["errors"]["stage"][0]
    deal = Deal.objects.get(pk=row["id"])
    response = client.put(url_of(deal, "/stage"), {"stage": "Closed Won"})
    refused(response, 400, "invalid")
    put(client, deal, stage="Signed", amount=80)
    assert Event.objects.get(name="deal.won").data["stage"] == "Signed"


def test_a_deal_that_changes_its_pipeline_enters_a_stage_there(client, deal, renewals):
    row = put(client, deal, path="", pipeline_id=renewals["id"])
    assert (row["stage"], row["probability"]) == ("Offer", 30)
    row = client.get(f"{URL}?stage=Offer").json()["data"]
    assert [found["id"] for found in row] == [str(deal.pk)]
    stats = client.get(f"{URL}/stats/overview").json()["data"]
    assert stats["byStage"] == [{"stage": "Offer", "count": 1}]


def test_nothing_enters_a_pipeline_that_is_not_in_use(client, deal):
    closed = PipelineFactory(active=False)
    inside = DealFactory(pipeline=closed, assigned_to=deal.assigned_to)
    for response in (
        client.post(URL, {"deal_name": "X", "pipeline_id": str(closed.pk)}),
        client.patch(url_of(deal), {"pipeline_id": str(closed.pk)}),
    ):
        refused(response, 400, "invalid")
        assert list(response.json()["errors"]) == ["pipeline_id"]
    assert put(client, inside, stage="Needs Analysis")["probability"] == 20


# -- lines -----------------------------------------------------------------------------------

LINES = [
    {"name": "Lamp", "quantity": 3, "unit_price": 19.99},
    {"name": "Fitting", "quantity": 1.5, "unit_price": 100, "discount": 10, "tax_rate": 19},
]


def test_lines_make_the_amount(client):
    row = made(client, items=LINES)
    assert row["amount"] == 199.97
    assert [line["total"] for line in row["items"]] == [59.97, 140]
    deal = Deal.objects.get(pk=row["id"])

    response = client.patch(url_of(deal), {"amount": 5})

    assert response.json()["data"]["amount"] == 199.97
    assert response.json()["warnings"] == ["amount: 5.00 was sent, 199.97 is right."]
    assert put(client, deal, path="", currency="JPY")["amount"] == 200
    assert put(client, deal, path="", items=[], amount=7)["amount"] == 7
    assert put(client, deal, path="", items=LINES[:1])["amount"] == 60


def test_wrong_lines_are_refused_by_name(client, deal):
    before = stored(deal)
    for line, word in (
        ({"name": "Lamp", "quantity": 0, "unit_price": 1}, "quantity"),
        ({"name": "Lamp", "quantity": 1}, "unit_price"),
        ({"name": "Lamp", "quantity": 1, "unit_price": 1, "discount": 2}, "discount"),
    ):
        response = client.patch(url_of(deal), {"items": [line]})
        refused(response, 400, "invalid")
        assert word in str(response.json()["errors"])
    assert stored(deal) == before


# -- filters ---------------------------------------------------------------------------------


def test_deals_are_found_by_how_they_stand(client, ann):
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
        response = client.get(f"{URL}?limit=100&{query}")
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
    refused(client.get(f"{URL}?rotting=perhaps"), 400, "invalid")


def test_the_next_stage_is_an_open_one(deal, max):
    for stage in ("Needs Analysis", "Value Proposition", "Identify Decision Makers"):
        assert deals.advance_deal(deal, by=max).stage == stage
    assert deals.win_deal(deal, by=max).stage == "Closed Won"
    with pytest.raises(deals.Conflict, match="no open stage"):
        deals.advance_deal(deal, by=max)
