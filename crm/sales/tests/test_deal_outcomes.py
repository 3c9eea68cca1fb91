"""How deals end: nothing but a move touches it, and what a won deal brings about."""

from decimal import Decimal

import pytest
from django.utils import timezone

from crm.core.models import Event
from crm.people.tests.factories import AccountFactory, ContactFactory
from crm.sales.models import StageChange
from crm.sales.tests.conftest import put, url_of
from crm.sales.tests.factories import DealFactory
from crm.tests.world import refused, stored

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["won", "lost"])
def test_editing_anything_else_does_not_touch_the_outcome(kind, api, deal):
    put(api, deal, stage=f"Closed {kind.capitalize()}", loss_reason="Price")
    before = stored(deal)
    put(
        api,
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
def test_what_contradicts_the_outcome_is_refused_and_changes_nothing(at, body, field, api, ann):
    deal = DealFactory(
        assigned_to=ann, amount=500, stage=at, loss_reason="" if at != "Closed Lost" else "Price"
    )
    before = stored(deal)
    response = api.patch(url_of(deal), body)
    refused(response, 400, "invalid")
    assert list(response.json()["errors"]) == [field]
    if "stage" in body:
        response = api.put(url_of(deal, "/stage"), body)
        refused(response, 400, "invalid")
        assert list(response.json()["errors"]) == [field]
    assert stored(deal) == before
    assert not Event.objects.filter(record_id=deal.pk).exists()
    assert not StageChange.objects.exists()


def test_an_old_clients_lost_deal_gets_a_reason(settings, api, deal):
    settings.API_COMPAT = "base44"
    assert put(api, deal, path="", stage="Closed Lost")["loss_reason"] == "not given"


def test_an_older_row_without_a_reason_can_still_be_edited(api, ann):
    deal = DealFactory(assigned_to=ann, stage="Closed Lost")
    row = api.get(url_of(deal)).json()["data"]
    assert put(api, deal, path="", **{**row, "next_step": "Ask again"})["next_step"]


def test_a_won_deal_makes_its_account_a_customer(api, ann, zoe):
    account = AccountFactory(assigned_to=zoe, type="prospect")
    contact = ContactFactory(account=account)
    deal = DealFactory(
        assigned_to=ann, amount=500, account=account, contact=contact, currency="EUR"
    )

    put(api, deal, stage="Closed Won")

    account.refresh_from_db()
    assert (account.type, account.revision) == ("customer", 2)
    changed = Event.objects.get(record_id=account.pk)
    assert changed.data["changes"] == {"type": ["prospect", "customer"]}
    assert changed.actor == ann
    won = Event.objects.get(name="deal.won")
    assert won.data["account"] == str(account.pk)
    assert won.data["contact"] == str(contact.pk)
    assert (Decimal(won.data["amount"]), won.data["currency"]) == (500, "EUR")
    put(api, deal, stage="Qualification")
    put(api, deal, stage="Closed Won")
    account.refresh_from_db()
    assert account.revision == 2
    assert Event.objects.filter(name="deal.won").count() == 2


def test_a_deal_whose_account_is_gone_can_be_won(api, ann):
    account = AccountFactory(deleted_at=timezone.now())
    deal = DealFactory(assigned_to=ann, amount=500, account=account)
    put(api, deal, stage="Closed Won")
    account.refresh_from_db()
    assert account.type == "prospect"
