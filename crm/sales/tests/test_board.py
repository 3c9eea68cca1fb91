"""The board and the forecast: every number is that of the list behind it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.core.company import ExchangeRate
from crm.sales.models import Deal
from crm.sales.tests.factories import DealFactory, PipelineFactory
from crm.tests.world import refused, stored

pytestmark = pytest.mark.django_db

DEALS = "/api/v1/deals"
NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)


@pytest.fixture
def client(ann, client_of):
    return client_of(ann)


def got(client, url):
    response = client.get(url)
    assert response.status_code == 200, response.content
    return response.json()["data"]


def board(client, query=""):
    found = got(client, f"{DEALS}/board?{query}")
    return {column["name"]: column for column in found["stages"]}


def listed(client, chosen):
    rows = client.get(DEALS, {**chosen, "limit": 1000})
    assert rows.status_code == 200, rows.content
    return rows.json()["data"]


def agrees(client, figure):
    """A figure is what the list that it names comes to, each currency rounded once."""
    rows = listed(client, figure["filter"])
    apart = {row["currency"]: row for row in figure["unrated"]}
    rated = [row for row in rows if row["currency"] not in apart]
    rates = {"USD": 1, "EUR": Decimal("1.1")}
    assert figure["count"] == len(rows)
    sums = {"sum": Decimal(0), "weighted": Decimal(0)}
    for currency in {row["currency"] for row in rated}:
        mine = [row for row in rated if row["currency"] == currency]
        amount = sum(Decimal(str(row["amount"])) for row in mine)
        weighted = sum(Decimal(str(row["amount"])) * row["probability"] for row in mine) / 100
        sums["sum"] += (amount * rates[currency]).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        sums["weighted"] += (weighted * rates[currency]).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert {name: Decimal(str(figure[name])) for name in sums} == sums
    for currency, part in apart.items():
        mine = [row for row in rows if row["currency"] == currency]
        assert part["count"] == len(mine)
        assert part["sum"] == sum(row["amount"] for row in mine)
    return len(rows)


# -- the board -------------------------------------------------------------------------------


def test_the_board_tells_what_each_stage_comes_to(client, ann):
    ExchangeRate.objects.create(currency="EUR", rate="1.1", valid_from=date(2020, 1, 1))
    for amount, currency, probability in (("10.05", "USD", 10), ("20.10", "EUR", 33)):
        DealFactory(assigned_to=ann, amount=amount, currency=currency, probability=probability)
    DealFactory(assigned_to=ann, amount=7, currency="CHF")
    DealFactory(assigned_to=ann, amount=100, stage="Closed Won")

    columns = board(client)

    assert list(columns) == [stage.value for stage in Deal.Stage]
    first = columns["Qualification"]
    assert (first["count"], first["sum"], first["weighted"]) == (3, 32.16, 8.31)
    assert first["unrated"] == [{"currency": "CHF", "count": 1, "sum": 7, "weighted": 0.7}]
    assert (first["rotting_days"], first["kind"]) == (14, "open")
    assert columns["Closed Won"]["sum"] == 100
    assert columns["On Hold"]["deals"] == []
    for column in columns.values():
        assert agrees(client, column) == len(column["deals"])


def test_the_board_holds_only_what_the_caller_sees(ann, tom, zoe, mia, sam, client_of):
    own, team, foreign = (DealFactory(assigned_to=person, amount=5) for person in (ann, tom, zoe))
    for person, rows in ((ann, [own]), (mia, [own, team]), (zoe, [foreign])):
        column = board(client_of(person))["Qualification"]
        assert {row["id"] for row in column["deals"]} == {str(row.pk) for row in rows}
        assert (column["count"], column["sum"]) == (len(rows), 5 * len(rows))
    for path in ("board", "forecast"):
        refused(client_of(sam).get(f"{DEALS}/{path}"), 403, "permission_denied")


def test_the_board_takes_the_lists_filters(client, ann, tom):
    lamp = DealFactory(assigned_to=ann, deal_name="Lamps", amount=5)
    DealFactory(assigned_to=ann, deal_name="Chairs", amount=7)
    column = board(client, "search=lamp&amount__lt=6&fields=deal_name")["Qualification"]
    assert (column["count"], column["sum"]) == (1, 5)
    assert column["deals"] == [{"id": str(lamp.pk), "deal_name": "Lamps"}]
    assert agrees(client, column) == 1


def test_the_board_shows_the_first_cards_of_each_stage(client, ann):
    for stage in ("Qualification", "Closed Won"):
        for place in (3, 1, 2, 1):
            DealFactory(assigned_to=ann, stage=stage, position=place)
    for column in ("Qualification", "Closed Won"):
        found = board(client, "limit=3")[column]
        assert [row["position"] for row in found["deals"]] == [1, 1, 2]
        assert found["count"] == 4


def test_a_board_of_another_pipeline(client, ann):
    other = PipelineFactory()
    deal = DealFactory(pipeline=other, assigned_to=ann)
    assert board(client)["Qualification"]["count"] == 0
    column = board(client, f"pipeline={other.pk}")["Qualification"]
    assert [row["id"] for row in column["deals"]] == [str(deal.pk)]
    assert column["filter"] == {"pipeline_id": str(other.pk), "stage": "Qualification"}


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("board", "pipeline=x", "pipeline"),
        ("board", "pipeline=01900000-0000-7000-8000-000000000000", "pipeline"),
        ("board", "page=2", "page"),
        ("board", "limit=0", "limit"),
        ("board", "colour=red", "colour"),
        ("board", "fields=colour", "fields"),
        ("forecast", "from=soon", "from"),
        ("forecast", "from=2026-05&to=2026-04", "to"),
        ("forecast", "from=2026-01&to=2036-01", "to"),
        ("forecast", "from=9999-12", "to"),
        ("forecast", "open=true", "open"),
        ("forecast", "close_date__gt=2026-01-01", "close_date__gt"),
        ("forecast", "limit=5", "limit"),
    ],
)
def test_what_can_not_be_asked_is_refused_by_name(path, query, name, client):
    response = client.get(f"{DEALS}/{path}?{query}")
    refused(response, 400, "invalid")
    assert list(response.json()["errors"]) == [name]


def test_the_board_and_the_forecast_cost_the_same_at_any_length(client, ann):
    counts = []
    for size in (1, 40, 200):
        DealFactory.create_batch(size, assigned_to=ann, expected_close_date=NOW, amount=3)
        DealFactory.create_batch(size, assigned_to=ann, stage="Closed Won", amount=3)
        for path in ("board?limit=100", "forecast?from=2026-01&to=2026-12"):
            with CaptureQueriesContext(connection) as captured:
                got(client, f"{DEALS}/{path}")
            counts.append(len(captured))
    assert counts[0] == counts[2] == counts[4] <= 8
    assert counts[1] == counts[3] == counts[5] <= 8


# -- where cards lie -------------------------------------------------------------------------


def order(client, stage="Qualification"):
    return [row["id"] for row in board(client, "limit=1000")[stage]["deals"]]


def move(client, deal, **body):
    response = client.put(f"{DEALS}/{deal.pk}/stage", body)
    assert response.status_code == 200, response.content
    return response.json()["data"]


def test_a_new_card_lies_on_top(client):
    ids = [client.post(DEALS, {"deal_name": f"Deal {at}"}).json()["data"]["id"] for at in range(3)]
    assert order(client) == ids[::-1]


def test_a_card_is_dropped_between_two_others(client, ann):
    cards = [DealFactory(assigned_to=ann, position=place * 1024) for place in range(4)]
    ids = [str(card.pk) for card in cards]
    stray = DealFactory(assigned_to=ann, stage="Needs Analysis")

    move(client, stray, stage="Qualification", before=ids[1])
    assert order(client) == [ids[0], str(stray.pk), *ids[1:]]
    move(client, stray, stage="Qualification", after=ids[3])
    assert order(client) == [*ids, str(stray.pk)]
    move(client, cards[3], stage="Qualification", before=ids[0])
    assert order(client) == [ids[3], *ids[:3], str(stray.pk)]
    move(client, cards[0], stage="Qualification", after=ids[1], before=ids[2])
    assert order(client) == [ids[3], ids[1], ids[0], ids[2], str(stray.pk)]


def test_room_is_made_where_there_is_none(client, ann):
    top, bottom = (DealFactory(assigned_to=ann, position=place) for place in (5, 6))
    revisions = [stored(card)["revision"] for card in (top, bottom)]
    seen = [str(top.pk)]
    for _ in range(15):  # always right below the top card: the room there halves each time
        card = DealFactory(assigned_to=ann, stage="Needs Analysis")
        move(client, card, stage="Qualification", after=str(top.pk))
        seen.insert(1, str(card.pk))
        assert order(client) == [*seen, str(bottom.pk)]
    assert [stored(card)["revision"] for card in (top, bottom)] == revisions


def test_cards_at_the_ends_of_what_a_number_holds(client, ann):
    lowest = DealFactory(assigned_to=ann, position=-2_147_483_647)
    highest = DealFactory(assigned_to=ann, position=2_147_483_647)
    assert client.post(DEALS, {"deal_name": "One more"}).status_code == 201
    below, above = (DealFactory(assigned_to=ann, stage="On Hold") for _ in range(2))
    move(client, below, stage="Qualification", after=str(highest.pk))
    assert order(client)[-2:] == [str(highest.pk), str(below.pk)]
    move(client, above, stage="Qualification", before=str(lowest.pk))
    found = order(client)
    assert found.index(str(above.pk)) + 1 == found.index(str(lowest.pk))


def test_a_neighbour_that_left_is_a_conflict(client, ann, zoe):
    deal = DealFactory(assigned_to=ann)
    gone = DealFactory(assigned_to=ann, stage="Closed Won")
    hidden = DealFactory(assigned_to=zoe)
    before = stored(deal)
    url = f"{DEALS}/{deal.pk}/stage"
    body = {"stage": "Qualification"}
    refused(client.put(url, {**body, "before": str(gone.pk)}), 409, "conflict")
    refused(client.put(url, {**body, "after": str(hidden.pk)}), 400, "invalid")
    refused(client.put(url, {**body, "after": str(deal.pk)}), 400, "invalid")
    assert stored(deal) == before
