"""The pages of deals: the form, the bar of stages, and the forecast."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.core.company import ExchangeRate
from crm.sales import deals
from crm.sales.models import Deal
from crm.sales.pipelines import default_pipeline
from crm.sales.tests.factories import DealFactory, PipelineFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
SOLD = [
    {"name": "Offer", "kind": "open", "probability": 30},
    {"name": "Signed", "kind": "won"},
    {"name": "Gone", "kind": "lost"},
]


@pytest.fixture
def browser():
    """Give a browser signed in as somebody."""

    def browser(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser


@pytest.fixture
def renewals():
    stages = [
        {"rotting_days": None, "forecast_category": "pipeline", "probability": 100, **stage}
        for stage in SOLD
    ]
    stages[2]["probability"] = 0
    return PipelineFactory(name="Renewals", stages=stages)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def of_form(**fields) -> dict:
    return {"deal_name": "Lamps", "currency": "USD", "amount": "100", **fields}


def test_the_form_offers_what_exists(ann, renewals, browser):
    ExchangeRate.objects.create(currency="NOK", valid_from="2020-01-01", rate="0.1")
    form = page(browser(ann), "/deals/new/")
    assert '<optgroup label="Renewals">' in form
    assert '<option value="Offer">' in form
    assert '<option value="NOK">' in form
    assert '<option value="XAF">' not in form


def test_the_form_begins_where_it_was_asked_for(ann, renewals, browser):
    form = page(browser(ann), f"/deals/new/?pipeline_id={renewals.pk}")
    assert f'<option value="{renewals.pk}" selected>' in form
    assert '<option value="Offer" selected>' in form


def test_probability_left_empty_is_the_stages(ann, browser):
    sent = of_form(pipeline=str(default_pipeline().pk), stage="Value Proposition", probability="")
    assert browser(ann).post("/deals/new/", sent).status_code == 302
    deal = Deal.objects.get()
    assert (deal.stage, deal.probability) == ("Value Proposition", 40)


def test_the_chosen_pipeline_counts_even_if_it_is_the_standard_one(ann, renewals, browser):
    standard = default_pipeline()
    type(standard).objects.filter(pk=standard.pk).update(is_default=False)
    type(standard).objects.filter(pk=renewals.pk).update(is_default=True)
    sent = of_form(pipeline=str(standard.pk), stage="Qualification", probability="")
    assert browser(ann).post("/deals/new/", sent).status_code == 302
    assert Deal.objects.get().pipeline == standard


def test_a_stage_of_another_pipeline_is_refused(ann, renewals, browser):
    sent = of_form(pipeline=str(renewals.pk), stage="Negotiation/Review", probability="")
    answer = browser(ann).post("/deals/new/", sent)
    assert b"is no stage of" in answer.content
    assert not Deal.objects.exists()


def test_editing_the_stage_moves_the_deal_by_the_rules(ann, browser):
    deal = DealFactory(assigned_to=ann, amount=0)
    address = f"/deals/{deal.pk}/edit/stage/"
    refused = browser(ann).post(address, {"stage": "Closed Won", "shown_revision": deal.revision})
    assert b"A won deal is worth something" in refused.content
    browser(ann).post(address, {"stage": "Needs Analysis", "shown_revision": deal.revision})
    deal.refresh_from_db()
    assert (deal.stage, deal.probability) == ("Needs Analysis", 20)


def test_emptying_the_probability_says_nothing_about_it(ann, browser):
    deal = DealFactory(assigned_to=ann, probability=35)
    address = f"/deals/{deal.pk}/edit/probability/"
    sent = {"probability": "", "shown_revision": deal.revision}
    assert browser(ann).post(address, sent).status_code == 302
    deal.refresh_from_db()
    assert deal.probability == 35


def test_a_deal_shows_its_stages_lines_and_the_way_it_went(ann, mia, browser):
    line = {"name": "Lamp", "quantity": 2, "unit_price": 50}
    deal = deals.create_deal(Deal(deal_name="Lamps", items=[line], assigned_to=ann), by=ann)
    deals.move_deal(deal, "Needs Analysis", by=ann)
    text = page(browser(ann), f"/deals/{deal.pk}/")
    assert 'aria-current="step">Needs Analysis' in text
    assert 'name="stage" value="Proposal/Price Quote"' in text
    assert "Lamp</td>" in text
    assert "The way it went" in text


def test_a_lost_deal_can_be_reopened(ann, browser):
    deal = DealFactory(assigned_to=ann, stage="Closed Lost", loss_reason="Too dear")
    client = browser(ann)
    text = page(client, f"/deals/{deal.pk}/")
    assert "Reopen" in text
    assert "?stage=Closed+Lost" not in text
    client.post(f"/deals/{deal.pk}/move/", {"stage": "Qualification"})
    deal.refresh_from_db()
    assert (deal.stage_kind, deal.close_date, deal.loss_reason) == ("open", None, "")


def test_pages_take_few_queries(ann, browser):
    deal = deals.create_deal(Deal(deal_name="Lamps", assigned_to=ann), by=ann)
    client = browser(ann)
    for address in (f"/deals/{deal.pk}/", f"/deals/{deal.pk}/edit/", "/deals/new/"):
        with CaptureQueriesContext(connection) as queries:
            page(client, address)
        assert len(queries) <= MOST_QUERIES, address


# -- the forecast --------------------------------------------------------------------------


def test_every_figure_of_the_forecast_leads_to_its_deals(ann, browser):
    soon = timezone.now() + timedelta(hours=1)
    sure = DealFactory(
        deal_name="Sure", assigned_to=ann, amount=1000, stage="Negotiation/Review",
        expected_close_date=soon,
    )  # fmt: skip
    DealFactory(deal_name="Vague", assigned_to=ann, amount=70, expected_close_date=None)
    client = browser(ann)
    answer = client.get("/forecast/")
    month = answer.context["months"][0]
    assert (month["commit"]["count"], month["commit"]["sum"]) == (1, sure.amount)
    listed = page(client, month["commit"]["link"])
    assert "Sure" in listed
    assert "Vague" not in listed
    _overdue, undated = answer.context["aside"]
    assert undated[2]["sum"] == 70
    assert "Vague" in page(client, undated[2]["link"])


def test_a_rep_sees_their_own_forecast_and_a_manager_the_teams(ann, tom, mia, browser):
    soon = timezone.now() + timedelta(hours=1)
    for owner in (ann, tom):
        DealFactory(assigned_to=owner, amount=100, expected_close_date=soon)

    def expected(user, query=""):
        answer = browser(user).get(f"/forecast/{query}")
        return answer.context["months"][0]["pipeline"]["sum"]

    assert expected(ann) == 100
    assert expected(mia) == 200
    assert expected(mia, f"?owner={tom.pk}") == 100


def test_the_forecast_goes_on_and_refuses_in_words(ann, sam, browser):
    client = browser(ann)
    answer = client.get("/forecast/?months=6&from=2027-01")
    assert [str(row["month"]) for row in answer.context["months"]][::5] == [
        "2027-01-01",
        "2027-06-01",
    ]
    assert "no pipeline" in page(client, "/forecast/?pipeline=x")
    assert browser(sam).get("/forecast/").status_code == 403


def test_the_forecast_takes_few_queries_however_many_deals(mia, ann, browser):
    client, counts = browser(mia), []
    for many in (1, 30):
        for number in range(many):
            day = timezone.now() + timedelta(days=number)
            DealFactory(assigned_to=ann, amount=5, expected_close_date=day)
        with CaptureQueriesContext(connection) as queries:
            page(client, "/forecast/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST_QUERIES


def test_a_form_sent_twice_makes_one_deal(ann, browser):
    client = browser(ann)
    once = client.get("/deals/new/").context["once"]
    sent = of_form(pipeline=str(default_pipeline().pk), once=once)
    addresses = {client.post("/deals/new/", sent)["Location"] for _twice in range(2)}
    assert addresses == {f"/deals/{Deal.objects.get().pk}/"}
