"""The pages of pipelines and of the rules that share leads out, and the public form."""

import pytest
from django.core.cache import cache
from django.test import Client

from crm.core.models import Event
from crm.sales.models import Lead, Pipeline
from crm.sales.rulemodels import AssignmentRule
from crm.sales.stages import standard_stages
from crm.sales.tests.factories import AssignmentRuleFactory, DealFactory, PipelineFactory

pytestmark = pytest.mark.django_db
PARTS = ("position", "name", "kind", "probability", "forecast_category", "rotting_days")


@pytest.fixture
def browser():
    """Give a browser signed in as somebody."""

    def browser(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser


def of_stages(*rows) -> dict:
    """Return what the rows of stages send; each is (position, name, kind, probability)."""
    sent: dict = {f"stages-{part}": [] for part in PARTS}
    for position, name, kind, probability in rows:
        values = (position, name, kind, probability, "pipeline", "")
        for part, value in zip(PARTS, values, strict=True):
            sent[f"stages-{part}"].append(str(value))
    return sent


SOLD = ((2, "Offer", "open", 30), (1, "Call", "open", 10), (3, "Signed", "won", 100))
LOST = (4, "Gone", "lost", 0)


def test_an_admin_makes_a_pipeline_with_its_stages_in_order(max, browser):
    sent = {"name": "Renewals", "active": "on", **of_stages(*SOLD, LOST, (9, "", "open", ""))}
    answer = browser(max).post("/pipelines/new/", sent)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    made = Pipeline.objects.get(name="Renewals")
    assert [stage.name for stage in made.all_stages()] == ["Call", "Offer", "Signed", "Gone"]
    assert made.stage("Offer").probability == 30


def test_what_the_operation_refuses_names_the_row(max, browser):
    wrong = (3, "Signed", "won", 80)
    answer = browser(max).post(
        "/pipelines/new/", {"name": "Renewals", **of_stages(*SOLD[:2], wrong, LOST)}
    )
    text = answer.content.decode()
    assert "Row 3, Probability: a won deal has 100." in text
    assert 'value="Signed"' in text  # what was typed stays
    assert not Pipeline.objects.filter(name="Renewals").exists()


def test_a_stage_with_deals_keeps_its_name(max, browser):
    pipeline = PipelineFactory(stages=standard_stages())
    DealFactory(pipeline=pipeline, stage="Qualification")
    client = browser(max)
    assert client.get(f"/pipelines/{pipeline.pk}/edit/").status_code == 200
    sent = {"name": pipeline.name, "active": "on", "shown_revision": pipeline.revision}
    answer = client.post(f"/pipelines/{pipeline.pk}/edit/", {**sent, **of_stages(*SOLD, LOST)})
    assert b"1 deals are in &#x27;Qualification&#x27;" in answer.content
    pipeline.refresh_from_db()
    assert pipeline.stage("Qualification")


def test_others_see_pipelines_without_changing_them(ann, sam, browser):
    pipeline = PipelineFactory()
    client = browser(ann)
    text = client.get(f"/pipelines/{pipeline.pk}/").content.decode()
    assert "Qualification" in text
    assert "/edit/" not in text
    assert client.get(f"/pipelines/{pipeline.pk}/edit/").status_code == 403
    assert browser(sam).get(f"/pipelines/{pipeline.pk}/").status_code == 403


def of_conditions(*rows) -> dict:
    columns = zip(*rows, strict=True)
    return {
        f"conditions-{part}": list(values)
        for part, values in zip(("field", "operator", "values"), columns, strict=True)
    }


def test_an_admin_writes_a_rule_in_rows(max, ann, browser):
    rows = (("country", "", "Norway, Sweden"), ("employees", "gte", "50"), ("", "", ""))
    sent = {"name": "North", "position": "1", "active": "on", "how": "user", "user": str(ann.pk)}
    answer = browser(max).post("/assignment-rules/new/", {**sent, **of_conditions(*rows)})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    rule = AssignmentRule.objects.get()
    assert rule.conditions == {"country": ["Norway", "Sweden"], "employees__gte": "50"}
    assert (rule.how, rule.user) == ("user", ann)
    text = browser(max).get(f"/assignment-rules/{rule.pk}/").content.decode()
    assert "Norway, Sweden" in text
    assert "Always the same person: Ann" in text


def test_a_rule_that_names_nobody_or_compares_nonsense_is_refused(max, browser):
    client = browser(max)
    sent = {"name": "North", "position": "1", "how": "user"}
    assert b"Name the person" in client.post("/assignment-rules/new/", sent).content
    rows = of_conditions(("employees", "gte", "many"))
    answer = client.post("/assignment-rules/new/", {**sent, "how": "round_robin", **rows})
    assert b"employees__gte: " in answer.content
    assert b'value="many"' in answer.content
    assert not AssignmentRule.objects.exists()


def test_conditions_stay_as_they_are_when_something_else_changes(max, browser):
    rule = AssignmentRuleFactory(conditions={"employees__gte": 50, "country": ["Norway"]})
    rows = of_conditions(("employees", "gte", "50"), ("country", "", "Norway"))
    sent = {"name": "Renamed", "position": "3", "active": "on", "how": "round_robin"}
    sent |= {"team": str(rule.team_id), "shown_revision": str(rule.revision), **rows}
    assert browser(max).post(f"/assignment-rules/{rule.pk}/edit/", sent).status_code == 302
    rule.refresh_from_db()
    assert rule.name == "Renamed"
    assert rule.conditions == {"employees__gte": 50, "country": ["Norway"]}


def test_rules_are_the_administrators(mia, ann, browser):
    rule = AssignmentRuleFactory()
    assert browser(mia).get(f"/assignment-rules/{rule.pk}/").status_code == 200
    assert browser(mia).get("/assignment-rules/new/").status_code == 403
    assert browser(ann).get("/assignment-rules/").status_code == 403


# -- the public form -----------------------------------------------------------------------

WRITTEN = {
    "first_name": "Ida",
    "last_name": "Berg",
    "email": "Ida@Nordlicht.example",
    "message": "Ten lamps",
    "consent": "on",
}


@pytest.fixture
def open_form(settings):
    settings.WEB_FORM_ORIGINS = ["https://example.org"]
    cache.clear()
    return settings


def once(client: Client) -> str:
    return client.get("/forms/lead/").context["once"]


def test_the_form_is_not_there_where_it_is_switched_off(db, settings):
    settings.WEB_FORM_ORIGINS = []
    assert Client().get("/forms/lead/").status_code == 404
    assert Client().post("/forms/lead/", WRITTEN).status_code == 404
    assert not Lead.objects.exists()


def test_a_strangers_words_become_one_lead(db, open_form):
    client = Client()
    sent = {**WRITTEN, "once": once(client)}
    for _twice in range(2):
        answer = client.post("/forms/lead/", sent)
        assert answer["Location"] == "/forms/lead/thanks/"
    lead = Lead.objects.get()
    assert (lead.email, lead.notes, lead.source) == (
        "ida@nordlicht.example",
        "Ten lamps",
        "website",
    )
    told = Event.objects.get(name="lead.submitted")
    assert told.data["consent"]["origin"] == "http://testserver"
    assert b"Thank you" in client.get("/forms/lead/thanks/").content


def test_without_consent_nothing_is_kept(db, open_form):
    answer = Client().post("/forms/lead/", {**WRITTEN, "consent": ""})
    assert b"Without consent we may not keep this." in answer.content
    assert b"Ten lamps" in answer.content
    assert not Lead.objects.exists()


def test_a_robot_is_thanked_and_forgotten(db, open_form):
    answer = Client().post("/forms/lead/", {**WRITTEN, "fax_number": "1"})
    assert answer["Location"] == "/forms/lead/thanks/"
    assert not Lead.objects.exists()


def test_who_sends_too_much_waits(db, open_form):
    open_form.RATE_LIMIT_WEB_FORM = 2
    client = Client()
    answers = [client.post("/forms/lead/", WRITTEN).status_code for _number in range(3)]
    assert answers == [302, 302, 429]
    assert Lead.objects.count() == 2


def test_the_form_needs_its_token(db, open_form):
    assert Client(enforce_csrf_checks=True).post("/forms/lead/", WRITTEN).status_code == 403
