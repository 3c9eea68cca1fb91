"""What every entity promises about links, paths and whole records."""

import pytest

from crm.core.models import Event
from crm.tests.entities import BODIES, CASES, FACTORIES, IDS
from crm.tests.matrix import ROLES, cell
from crm.tests.world import World, refused

pytestmark = pytest.mark.django_db
every_entity = pytest.mark.parametrize("case", CASES, ids=IDS)
WRITERS = [(case, role) for case in CASES for role in ROLES if cell(case.name, role)[3]]
every_writer = pytest.mark.parametrize(
    ("case", "role"), WRITERS, ids=[f"{role}-{case.name}" for case, role in WRITERS]
)


@pytest.fixture
def world(case, role, request):
    return World(case, role, request)


def links_of(case):
    """The links that a body of the entity may set, by their name on the wire."""
    fields = case.viewset(request=None, format_kwarg=None).serializer_class().fields
    return {
        name: field.queryset.model
        for name, field in fields.items()
        if hasattr(field, "queryset") and not field.read_only
    }


@every_writer
def test_links_reach_visible_live_rows_only(world):
    for name, target in links_of(world.case).items():
        entity = target._meta.model_name
        if entity == "user":
            continue  # everybody may name a colleague; who may hand over is in test_ownership
        make = FACTORIES[entity]
        owner = target.owner_field
        theirs = make(**({owner: world.stranger} if owner else {}))
        mine = make(**({owner: world.caller} if owner else {}))
        binned = make(deleted_at=theirs.created_at, **({owner: world.caller} if owner else {}))
        view = cell(entity, world.role)[0]
        for record in (theirs, mine, binned):
            before = world.case.model.all_objects.count()
            body = {**world.case.body, name: str(record.pk), **fresh(world.case)}
            response = world.client.post(world.case.url, body)
            in_scope = record is mine or view.startswith("all")
            seen = bool(view) and in_scope and record is not binned
            if seen:
                assert response.status_code == 201, (name, response.content)
                assert response.json()["data"][name] == str(record.pk)
            else:
                refused(response, 400, "invalid")
                assert list(response.json()["errors"]) == [name]
                assert world.case.model.all_objects.count() == before


_numbers = iter(range(10**6))


def fresh(case):
    """Values that must not repeat."""
    number = next(_numbers)
    body = BODIES[case.name][0]
    values = {"email": f"fresh{number}@example.com"} if "email" in body else {}
    return values | ({"name": f"Team {number}"} if case.name == "team" else {})


@every_entity
def test_a_change_is_told_in_the_history(case, max, client_of):
    record = case.make(created_by=max)
    client = client_of(max)
    before = getattr(record, case.text_field)
    client.put(case.url_of(record), {case.text_field: "Changed"})

    (entry,) = client.get(f"{case.url_of(record)}/history").json()["data"]

    assert entry["changes"] == [{"field": case.text_field, "old": before, "new": "Changed"}]
    assert (entry["actor"]["id"], entry["via"]) == (str(max.pk), "api")


@every_entity
def test_paths_work_with_and_without_slash(case, max, client_of):
    record, client = case.make(), client_of(max)
    for url in (case.url, case.url_of(record), f"{case.url}/stats/overview"):
        plain, slashed = client.get(url), client.get(f"{url}/")
        assert plain.status_code == slashed.status_code == 200
        assert plain.json() == slashed.json()
    changed = client.patch(f"{case.url_of(record)}/", {case.text_field: "Slash"})
    assert changed.json()["data"][case.text_field] == "Slash"


@every_entity
def test_what_was_answered_can_be_sent_back(case, max, client_of):
    """Clients send whole records back: nothing changes, nothing is refused."""
    client = client_of(max)
    made = client.post(case.url, case.body).json()["data"]

    response = client.put(f"{case.url}/{made['id']}", made)

    assert response.status_code == 200, response.content
    assert response.json()["data"] == made
    assert Event.objects.filter(record_id=made["id"]).count() == 1


@every_entity
def test_a_taken_external_id_is_a_conflict(case, max, client_of):
    case.make(external_id="old-7")
    response = client_of(max).post(case.url, {**case.body, "external_id": "old-7"})
    refused(response, 409, "conflict")
    assert "external_id" in response.json()["message"]


def test_nobody_is_missing():
    names = [case.name for case in CASES]
    assert (
        len(names) == len(set(names)) == 24
    )  # the 20 entities, teams, pipelines, rules and templates
    assert set(names) == set(FACTORIES) == set(BODIES)
    for name in names:
        for role in ROLES:
            cell(name, role)
