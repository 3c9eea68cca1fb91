"""Who sees whom, and who decides over whom."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from accounts import operations
from accounts.models import RowScope, User
from accounts.tests.doors import AUTH, bearer, log_in, opened, refused
from crm.core.errors import Conflict
from crm.sales.tests.factories import DealFactory, LeadFactory

pytestmark = pytest.mark.django_db

USERS = "/api/v1/users"
FORBIDDEN, HIDDEN = (403, "permission_denied"), (404, "not_found")


def seen(client):
    return {
        row["email"].partition("@")[0] for row in client.get(f"{USERS}?limit=100").json()["data"]
    }


def stored(user):
    return User.all_objects.values().get(pk=user.pk)


# -- seeing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ann", {"ann"}),
        ("sam", {"sam"}),
        ("mia", {"mia", "ann", "tom", "zoe", "sam", "max"}),
        ("max", {"mia", "ann", "tom", "zoe", "sam", "max"}),
    ],
)
def test_who_sees_whom(name, expected, mia, ann, tom, zoe, sam, max, request, client_of):
    assert seen(client_of(request.getfixturevalue(name))) == expected


def test_a_colleague_one_does_not_see_does_not_exist(ann, tom, client_of):
    client, before = client_of(ann), stored(tom)
    assert refused(client.get(f"{USERS}/{tom.pk}")) == HIDDEN
    assert refused(client.patch(f"{USERS}/{tom.pk}", {"phone": "1"})) == HIDDEN
    assert refused(client.delete(f"{USERS}/{tom.pk}")) == FORBIDDEN
    assert refused(client.get(f"{USERS}/{tom.pk}/history")) == HIDDEN
    assert stored(tom) == before


def test_everybody_gets_the_names_of_active_colleagues(ann, tom, zoe, sam, client_of):
    operations.change_user(zoe, {"status": "suspended"}, by=None)
    sam.deleted_at = timezone.now()
    sam.save()

    rows = client_of(ann).get(f"{USERS}/names").json()["data"]

    assert [row["full_name"] for row in rows] == ["Ann", "Mia", "Tom"]
    assert all(set(row) == {"id", "full_name", "avatar_url"} for row in rows)
    assert refused(bearer().get(f"{USERS}/names")) == (401, "not_authenticated")


# -- about oneself -------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["put", "patch"])
def test_people_keep_their_own_profile(method, ann, client_of):
    values = {
        "full_name": "Ann Berg",
        "phone": "+49 40 1",
        "department": "North",
        "avatar_url": "https://example.com/ann.png",
        "preferences": {"theme": "dark"},
        "timezone": "Europe/Berlin",
        "locale": "de",
    }
    answer = getattr(client_of(ann), method)(f"{AUTH}/update-profile", values)

    assert answer.status_code == 200, answer.content
    ann.refresh_from_db()
    assert {name: getattr(ann, name) for name in values} == values
    assert {name: answer.json()["data"][name] for name in values} == values


RIGHTS = [
    ("role", "admin"),
    ("status", "inactive"),
    ("email", "ann.berg@example.com"),
    ("team_id", None),
]
OUT_OF_REACH = [
    ("is_superuser", True),
    ("is_staff", True),
    ("staff_access", True),
    ("groups", [1]),
    ("security_version", 1),
    ("email_verified", True),
]


@pytest.mark.parametrize(("name", "value"), [*RIGHTS, *OUT_OF_REACH, ("password", "new-horse-77")])
def test_the_profile_does_not_reach_rights(name, value, ann, client_of):
    client, before = client_of(ann), stored(ann)
    answer = client.put(f"{AUTH}/update-profile", {"phone": "1", name: value})
    assert refused(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [name]
    ann.refresh_from_db()
    assert {**stored(ann), "last_login": None} == {**before, "last_login": None}


@pytest.mark.parametrize(
    ("person", "name", "value"),
    [
        *(("ann", name, value) for name, value in RIGHTS),
        ("max", "role", "manager"),
        ("max", "status", "inactive"),
        ("max", "team_id", "North"),
    ],
)
def test_nobody_changes_their_own_rights(person, name, value, request, mia, client_of):
    user = request.getfixturevalue(person)
    client, before = client_of(user), stored(user)
    answer = client.patch(
        f"{USERS}/{user.pk}", {name: str(mia.team_id) if value == "North" else value}
    )
    assert refused(answer) == FORBIDDEN
    assert name.removesuffix("_id") in answer.json()["message"]
    assert {**stored(user), "last_login": None} == {**before, "last_login": None}


def test_ones_own_password_goes_by_its_own_door(ann, max, client_of):
    for user in (ann, max):
        answer = client_of(user).patch(f"{USERS}/{user.pk}", {"password": "new-horse-77"})
        assert refused(answer) == FORBIDDEN


# -- about others --------------------------------------------------------------------------


@pytest.mark.parametrize("values", [{"phone": "1"}, {"role": "admin"}, {"status": "inactive"}])
def test_a_manager_looks_and_changes_nobody(values, mia, ann, client_of):
    client, before = client_of(mia), stored(ann)
    assert client.get(f"{USERS}/{ann.pk}").status_code == 200
    assert refused(client.patch(f"{USERS}/{ann.pk}", values)) == FORBIDDEN
    assert refused(client.patch(f"{USERS}/{mia.pk}", values)) == FORBIDDEN
    assert refused(client.delete(f"{USERS}/{ann.pk}")) == FORBIDDEN
    assert refused(client.post(USERS, {"email": "x@example.com", "full_name": "X"})) == FORBIDDEN
    assert stored(ann) == before


@pytest.mark.parametrize(("name", "value"), OUT_OF_REACH)
def test_not_even_an_administrator_writes_what_is_not_on_the_wire(name, value, max, ann, client_of):
    answer = client_of(max).patch(f"{USERS}/{ann.pk}", {name: value})
    assert refused(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [name]


def test_an_administrator_adds_and_changes_people(max, zoe, client_of):
    client = client_of(max)
    body = {"email": "Ida@example.com", "full_name": "Ida", "password": "horse-battery-7"}
    made = client.post(USERS, {**body, "role": "manager"})
    assert made.status_code == 201, made.content
    assert "password" not in made.json()["data"]
    ida = User.objects.get(email="ida@example.com")
    assert (ida.role, ida.created_by) == ("manager", max)
    assert log_in("ida@example.com", "horse-battery-7").status_code == 200

    changed = client.patch(f"{USERS}/{ida.pk}", {"role": "support", "team_id": str(zoe.team_id)})
    assert changed.status_code == 200, changed.content
    ida.refresh_from_db()
    assert (ida.role, ida.team) == ("support", zoe.team)


def test_somebody_added_without_a_password_can_not_sign_in_with_any(max, client_of):
    client_of(max).post(USERS, {"email": "ida@example.com", "full_name": "Ida"})
    assert not User.objects.get(email="ida@example.com").has_usable_password()
    for password in ("None", "!", "ida@example.com"):
        assert log_in("ida@example.com", password).status_code == 401


# -- the last administrator ----------------------------------------------------------------


@pytest.mark.parametrize("values", [{"role": "manager"}, {"status": "inactive"}])
def test_the_last_administrator_stays(values, max, ann, client_of):
    User.objects.filter(pk=ann.pk).update(is_superuser=True)
    operations.create_user(
        User(email="old@example.com", full_name="Old", role="admin", status="inactive"), by=None
    )
    client, before = client_of(ann), stored(max)

    assert refused(client.patch(f"{USERS}/{max.pk}", values)) == (409, "last_admin")
    assert refused(client.delete(f"{USERS}/{max.pk}")) == (409, "last_admin")

    assert stored(max) == before


def test_of_two_administrators_one_may_go(max, client_of):
    eva = operations.create_user(
        User(email="eva@example.com", full_name="Eva", role="admin"), by=None
    )
    client = client_of(max)
    assert client.patch(f"{USERS}/{eva.pk}", {"role": "manager"}).status_code == 200
    with pytest.raises(Conflict):
        operations.change_user(max, {"status": "inactive"}, by=None)


def test_an_administrator_does_not_delete_themselves(max, client_of):
    operations.create_user(User(email="eva@example.com", full_name="Eva", role="admin"), by=None)
    assert refused(client_of(max).delete(f"{USERS}/{max.pk}")) == (409, "conflict")
    assert stored(max)["deleted_at"] is None


# -- further groups ------------------------------------------------------------------------


def group(codenames, **scopes):
    made = Group.objects.create(name="Watchers")
    made.permissions.set(Permission.objects.filter(codename__in=codenames))
    for entity, verbs in scopes.items():
        RowScope.objects.create(group=made, entity=entity, **verbs)
    return made


def test_a_further_group_widens_the_view_and_nothing_else(ann, sam, tom, client_of):
    lead, deal = LeadFactory(assigned_to=tom), DealFactory(assigned_to=tom)
    client = client_of(sam)
    assert refused(client.get(f"/api/v1/leads/{lead.pk}")) == FORBIDDEN

    watchers = group(["view_lead", "view_deal"], lead={"view_scope": "all"})
    sam.groups.add(watchers)

    assert client.get(f"/api/v1/leads/{lead.pk}").status_code == 200
    assert client.get("/api/v1/leads").json()["pagination"]["total"] == 1
    assert refused(client.patch(f"/api/v1/leads/{lead.pk}", {"company": "X"})) == FORBIDDEN
    assert refused(client.delete(f"/api/v1/leads/{lead.pk}")) == FORBIDDEN
    # a permission without a scope reaches no row
    assert client.get("/api/v1/deals").json()["pagination"]["total"] == 0
    assert refused(client.get(f"/api/v1/deals/{deal.pk}")) == HIDDEN


def test_a_scope_without_the_permission_opens_nothing(sam, tom, client_of):
    lead = LeadFactory(assigned_to=tom)
    sam.groups.add(group([], lead={"view_scope": "all"}))
    assert refused(client_of(sam).get(f"/api/v1/leads/{lead.pk}")) == FORBIDDEN


def test_scopes_of_role_and_group_add_up(ann, tom, zoe, client_of):
    own, of_tom = DealFactory(assigned_to=ann), DealFactory(assigned_to=tom)
    client = client_of(ann)
    assert client.get("/api/v1/deals").json()["pagination"]["total"] == 1

    ann.groups.add(group([], deal={"view_scope": "all", "change_scope": "all"}))

    assert client.get("/api/v1/deals").json()["pagination"]["total"] == 2
    for deal in (own, of_tom):
        assert client.patch(f"/api/v1/deals/{deal.pk}", {"next_step": "Call"}).status_code == 200
    ann.groups.clear()
    assert refused(client.get(f"/api/v1/deals/{of_tom.pk}")) == HIDDEN
    assert opened(ann).user == ann
