"""Further groups in the staff site: made, filled and changed there, beside the four roles."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError

from accounts import operations, roles
from accounts.models import RowScope, User
from crm.core import events
from crm.core.models import Event
from crm.sales.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db

GROUPS = "/admin/auth/group"


@pytest.fixture
def staff(max, client):
    client.force_login(max, backend="accounts.backends.RoleBackend")
    return client


@pytest.fixture
def watchers():
    """A further group that sees all leads."""
    group = Group.objects.create(name="Watchers")
    group.permissions.set(Permission.objects.filter(codename="view_lead"))
    RowScope.objects.create(group=group, entity="lead", view_scope="all")
    return group


def group_form(name, **scope):
    prefix = "row_scopes"
    form = {"name": name, f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": 0}
    return form | {f"{prefix}-0-{key}": value for key, value in scope.items()}


def person_form(client, user, **changes):
    """What the form of a person holds, with these changes."""
    form = client.get(f"/admin/accounts/user/{user.pk}/change/").context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    kept = {name: value for name, value in values.items() if value not in (None, False)}
    return {**kept, **changes}


# -- the groups of the roles -------------------------------------------------------------------


@pytest.mark.parametrize("role", roles.ROLES)
def test_the_group_of_a_role_can_only_be_looked_at(role, staff):
    group = Group.objects.get(name=role)
    held = set(group.permissions.values_list("pk", flat=True))
    page = f"{GROUPS}/{group.pk}"
    assert staff.get(f"{page}/change/").status_code == 200

    assert staff.post(f"{page}/change/", group_form("Renamed")).status_code == 403
    assert staff.post(f"{page}/delete/", {"post": "yes"}).status_code == 403

    group.refresh_from_db()
    assert group.name == role
    assert set(group.permissions.values_list("pk", flat=True)) == held
    assert not group.row_scopes.exists()


def test_nor_can_they_be_deleted_together(staff, watchers):
    chosen = {"action": "delete_selected", "_selected_action": [g.pk for g in Group.objects.all()]}
    assert staff.post(f"{GROUPS}/", {**chosen, "post": "yes"}).status_code == 403
    assert Group.objects.count() == len(roles.ROLES) + 1


def test_whoever_holds_nothing_but_the_role_still_gets_in(staff):
    chosen = {"action": "delete_selected", "_selected_action": [g.pk for g in Group.objects.all()]}
    staff.post(f"{GROUPS}/", {**chosen, "post": "yes"})
    assert staff.get("/admin/crm/lead/").status_code == 200


# -- further groups ----------------------------------------------------------------------------


def test_what_becomes_of_a_further_group_is_written_down(staff, max):
    lead_view = Permission.objects.get(codename="view_lead")
    scope = {"entity": "lead", "view_scope": "team"}
    made = staff.post(
        f"{GROUPS}/add/", {**group_form("Hunters", **scope), "permissions": lead_view.pk}
    )
    assert made.status_code == 302
    group = Group.objects.get(name="Hunters")
    created = Event.objects.get(name="group.created")
    assert created.actor == max
    assert created.data["changes"] == {
        "name": [None, "Hunters"],
        "permissions": [None, ["crm.view_lead"]],
        "row_scopes": [None, {"lead": {"view": "team", "change": "", "delete": ""}}],
    }

    renamed = group_form("Gatherers", entity="deal", view_scope="own")
    assert staff.post(f"{GROUPS}/{group.pk}/change/", renamed).status_code == 302
    changes = events.history(group).first().data["changes"]
    assert changes["name"] == ["Hunters", "Gatherers"]
    assert changes["permissions"] == [["crm.view_lead"], []]
    assert set(changes["row_scopes"][1]) == {"lead", "deal"}

    assert staff.post(f"{GROUPS}/{group.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Group.objects.filter(name="Gatherers").exists()
    deleted = Event.objects.get(name="group.deleted")
    assert (deleted.data["label"], deleted.actor) == ("Gatherers", max)


def test_saving_a_group_unchanged_writes_nothing(staff, watchers):
    form = {**group_form("Watchers"), "permissions": [p.pk for p in watchers.permissions.all()]}
    form |= {"row_scopes-TOTAL_FORMS": 0}
    assert staff.post(f"{GROUPS}/{watchers.pk}/change/", form).status_code == 302
    assert not Event.objects.exists()


# -- who is in them ----------------------------------------------------------------------------


def test_a_person_is_put_into_a_group_and_taken_out_again(
    staff, max, sam, tom, watchers, client_of
):
    lead, api = LeadFactory(assigned_to=tom), client_of(sam)
    url = f"/admin/accounts/user/{sam.pk}/change/"
    assert api.get(f"/api/v1/leads/{lead.pk}").status_code == 403

    assert staff.post(url, person_form(staff, sam, groups=[watchers.pk])).status_code == 302
    assert api.get(f"/api/v1/leads/{lead.pk}").status_code == 200
    event = events.history(sam).first()
    assert (event.name, event.actor) == ("user.groups_changed", max)
    assert event.data["changes"] == {"groups": [[], ["Watchers"]]}

    assert staff.post(url, person_form(staff, sam, groups=[])).status_code == 302
    assert api.get(f"/api/v1/leads/{lead.pk}").status_code == 403
    assert events.history(sam).first().data["changes"] == {"groups": [["Watchers"], []]}


def test_a_new_person_may_start_in_a_group(staff, watchers):
    form = {"email": "new@example.com", "full_name": "New", "role": "support", "status": "active"}
    form |= {"timezone": "UTC", "preferences": "{}", "custom_fields": "{}"}
    answer = staff.post("/admin/accounts/user/add/", {**form, "groups": [watchers.pk]})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    user = User.objects.get(email="new@example.com")
    assert list(user.groups.all()) == [watchers]
    assert [event.name for event in events.history(user)] == ["user.groups_changed", "user.created"]


def test_the_form_offers_no_group_of_a_role(staff, sam, watchers):
    form = staff.get(f"/admin/accounts/user/{sam.pk}/change/").context["adminform"].form
    assert list(form.fields["groups"].queryset) == [watchers]
    admins = Group.objects.get(name="admin")
    answer = staff.post(
        f"/admin/accounts/user/{sam.pk}/change/", person_form(staff, sam, groups=[admins.pk])
    )
    assert answer.status_code == 200
    assert "groups" in answer.context["adminform"].form.errors
    assert not sam.groups.exists()


def test_the_verb_refuses_what_the_form_would(sam, max, mia, watchers):
    with pytest.raises(ValidationError):
        operations.change_user(sam, {"groups": [Group.objects.get(name="admin")]}, by=max)
    for actor in (mia, sam):
        with pytest.raises(PermissionDenied):
            operations.change_user(sam, {"groups": [watchers]}, by=actor)
    with pytest.raises(PermissionDenied):
        operations.change_user(max, {"groups": [watchers]}, by=max)
    assert not User.groups.through.objects.exists()
    assert not Event.objects.exists()


def test_groups_and_fields_change_together_or_not_at_all(sam, max, watchers):
    operations.change_user(sam, {"groups": [watchers], "department": "Help"}, by=max, if_revision=1)
    sam.refresh_from_db()
    assert (sam.department, list(sam.groups.all())) == ("Help", [watchers])
    with pytest.raises(ValidationError):
        operations.change_user(sam, {"groups": [], "timezone": "Nowhere"}, by=max)
    assert list(sam.groups.all()) == [watchers]
