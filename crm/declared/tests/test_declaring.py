"""Who may declare an entity, and what is refused."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from crm.core import records
from crm.core.errors import Conflict
from crm.core.models import Event
from crm.declared import schemas
from crm.declared.models import DeclaredEntity

from .conftest import ACCESS, SCHEMA

pytestmark = pytest.mark.django_db

ADD = "/admin/crm/declaredentity/add/"
TEXT = """
// a thing of the app
{
  "name": "Booking", /* as pages call it */
  "type": "object",
  "properties": {
    "title": {"type": "string", "title": "What"},
    "price": {"type": "number", "minimum": 0.5, "default": 1,},
  },
  "required": ["title"],
}
"""


def refusal(declare, **values):
    with pytest.raises(ValidationError) as refused:
        declare(**values)
    assert not DeclaredEntity.all_objects.exists()
    return refused.value.message_dict


def test_a_declaration_is_stored_with_its_history(max, booking):
    stored = DeclaredEntity.objects.get()
    assert (stored.name, stored.schema, stored.access) == ("Booking", SCHEMA, ACCESS)
    event = Event.objects.get()
    assert (event.name, event.actor, event.record_id) == ("declaredentity.created", max, stored.pk)


@pytest.mark.parametrize(
    "name", ["Lead", "lead", "LEAD", "User", "booking", "My Thing", "Ünit", ""]
)
def test_a_name_is_pascal_case_and_none_of_ours(name, declare):
    assert "name" in refusal(declare, name=name)


def test_a_name_is_given_once(declare, booking):
    with pytest.raises(Conflict, match="already has this name"):
        declare()
    records.remove(booking, by=None)
    assert declare().pk != booking.pk


@pytest.mark.parametrize("name", ["BOOKING", "BooKing"])
def test_two_names_differ_in_more_than_their_case(declare, booking, name):
    with pytest.raises(ValidationError) as refused:
        declare(name=name)
    assert refused.value.message_dict == {"name": ["Booking is the same name but for its case."]}
    records.remove(booking, by=None)
    assert declare(name=name).name == name
    with pytest.raises(Conflict, match="but for its case"):
        records.restore(booking, by=None)
    assert not DeclaredEntity.objects.filter(name="Booking").exists()


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        ({"type": "array", "properties": {"a": {}}}, 'of type "object"'),
        ({"type": "object"}, "at least one field"),
        ({"properties": []}, "at least one field"),
        ({"properties": {"a": {}}, "allOf": []}, '"allOf" is not read'),
        ({"properties": {"a": "string"}}, "a: describe it by an object"),
        ({"properties": {"a": {"type": "text"}}}, "a: the type must be one of string"),
        ({"properties": {"a": {"$ref": "https://example.com"}}}, 'a: "$ref" is not read'),
        ({"properties": {"a": {"rls": {"read": {}}}}}, 'a: "rls" is not read'),
        ({"properties": {"a.b": {}}}, "a.b: a field's name has"),
        *(({"properties": {name: {}}}, "begins and ends with") for name in (" a", "a ", " ", "-")),
        ({"properties": {"id": {"type": "string"}}}, "id: every record has this"),
        *(
            ({"properties": {"a": {}}, "title": title}, '"title" is a text of 1 to 80 characters')
            for title in ("", "  ", 5, None, ["a"], "x" * 81)
        ),
        ({"properties": {"a": {"title": " "}}}, 'a: "title" is a text'),
        ({"properties": {"a": {"items": {"title": "x" * 81}}}}, 'a[]: "title" is a text'),
        ({"properties": {"a": {"enum": "x"}}}, 'a: "enum"'),
        ({"properties": {"a": {"enum": []}}}, '"enum" names no value'),
        ({"properties": {"a": {"minimum": "low"}}}, 'a: "minimum"'),
        ({"properties": {"a": {"pattern": "("}}}, "The pattern can't be used"),
        ({"properties": {"a": {"properties": []}}}, 'a: "properties" takes an object'),
        ({"properties": {"a": {"required": ["b"]}}}, 'a: "required" names b'),
        ({"properties": {"a": {"items": 3}}}, "a[]: describe it by an object"),
        ({"properties": {"a": {}}, "required": ["b"]}, '"required" names b'),
        ({"properties": {"a": {}}, "required": True}, '"required" takes a list'),
        ({"properties": {"a": {"type": "integer", "default": "x"}}}, "its own default"),
        ({"name": "Other", "properties": {"a": {}}}, "own name is Other"),
        ({"properties": {f"f{n}": {} for n in range(201)}}, "at most 200 fields"),
    ],
)
def test_a_schema_that_cannot_be_kept_to_is_refused_in_a_sentence(schema, sentence, declare):
    told = refusal(declare, schema=schema)
    assert list(told) == ["schema"]
    assert any(sentence in text for text in told["schema"]), told


@pytest.mark.parametrize(
    "access",
    [
        {"sales_rep": {"read": "team"}},
        {"intern": {"read": "all"}},
        {"sales_rep": {"look": "all"}},
        {"sales_rep": "all"},
        {"admin": {"read": "none"}},
    ],
)
def test_access_names_roles_verbs_and_scopes(access, declare):
    assert list(refusal(declare, access=access)) == ["access"]


def test_access_that_is_not_said_follows_from_the_schema(declare):
    mine = {"created_by": "{{user.email}}"}
    rls = {
        "create": True,
        "read": {"$or": [mine, {"user_condition": {"role": "admin"}}]},
        "update": {"user_condition": {"role": "admin"}},
        "delete": {"data.team": "{{user.data.team}}"},
    }
    entity = declare(access={"manager": {"update": "all"}}, schema={**SCHEMA, "rls": rls})
    assert entity.access["sales_rep"] == {
        "create": "all",
        "read": "own",
        "update": "none",
        "delete": "none",
    }
    assert entity.access["manager"]["update"] == "all"
    assert "for: delete." in records.warnings_of(entity)[0]


def test_access_that_nobody_says_lets_people_change_their_own(declare):
    said = {"read": "all", "create": "all", "update": "own", "delete": "own"}
    assert declare(access={}).access == dict.fromkeys(("manager", "sales_rep", "support"), said)


def test_comments_and_last_commas_are_read():
    schema = schemas.from_text(TEXT)
    assert schema["properties"]["price"] == {"type": "number", "minimum": 0.5, "default": 1}
    assert isinstance(schema["properties"]["price"]["minimum"], float)


@pytest.mark.parametrize("text", ["[1]", "{", "{} {}", '{"a": nothing}', "// only this"])
def test_what_is_no_schema_is_told(text):
    with pytest.raises(ValidationError):
        schemas.from_text(text)


# -- the staff site ---------------------------------------------------------------------------


@pytest.fixture
def staff(client):
    def staff(user):
        client.force_login(user, backend="accounts.backends.RoleBackend")
        return client

    return staff


def test_an_administrator_declares_by_a_text(max, staff):
    form = {"name": "", "schema": TEXT, "access": "{}", "active": "on", "custom_fields": "{}"}
    answer = staff(max).post(ADD, form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    entity = DeclaredEntity.objects.get()
    assert (entity.name, entity.active, entity.created_by) == ("Booking", True, max)
    assert Event.objects.get().door == "admin"


def test_the_form_tells_what_is_wrong_and_keeps_the_text(max, staff):
    text = '{"properties": {"a": {"type": "text"}}} // mine'
    answer = staff(max).post(ADD, {"name": "Thing", "schema": text, "access": "{}"})
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    assert "the type must be one of" in str(form.errors["schema"])
    assert "// mine" in answer.content.decode()
    answer = staff(max).post(ADD, {"name": "Thing", "schema": "{\n\n nothing", "access": "{}"})
    assert "line 4" in str(answer.context["adminform"].form.errors["schema"])


def test_a_declaration_is_changed_by_a_text(max, booking, staff):
    url = reverse("admin:crm_declaredentity_change", args=[booking.pk])
    client = staff(max)
    form = client.get(url).context["adminform"].form
    sent = {name: form[name].value() for name in ("name", "schema", "access", "custom_fields")}
    sent["schema"] = sent["schema"].replace('"title"', '"label"')
    answer = client.post(url, {**sent, "active": "on", "shown_revision": 1})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    booking.refresh_from_db()
    assert "label" in booking.schema["properties"]
    assert list(Event.objects.latest("id").data["changes"]) == ["schema"]


@pytest.mark.parametrize("name", ["mia", "ann", "sam"])
def test_only_administrators_declare(name, request, staff):
    person = request.getfixturevalue(name)
    type(person).objects.filter(pk=person.pk).update(staff_access=True)
    person.refresh_from_db()
    form = {"name": "", "schema": TEXT, "access": "{}", "active": "on"}
    assert staff(person).post(ADD, form).status_code == 403
    assert not DeclaredEntity.objects.exists()


def test_a_record_in_the_staff_site_is_kept_to_the_schema(max, booking, staff):
    add = "/admin/crm/declaredrecord/add/"
    client = staff(max)
    form = {"declaration": booking.pk, "custom_fields": '{"title": "Hall", "seats": 0}'}
    answer = client.post(add, form)
    assert "seats must be at least 1." in str(answer.context["adminform"].form.errors)
    answer = client.post(add, {**form, "custom_fields": '{"title": "Hall", "seats": "3"}'})
    assert answer.status_code == 302
    record = booking.records.get()
    assert record.custom_fields == {"title": "Hall", "seats": 3, "state": "asked", "paid": False}
    url = reverse("admin:crm_declaredrecord_change", args=[record.pk])
    assert client.get(url).status_code == 200
    assert client.get(reverse("admin:crm_declaredrecord_changelist")).status_code == 200
