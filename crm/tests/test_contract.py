"""What every entity promises, asked for every role and verb."""

import pytest

from crm.core.models import Event
from crm.tests.entities import CASES, IDS
from crm.tests.matrix import ROLES
from crm.tests.world import World, ids_of, refused, stored

pytestmark = pytest.mark.django_db
every_entity = pytest.mark.parametrize("case", CASES, ids=IDS)
every_role = pytest.mark.parametrize("role", ROLES)


@pytest.fixture
def world(case, role, request):
    return World(case, role, request)


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
        if getattr(record, "is_default", False):
            continue  # the default pipeline stays: crm/sales/tests
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
        (row,) = [row for row in trash.json()["data"] if row["id"] == pk]
        assert row["deleted_by"]["id"] == str(world.caller.pk)
        assert row["deleted_at"]
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
