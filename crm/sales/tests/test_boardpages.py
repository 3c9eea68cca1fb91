"""The board as a page: what it shows to whom, and what moving a card stores and refuses."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.core.models import Event
from crm.people.tests.factories import AccountFactory
from crm.sales import deals
from crm.sales.models import Deal
from crm.sales.tests.factories import DealFactory, PipelineFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


@pytest.fixture
def browser():
    """Give a browser signed in as somebody."""

    def browser(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser


def send(client: Client, deal: Deal, **fields):
    """Move a deal as the board's script does."""
    return client.post(f"/deals/{deal.pk}/move/", fields, headers={"X-Board": "yes"})


def page(client: Client, address: str = "/board/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def test_the_board_shows_stages_with_what_they_come_to(ann, browser):
    company = AccountFactory(account_name="Nordlicht", assigned_to=ann)
    DealFactory(deal_name="Lamps", amount=1500, account=company, assigned_to=ann)
    DealFactory(deal_name="Cables", amount=700, stage="Needs Analysis", assigned_to=ann)
    answer = browser(ann).get("/board/")
    first, second, *_rest = answer.context["columns"]
    assert (first["name"], first["count"], first["sum"]) == ("Qualification", 1, 1500)
    assert (second["name"], second["count"], second["sum"]) == ("Needs Analysis", 1, 700)
    text = answer.content.decode()
    assert "Lamps" in text
    assert "Nordlicht" in text
    assert "$1,500" in text


def test_a_rep_sees_their_own_cards_and_no_choice_of_people(ann, tom, mia, browser):
    DealFactory(deal_name="Of Ann", assigned_to=ann)
    DealFactory(deal_name="Of Tom", assigned_to=tom)
    own = page(browser(ann))
    assert "Of Ann" in own
    assert "Of Tom" not in own
    assert 'name="owner"' not in own
    team = page(browser(mia))
    assert "Of Tom" in team
    assert 'name="owner"' in team


def test_support_has_no_board(sam, browser):
    assert browser(sam).get("/board/").status_code == 403


def test_filters_stand_in_the_address(ann, tom, mia, browser):
    soon = timezone.now() - timedelta(days=3)
    DealFactory(deal_name="Late lamps", assigned_to=ann, expected_close_date=soon)
    DealFactory(deal_name="Other", assigned_to=tom)
    client = browser(mia)
    assert "Other" not in page(client, f"/board/?owner={ann.pk}")
    assert "Late lamps" not in page(client, "/board/?owner=mine")
    assert "Other" not in page(client, "/board/?closing=overdue")
    assert "Late lamps" in page(client, "/board/?closing=overdue&search=lamps")
    assert "There is no pipeline" in page(client, "/board/?pipeline=nonsense")


def test_another_pipeline_is_chosen_by_its_id(ann, browser):
    other = PipelineFactory(name="Renewals")
    DealFactory(deal_name="Yearly", pipeline=other, assigned_to=ann)
    client = browser(ann)
    assert "Yearly" not in page(client)
    assert "Yearly" in page(client, f"/board/?pipeline={other.pk}")


def test_queries_are_few_and_the_same_for_many_cards(mia, ann, browser):
    client = browser(mia)
    counts = []
    for many in (1, 30):
        for _number in range(many):
            company = AccountFactory(assigned_to=ann)
            DealFactory(assigned_to=ann, account=company, stage="Needs Analysis")
            DealFactory(assigned_to=ann, account=company)
        with CaptureQueriesContext(connection) as queries:
            page(client, "/board/?limit=60")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST_QUERIES


def test_a_column_shows_more_of_its_cards(ann, browser):
    for number in range(23):
        DealFactory(deal_name=f"Card {number}", assigned_to=ann, position=number)
    client = browser(ann)
    answer = client.get("/board/")
    column = answer.context["columns"][0]
    assert (len(column["cards"]), column["hidden"]) == (20, 3)
    part = client.get(
        f"/board/{column['more']}", headers={"HX-Request": "true", "HX-Target": "column-1"}
    ).content.decode()
    assert part.strip().startswith("<section")
    assert part.count("data-revision=") == 23


def test_a_card_is_moved_between_two_others(ann, browser):
    upper = DealFactory(assigned_to=ann, stage="Needs Analysis", position=0)
    lower = DealFactory(assigned_to=ann, stage="Needs Analysis", position=1024)
    card = DealFactory(assigned_to=ann)
    answer = send(
        browser(ann),
        card,
        stage="Needs Analysis",
        from_stage="Qualification",
        revision=card.revision,
        after=upper.pk,
    )
    assert answer.status_code == 200
    card.refresh_from_db()
    assert answer.json() == {
        "is_moved": True,
        "told": f"{card} is in Needs Analysis now.",
        "stage": "Needs Analysis",
        "revision": card.revision,
    }
    assert card.stage == "Needs Analysis"
    assert upper.position < card.position < lower.position
    assert Event.objects.filter(name="deal.stage_changed", record_id=card.pk).count() == 1


def test_who_is_slower_is_told_and_changes_nothing(ann, mia, browser):
    card = DealFactory(assigned_to=ann)
    seen = card.revision
    deals.move_deal(card, "Value Proposition", by=mia)
    answer = send(
        browser(ann), card, stage="Needs Analysis", from_stage="Qualification", revision=seen
    )
    assert answer.json()["is_moved"] is False
    assert "Value Proposition" in answer.json()["told"]
    card.refresh_from_db()
    assert card.stage == "Value Proposition"


def test_winning_needs_an_amount_and_losing_a_reason(ann, browser):
    client = browser(ann)
    card = DealFactory(assigned_to=ann, amount=0)
    refused = send(client, card, stage="Closed Won")
    assert refused.status_code == 200
    assert b'name="amount"' in refused.content
    assert b'name="loss_reason"' not in refused.content
    refused = send(client, card, stage="Closed Lost")
    assert refused.status_code == 200
    assert b"Say why the deal is lost." in refused.content
    card.refresh_from_db()
    assert card.stage_kind == "open"
    assert send(client, card, stage="Closed Won", amount="2500.50").status_code == 200
    card.refresh_from_db()
    assert (card.stage_kind, str(card.amount), card.probability) == ("won", "2500.50", 100)
    assert send(client, card, stage="Closed Lost", loss_reason="Too dear").status_code == 200
    card.refresh_from_db()
    assert (card.stage_kind, card.loss_reason) == ("lost", "Too dear")


def test_without_scripts_a_page_asks_where_to(ann, browser):
    client = browser(ann)
    card = DealFactory(assigned_to=ann)
    asked = page(client, f"/deals/{card.pk}/move/?next=/board/%3Fowner=mine")
    assert "<option" in asked
    assert 'name="next" value="/board/?owner=mine"' in asked
    answer = client.post(
        f"/deals/{card.pk}/move/", {"stage": "Needs Analysis", "next": "/board/?owner=mine"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/board/?owner=mine")
    card.refresh_from_db()
    assert card.stage == "Needs Analysis"


def test_a_move_leads_to_none_but_our_pages(ann, browser):
    card = DealFactory(assigned_to=ann)
    client = browser(ann)
    assert "evil" not in page(client, f"/deals/{card.pk}/move/?next=https://evil.example/")
    answer = client.post(
        f"/deals/{card.pk}/move/", {"stage": "Needs Analysis", "next": "//evil.example/"}
    )
    assert answer["Location"] == f"/deals/{card.pk}/"


def test_what_is_out_of_sight_can_not_be_moved(ann, zoe, sam, browser):
    card = DealFactory(assigned_to=ann)
    assert send(browser(zoe), card, stage="Needs Analysis").status_code == 404
    assert send(browser(sam), card, stage="Needs Analysis").status_code == 403
    card.refresh_from_db()
    assert card.stage == "Qualification"


def test_an_unknown_stage_is_refused(ann, browser):
    card = DealFactory(assigned_to=ann)
    assert b"Select a valid choice" in send(browser(ann), card, stage="Nowhere").content
    card.refresh_from_db()
    assert card.stage == "Qualification"
