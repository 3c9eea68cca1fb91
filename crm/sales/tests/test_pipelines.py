"""Pipelines: what they may be, and that they never rewrite their deals."""

import pytest

from crm.core.models import Event
from crm.sales.models import Pipeline
from crm.sales.pipelines import default_pipeline
from crm.sales.stages import standard_stages
from crm.sales.tests.factories import DealFactory, PipelineFactory
from crm.tests.world import refused, stored

pytestmark = pytest.mark.django_db

URL = "/api/v1/pipelines"
ENDS = [{"name": "Yes", "kind": "won"}, {"name": "No", "kind": "lost"}]


@pytest.fixture
def client(max, client_of):
    return client_of(max)


@pytest.fixture
def standard():
    return default_pipeline()


def url_of(pipeline):
    return f"{URL}/{pipeline.pk}"


def test_the_standard_pipeline_has_the_nine_stages(standard):
    assert [(stage.name, stage.kind, stage.probability) for stage in standard.all_stages()] == [
        ("Qualification", "open", 10),
        ("Needs Analysis", "open", 20),
        ("Value Proposition", "open", 40),
        ("Identify Decision Makers", "open", 60),
        ("Proposal/Price Quote", "open", 75),
        ("Negotiation/Review", "open", 90),
        ("Closed Won", "won", 100),
        ("Closed Lost", "lost", 0),
        ("On Hold", "hold", None),
    ]
    assert standard.stages == standard_stages()
    assert standard.is_default


def test_what_is_left_out_of_a_stage_is_filled_in(client):
    stages = [{"name": " Talk "}, *ENDS, {"name": "Wait", "kind": "hold"}]
    row = client.post(URL, {"name": "Renewals", "stages": stages}).json()["data"]
    names = ("name", "kind", "probability", "forecast_category", "rotting_days")
    assert [tuple(stage[name] for name in names) for stage in row["stages"]] == [
        ("Talk", "open", 10, "pipeline", None),
        ("Yes", "won", 100, "closed", None),
        ("No", "lost", 0, "omitted", None),
        ("Wait", "hold", None, "omitted", None),
    ]
    assert not row["is_default"]


def test_a_pipeline_without_stages_gets_the_usual_ones(client):
    row = client.post(URL, {"name": "Renewals"}).json()["data"]
    assert row["stages"] == standard_stages()


@pytest.mark.parametrize(
    ("stages", "word"),
    [
        ([], "kind open"),
        ([{"name": "Talk"}], "kind won"),
        (ENDS, "kind open"),
        ([{"name": "Talk"}, {"name": "TALK"}, *ENDS], "'TALK' is there twice"),
        ([{"name": "Talk"}, {"name": "A, B"}, *ENDS], "[1].name"),
        ([{"name": " "}, *ENDS], "name"),
        ([{"name": "Talk", "probability": 101}, *ENDS], "at most 100"),
        ([{"name": "Talk", "probability": None}, *ENDS], "open stage needs one"),
        ([{"name": "Talk"}, {"name": "W", "kind": "won", "probability": 99}, *ENDS], "has 100"),
        ([{"name": "Talk", "kind": "maybe"}, *ENDS], "[0].kind"),
        ([{"name": "Talk", "colour": "red"}, *ENDS], "no 'colour'"),
        ([{"name": "Talk", "rotting_days": 0}, *ENDS], "at least 1"),
        ("Talk", "a list"),
    ],
)
def test_what_can_not_be_a_pipeline_is_refused(stages, word, client, standard):
    before = stored(standard)
    for response in (
        client.post(URL, {"name": "Renewals", "stages": stages}),
        client.patch(url_of(standard), {"stages": stages}),
    ):
        refused(response, 400, "invalid")
        assert word in str(response.json()["errors"]["stages"])
    assert Pipeline.all_objects.count() == 1
    assert stored(standard) == before


def test_a_stage_that_holds_deals_stays(client, standard):
    DealFactory(stage="On Hold")
    before = stored(standard)
    kept = [stage for stage in standard.stages if stage["name"] != "On Hold"]
    changed = [*kept, {"name": "On Hold", "kind": "open", "probability": 5}]
    for stages, verb in ((kept, "remove or rename"), (changed, "change the kind of")):
        response = client.patch(url_of(standard), {"stages": stages})
        refused(response, 409, "conflict")
        assert (
            f"1 deals are in 'On Hold'. Move them to another stage, then {verb} it."
            == (response.json()["message"])
        )
    assert stored(standard) == before

    emptied = [stage for stage in standard.stages if stage["name"] != "Value Proposition"]
    response = client.patch(url_of(standard), {"stages": emptied})
    assert response.status_code == 200, response.content
    assert len(response.json()["data"]["stages"]) == 8


def test_changing_a_stages_defaults_never_rewrites_deals(client, standard):
    deal = DealFactory(stage="Needs Analysis", probability=20)
    before = stored(deal)
    stages = [
        {**stage, "probability": 35, "forecast_category": "commit", "rotting_days": 3}
        if stage["name"] == "Needs Analysis"
        else stage
        for stage in reversed(standard.stages)
    ]
    response = client.patch(url_of(standard), {"stages": stages})
    assert response.status_code == 200, response.content
    assert stored(deal) == before
    (change,) = client.get(f"{url_of(standard)}/history").json()["data"][0]["changes"]
    assert change["field"] == "stages"


def test_there_is_one_default_and_it_is_in_use(client, standard):
    other = PipelineFactory()
    refused(client.patch(url_of(standard), {"is_default": False}), 409, "conflict")
    refused(client.patch(url_of(standard), {"active": False}), 400, "invalid")
    refused(client.patch(url_of(other), {"active": False, "is_default": True}), 400, "invalid")
    assert default_pipeline() == standard

    assert client.patch(url_of(other), {"is_default": True}).status_code == 200

    assert default_pipeline() == other
    assert Pipeline.objects.filter(is_default=True).count() == 1
    assert Event.objects.filter(record_id=standard.pk, name="pipeline.updated").count() == 1
    row = client.post(URL, {"name": "Third", "is_default": True}).json()["data"]
    assert str(default_pipeline().pk) == row["id"]


def test_only_an_empty_pipeline_can_be_deleted(client, standard):
    other = PipelineFactory()
    deal = DealFactory(pipeline=other)
    refused(client.delete(url_of(standard)), 409, "conflict")
    response = client.delete(url_of(other))
    refused(response, 409, "conflict")
    assert "1 deals" in response.json()["message"]
    deal.delete()
    assert client.delete(url_of(other)).status_code == 200
    assert not Pipeline.objects.filter(pk=other.pk).exists()
    client.patch(url_of(standard), {"name": "Classic"})
    third = PipelineFactory()
    client.patch(url_of(third), {"is_default": True})
    refused(client.delete(url_of(standard)), 409, "conflict")


def test_two_pipelines_never_share_a_name(client, standard):
    refused(client.post(URL, {"name": standard.name}), 409, "conflict")


def test_the_staff_site_edits_stages_row_by_row(client, max, standard):
    client.force_login(max, backend="accounts.backends.RoleBackend")
    page = f"/admin/crm/pipeline/{standard.pk}/change/"
    assert b'name="stages-name" value="Needs Analysis"' in client.get(page).content
    rows = [
        ("2", "Yes", "won", "100", "closed", ""),
        ("1", "Talk", "open", "15", "best_case", "7"),
        ("3", "No", "lost", "0", "omitted", ""),
        ("4", "", "open", "", "pipeline", ""),
    ]
    parts = ("position", "name", "kind", "probability", "forecast_category", "rotting_days")
    values = {f"stages-{part}": [row[at] for row in rows] for at, part in enumerate(parts)}
    form = {"name": "Sales", "is_default": "on", "active": "on", "custom_fields": "{}"}

    response = client.post(page, {**form, **values}, format="multipart")

    assert response.status_code == 302, response.context["adminform"].form.errors
    standard.refresh_from_db()
    assert [stage["name"] for stage in standard.stages] == ["Talk", "Yes", "No"]
    assert (standard.stages[0]["probability"], standard.stages[0]["rotting_days"]) == (15, 7)

    DealFactory(stage="Talk")
    values["stages-name"] = ["Yes", "Chat", "No", ""]
    response = client.post(page, {**form, **values}, format="multipart")
    assert response.status_code == 200
    assert b"1 deals are in &#x27;Talk&#x27;" in response.content
    assert b'value="Chat"' in response.content


def test_deals_are_moved_in_the_staff_site(client, max):
    client.force_login(max, backend="accounts.backends.RoleBackend")
    deals = [DealFactory(amount=5), DealFactory(amount=0)]
    chosen = {"_selected_action": [str(deal.pk) for deal in deals]}
    page = "/admin/crm/deal/"
    client.post(page, {"action": "move_on", **chosen}, format="multipart")
    response = client.post(page, {"action": "win", **chosen}, format="multipart", follow=True)
    told = [str(message) for message in response.context["messages"]]
    assert any("amount above 0" in message for message in told)
    for deal in deals:
        deal.refresh_from_db()
    assert [deal.stage for deal in deals] == ["Closed Won", "Needs Analysis"]
    assert set(Event.objects.filter(name="deal.won").values_list("door", flat=True)) == {"admin"}
