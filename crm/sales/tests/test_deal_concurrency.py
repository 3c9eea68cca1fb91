"""What several people do to one board at the same moment."""

from functools import partial

import pytest
from django.db import connection

from crm.core.models import Event
from crm.people.tests.factories import AccountFactory
from crm.sales.models import Deal, StageChange
from crm.sales.tests.factories import DealFactory
from crm.tests.threads import at_once, statuses

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL"),
]

DEALS = "/api/v1/deals"


def test_of_two_people_who_drag_one_card_one_wins(max, client_of):
    deal = DealFactory(assigned_to=max, amount=5)
    url, clients = f"{DEALS}/{deal.pk}/stage", [client_of(max), client_of(max)]
    lanes = ["Qualification", "Needs Analysis", "Value Proposition"]
    for turn in range(20):
        here = lanes[turn % 3]
        deal.refresh_from_db()
        Deal.objects.filter(pk=deal.pk).update(stage=here)
        targets = [lane for lane in lanes if lane != here]

        answers = at_once(
            *(
                partial(client.put, url, {"stage": target, "from_stage": here})
                for client, target in zip(clients, targets, strict=True)
            )
        )

        assert statuses(answers) == [200, 409]
        won, lost = sorted(answers, key=lambda answer: answer.status_code)
        deal.refresh_from_db()
        assert won.json()["data"]["stage"] == deal.stage
        assert lost.json()["current"]["stage"] == deal.stage
        assert lost.json()["current"]["revision"] == deal.revision
        assert StageChange.objects.filter(deal=deal).count() == turn + 1
    assert Event.objects.filter(name="deal.stage_changed").count() == 20


def test_ten_people_win_a_deal_once(max, client_of):
    account = AccountFactory()
    deal = DealFactory(assigned_to=max, amount=5, account=account)
    url = f"{DEALS}/{deal.pk}"
    calls = []
    for number in range(10):
        client = client_of(max)
        door = (partial(client.put, f"{url}/stage"), partial(client.patch, url))[number % 2]
        calls.append(partial(door, {"stage": "Closed Won"}))

    answers = at_once(*calls)

    assert statuses(answers) == [200] * 10
    assert Event.objects.filter(name="deal.won").count() == 1
    assert Event.objects.filter(name="deal.stage_changed").count() == 1
    assert StageChange.objects.count() == 1
    account.refresh_from_db()
    assert (account.type, account.revision) == ("customer", 2)
    deal.refresh_from_db()
    assert deal.revision == 2


def test_deals_of_one_account_are_won_together(max, client_of):
    account = AccountFactory()
    deals = DealFactory.create_batch(8, assigned_to=max, amount=5, account=account)
    answers = at_once(
        *(
            partial(client_of(max).put, f"{DEALS}/{deal.pk}/stage", {"stage": "Closed Won"})
            for deal in deals
        )
    )
    assert statuses(answers) == [200] * 8
    assert Event.objects.filter(name="deal.won").count() == 8
    assert Event.objects.filter(name="account.updated").count() == 1


def test_many_cards_dropped_into_one_place_lie_there(max, client_of):
    """The place has no room at all: everybody spreads the column out, nobody waits forever."""
    top, bottom = (DealFactory(assigned_to=max, position=place) for place in (1, 2))
    cards = DealFactory.create_batch(8, assigned_to=max, stage="Needs Analysis")
    inside = DealFactory.create_batch(4, assigned_to=max, position=2)
    body = {"stage": "Qualification", "after": str(top.pk)}

    answers = at_once(
        *(
            partial(client_of(max).put, f"{DEALS}/{card.pk}/stage", body)
            for card in (*cards, *inside)
        )
    )

    assert statuses(answers) == [200] * 12
    order = Deal.objects.filter(stage="Qualification").order_by("position", "id")
    keys = list(order.values_list("pk", flat=True))
    assert keys[0] == top.pk
    assert len(keys) == 14
    assert keys[-1] == bottom.pk
