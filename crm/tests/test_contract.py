"""What every entity promises, asked for every role."""

import pytest

from crm.core.models import Event
from crm.tests.entities import BODIES, CASES, FACTORIES, IDS
from crm.tests.matrix import CAST, ROLES, cell, reaches
from crm.tests.scenes import rows_around

pytestmark = pytest.mark.django_db
every_entity = pytest.mark.parametrize("case", CASES, ids=IDS)
every_role = pytest.mark.parametrize("role", ROLES)
WRITERS = [(case, role) for case in CASES for role in ROLES if cell(case.name, role)[3]]
every_writer = pytest.mark.parametrize(
    ("case", "role"), WRITERS, ids=[f"{role}-{case.name}" for case, role in WRITERS]
)


class World:
    """One role, one entity, rows in all situations."""

    def __init__(self, case, role, request):
        fixture = request.getfixturevalue
        self.case, self.role = case, role
        self.caller = fixture(CAST[role])
        mia, tom, zoe = fixture("mia"), fixture("tom"), fixture("zoe")
        self.stranger = zoe
        self.scene = rows_around(case, self.caller, tom, zoe)
        if case.name == "user":
            self.scene |= rows_around(case, self.caller, mia, zoe)
        elif case.name == "team":  # the cast has teams of its own
            others = case.model.objects.exclude(pk__in=self.scene)
            row, _ = next(iter(self.scene.values()))
            self.scene |= {team.pk: (row, team) for team in others}
        self.client = fixture("client_of")(self.caller)
        self.view, self.change, self.delete, self.add = cell(case.name, role)

    def within(self, scope):
        """Ids of the rows that a scope reaches."""
        return {
            str(pk) for pk, (row, _) in self.scene.items() if reaches(self.case.name, scope, row)
        }

    def get(self, path=""):
        return self.client.get(f"{self.case.url}{path}")


@pytest.fixture
def world(case, role, request):
    return World(case, role, request)


def ids_of(response):
    assert response.status_code == 200, response.content
    return {row["id"] for row in response.json()["data"]}


def refused(response, status, code):
    body = response.json()
    assert (response.status_code, body["success"], body["code"]) == (status, False, code), body
    assert body["message"]
    assert body["request_id"] == response["X-Request-ID"]


def stored(record):
    """A record as the database holds it, whatever the recycle bin says."""
    values = type(record).all_objects.filter(pk=record.pk).values().get()
    return {name: value for name, value in values.items() if name != "last_login"}


@every_entity
def test_strangers_are_asked_to_sign_in(case, client):
    for method, url in (("get", case.url), ("post", case.url), ("get", f"{case.url}/trash")):
        response = getattr(client, method)(url, {}, content_type="application/json")
        refused(response, 401, "not_authenticated")
        assert response["WWW-Authenticate"].startswith("Bearer")
    assert not Event.objects.exists()


@every_entity
@every_role
def test_a_list_holds_exactly_the_rows_in_scope(world):
    response = world.get("?limit=1000")
    if not world.view:
        refused(response, 403, "permission_denied")
        return
    assert ids_of(response) == world.within(world.view)
    assert response.json()["pagination"]["total"] == len(world.within(world.view))


@every_entity
@every_role
def test_a_row_out_of_scope_does_not_exist(world):
    missing = world.get("/01900000-0000-7000-8000-000000000000")
    for pk in map(str, world.scene):
        for path in ("", "/history", "/timeline"):
            response = world.get(f"/{pk}{path}")
            if not world.view:
                refused(response, 403, "permission_denied")
            elif pk in world.within(world.view):
                assert response.status_code == 200, response.content
            else:
                refused(response, 404, "not_found")
                assert response.json()["message"] == missing.json()["message"]


@every_entity
@every_role
def test_statistics_and_search_count_the_same_rows(world):
    stats = world.get("/stats/overview")
    if not world.view:
        refused(stats, 403, "permission_denied")
        refused(world.get("?search=a"), 403, "permission_denied")
        return
    expected = world.within(world.view)
    counts = stats.json()["data"]
    assert counts.pop("total") == len(expected)
    for rows in counts.values():
        assert sum(row["count"] for row in rows) == len(expected)
    for pk, (_, record) in world.scene.items():
        found = ids_of(world.get(f"?limit=1000&search={record.search_text.split()[0]}"))
        assert found <= expected
        assert (str(pk) in found) == (str(pk) in expected)


@every_entity
@every_role
def test_creating_needs_the_permission(world):
    before = set(world.case.model.all_objects.values_list("pk", flat=True))
    response = world.client.post(world.case.url, world.case.body)
    after = set(world.case.model.all_objects.values_list("pk", flat=True))
    if not world.add:
        refused(response, 403, "permission_denied")
        assert after == before
        assert not Event.objects.exists()
        return
    assert response.status_code == 201, response.content
    row = response.json()["data"]
    (created,) = after - before
    assert row["id"] == str(created)
    assert row["created_by"] == str(world.caller.pk)
    owner = world.case.model.owner_field
    if owner:
        assert row["owner"]["id"] == str(world.caller.pk)
    event = Event.objects.get(record_id=created)
    assert (event.name, event.actor, event.door) == (
        f"{world.case.name}.created",
        world.caller,
        "api",
    )


@every_entity
@every_role
@pytest.mark.parametrize("method", ["put", "patch"])
def test_changing_reaches_its_scope_and_nothing_else(world, method):
    for pk, (_, record) in world.scene.items():
        before = stored(record)
        url, field = world.case.url_of(record), world.case.text_field
        value = f"Changed {pk}"
        response = getattr(world.client, method)(url, {field: value})
        if str(pk) in world.within(world.change) & world.within(world.view):
            assert response.status_code == 200, response.content
            assert response.json()["data"][field] == value
            assert stored(record)[field] == value
            assert stored(record)["revision"] == before["revision"] + 1
            event = Event.objects.get(record_id=pk, name=f"{world.case.name}.updated")
            assert event.data["changes"] == {field: [before[field], value]}
            continue
        if not world.change or str(pk) in world.within(world.view):
            refused(response, 403, "permission_denied")
        else:
            refused(response, 404, "not_found")
        assert stored(record) == before
        assert not Event.objects.filter(record_id=pk).exists()


@every_entity
@every_role
def test_deleting_and_restoring_reach_their_scope_and_nothing_else(world):
    for pk, (_, record) in world.scene.items():
        if record == world.caller:
            continue  # nobody deletes themselves: accounts/tests
        before = stored(record)
        response = world.client.delete(world.case.url_of(record))
        if str(pk) not in world.within(world.delete) & world.within(world.view):
            seen = str(pk) in world.within(world.view)
            if not world.delete or seen:
                refused(response, 403, "permission_denied")
            else:
                refused(response, 404, "not_found")
            assert stored(record) == before
            case_of_bin(world, record, allowed=False)
            continue
        assert response.status_code == 200
        assert response.json()["success"] is True
        assert response.json()["message"].endswith("deleted successfully")
        assert stored(record)["deleted_by_id"] == world.caller.pk
        assert str(pk) not in ids_of(world.get("?limit=1000"))
        refused(world.get(f"/{pk}"), 404, "not_found")
        case_of_bin(world, record, allowed=True)


def case_of_bin(world, record, *, allowed):
    """Ask the recycle bin for a record that was deleted."""
    pk, model = str(record.pk), world.case.model
    if not allowed:
        model.all_objects.filter(pk=pk).update(deleted_at=record.created_at)
    trash = world.get("/trash?limit=1000")
    restore = world.client.post(f"{world.case.url}/{pk}/restore")
    if not world.delete:
        refused(trash, 403, "permission_denied")
        refused(restore, 403, "permission_denied")
    elif allowed:
        assert pk in ids_of(trash)
        assert restore.status_code == 200, restore.content
        assert pk in ids_of(world.get("?limit=1000"))
        names = list(Event.objects.filter(record_id=pk).values_list("name", flat=True))
        assert names == [f"{world.case.name}.restored", f"{world.case.name}.deleted"]
        return
    else:
        assert pk not in ids_of(trash)
        refused(restore, 404, "not_found")
    assert stored(record)["deleted_at"] == record.created_at
    model.all_objects.filter(pk=pk).update(deleted_at=None)


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
    assert len(names) == len(set(names)) == 21  # the 20 entities, and teams
    assert set(names) == set(FACTORIES) == set(BODIES)
    for name in names:
        for role in ROLES:
            cell(name, role)
