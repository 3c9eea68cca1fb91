"""The second door shows and changes for each role what the first one does, and nothing else."""

import pytest

from crm.tests.entities import CASES, IDS
from crm.tests.matrix import ROLES
from crm.tests.world import World, ids_of, stored

from .door import APP

pytestmark = pytest.mark.django_db
every_entity = pytest.mark.parametrize("case", CASES, ids=IDS)
every_role = pytest.mark.parametrize("role", ROLES)


@pytest.fixture
def world(case, role, request):
    return World(case, role, request)


def url(world, *rest):
    return "/".join([f"{APP}/entities/{world.case.model.__name__}", *map(str, rest)])


def seen_here(world):
    """Ids that the door shows: those of the first door, of people only oneself."""
    within = world.within(world.view) if world.view else set()
    if world.case.name == "user" and world.role != "admin":
        return within & {str(world.caller.pk)}
    return within


@every_entity
@every_role
def test_reading_reaches_the_rows_in_scope(world):
    check_one_by_one(world)
    listed = world.client.get(url(world))
    if not world.view:
        assert listed.status_code == 403
        assert listed.json()["message"].startswith("Permission denied for read operation on ")
        return
    expected = seen_here(world)
    assert {row["id"] for row in listed.json()} == expected
    if world.case.name != "user":
        assert expected == ids_of(world.get("?limit=1000"))
    assert world.client.get(url(world, "count")).json() == {"count": len(expected)}
    paged, cursor = [], ""
    while cursor is not None:
        page = world.client.get(url(world, "v2/list"), {"limit": 2, "cursor": cursor}).json()
        paged += [row["id"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(paged) == sorted(expected)
    for row in listed.json():
        assert "custom_fields" not in row
        assert "password" not in row


def check_one_by_one(world):
    for pk in map(str, world.scene):
        response = world.client.get(url(world, pk))
        if not world.view:
            assert response.status_code == 403
        elif pk in seen_here(world):
            assert response.json()["id"] == pk
        else:
            assert response.status_code == 404
            assert response.json()["message"].endswith(f"with ID {pk} not found")


@every_entity
@every_role
def test_changing_reaches_its_scope(world):
    check_changing_by_query(world)
    mine = world.within(world.change) & seen_here(world)
    for pk, (_, record) in world.scene.items():
        before = stored(record)
        response = world.client.put(url(world, pk), {"mood": "better"})
        if str(pk) in mine:
            assert response.status_code == 200, response.content
            assert response.json()["mood"] == "better"
        else:
            assert response.status_code in (403, 404)
            assert stored(record) == before


def check_changing_by_query(world):
    if not world.change:
        response = world.client.patch(
            url(world, "update-many"), {"query": {}, "data": {"$set": {"mood": "fine"}}}
        )
        assert response.status_code == 403
        return
    mine = world.within(world.change) & seen_here(world)
    before = {pk: stored(record) for pk, (_, record) in world.scene.items()}
    response = world.client.patch(
        url(world, "update-many"), {"query": {}, "data": {"$set": {"mood": "fine"}}}
    )
    assert response.json() == {"success": True, "updated": len(mine), "has_more": False}
    for pk, (_, record) in world.scene.items():
        now = stored(record)
        if str(pk) in mine:
            assert now["custom_fields"]["mood"] == "fine"
        else:
            assert now == before[pk]


@every_entity
@every_role
def test_deleting_and_creating_need_their_permissions(world):
    before = {pk: stored(record) for pk, (_, record) in world.scene.items()}
    unsaid = world.client.delete(url(world))
    assert unsaid.status_code == (400 if world.delete else 403)
    response = world.client.delete(url(world), {})
    mine = world.within(world.delete) & seen_here(world)
    gone = {str(pk) for pk, (_, r) in world.scene.items() if stored(r)["deleted_at"] is not None}
    if response.status_code == 200:
        assert response.json() == {"success": True, "deleted": len(mine)}
        assert gone == mine
    else:  # a rule keeps one of them: then all stay
        assert response.status_code in (403, 409)
        assert gone == set()
    for pk, (_, record) in world.scene.items():
        if str(pk) not in mine:
            assert stored(record) == before[pk]
    check_creating(world)


def check_creating(world):
    before = world.case.model.all_objects.count()
    response = world.client.post(url(world), {**world.case.body, "mood": "fine"})
    if world.case.name == "user" or not world.add:
        assert response.status_code == 403
        assert world.case.model.all_objects.count() == before
        return
    assert response.status_code == 201, response.content
    row = response.json()
    assert (row["mood"], row["created_by"]) == ("fine", world.caller.email)
    again = world.client.put(url(world, row["id"]), row)
    if str(row["id"]) and again.status_code == 200:
        assert {**again.json(), "updated_date": None} == {**row, "updated_date": None}


def test_every_entity_of_the_dictionary_is_here(app_of, max):
    app = app_of(max)
    names = (
        "Lead Contact Account Deal Task Meeting Call Activity Customer Product Order Campaign "
        "Supplier Invoice Ticket LinkAnalytics Email Document Workflow User"
    )
    for name in names.split():
        assert isinstance(app.filter(name), list)
