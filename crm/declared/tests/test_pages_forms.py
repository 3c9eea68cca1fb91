"""Records of a declared entity, typed into forms that its schema makes."""

import pytest

from crm.core import records
from crm.declared.models import DeclaredRecord
from crm.people.tests.factories import CustomerFactory
from crm.tests.markup import Markup
from crm.tests.pages import read, signed_in
from crm.tests.refusals import nothing_stored

from .conftest import HALL, SCHEMA
from .typed import custom, form_at, posted

pytestmark = pytest.mark.django_db
LIST = "/entities/Booking/"
NEW = f"{LIST}new/"
EVERYTHING = {
    "title": "Roof",
    "state": "agreed",
    "seats": "1200",
    "price": "12.50",
    "paid": "on",
    "day": "2026-05-02",
    "email": "ida@example.com",
    "tags": "big, bright",
    "place": '{"city": "Graz"}',
}
STORED = {
    "title": "Roof",
    "state": "agreed",
    "seats": 1200,
    "price": 12.5,
    "paid": True,
    "day": "2026-05-02",
    "email": "ida@example.com",
    "tags": ["big", "bright"],
    "place": {"city": "Graz"},
}


@pytest.fixture
def hall(booking, ann):
    held = {**HALL, "extra": [1, {"kept": True}]}
    return records.create(DeclaredRecord(declaration=booking, custom_fields=held), by=ann)


def changed(client, record, **typed):
    """Type into a record's form, send it, and return what is stored."""
    answer = posted(client, f"{LIST}{record.pk}/edit/", **typed)
    assert answer.status_code == 302, answer.context["form"].errors
    record.refresh_from_db()
    return record.custom_fields


def test_every_kind_of_field_is_stored_as_what_it_is(booking, ann):
    client = signed_in(ann)
    answer = posted(client, NEW, **EVERYTHING)
    record = DeclaredRecord.objects.get()
    assert answer["Location"] == f"{LIST}{record.pk}/"
    assert record.custom_fields == STORED
    assert (record.created_by, record.declaration) == (ann, booking)
    # shown again and sent untouched, nothing is changed
    assert changed(client, record) == STORED
    assert record.revision == 1


def test_the_form_begins_with_the_defaults_and_says_what_fields_are_for(booking, ann):
    address = f"{NEW}?custom_fields.title=Loft"
    form = read(signed_in(ann), address).form("/new/")
    assert form.values["custom_fields.state"] == "asked"
    assert form.values["custom_fields.title"] == "Loft"
    assert "custom_fields.paid" not in form.values
    assert form.fields["custom_fields.day"]["type"] == "date"
    assert form.fields["custom_fields.email"]["type"] == "email"
    assert "What it is called" in read(signed_in(ann), NEW).text


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("title", ""),
        ("seats", "0"),
        ("seats", "many"),
        ("price", "1e999"),
        ("day", "tomorrow"),
        ("email", "ida"),
        ("place", "{"),
        ("place", "[1]"),
        ("place", "[" * 50_000),
        ("place", "[" * 500 + "]" * 500),
        ("place", '{"city": "x", "size": 1e9999999}'),
        ("price", "1e9999999"),
        ("seats", "9" * 400),
        ("place", '{"city": 3}'),
        ("state", "unknown"),
        ("title", "\0"),
    ],
)
def test_an_error_keeps_what_was_typed_and_names_the_field(booking, ann, name, typed):
    client = signed_in(ann)
    with nothing_stored():
        answer = posted(client, NEW, **{**EVERYTHING, name: typed})
    assert answer.status_code == 200
    page = Markup(answer.content)
    form = page.form(NEW)
    field = form.fields[f"custom_fields.{name}"]
    assert field["aria-invalid"] == "true"
    assert f"#{field['id']}" in page.links
    kept = custom({key: value for key, value in EVERYTHING.items() if key not in (name, "paid")})
    assert {key: form.values[key] for key in kept} == kept


def test_all_that_is_wrong_is_told_at_once(booking, hall, ann):
    for address in (NEW, f"{LIST}{hall.pk}/edit/"):
        wrong = {"title": "", "seats": "0", "price": "many", "email": "ida"}
        answer = posted(signed_in(ann), address, **{**EVERYTHING, **wrong})
        errors = answer.context["form"].errors
        assert {name.removeprefix("custom_fields.") for name in errors} == {*wrong}
        assert all(len(told) == 1 for told in errors.values())


def test_a_form_sent_twice_makes_one_record(booking, ann):
    client = signed_in(ann)
    sent = form_at(client, NEW).filled(**custom(EVERYTHING))
    first, second = client.post(NEW, sent), client.post(NEW, sent)
    assert first["Location"] == second["Location"]
    assert DeclaredRecord.objects.count() == 1


def test_what_the_schema_does_not_name_stays(hall, ann):
    stored = changed(signed_in(ann), hall, seats="41", tags="")
    kept = {name: value for name, value in HALL.items() if name != "tags"}
    assert stored == kept | {
        "seats": 41,
        "extra": [1, {"kept": True}],
        "state": "asked",
        "paid": False,
    }


def test_a_value_of_an_earlier_schema_keeps_nobody_from_changing_the_rest(booking, hall, ann, max):
    held = {**hall.custom_fields, "tags": ["one, two", "three"], "legacy": "many"}
    records.change(hall, {"custom_fields": held}, by=max)
    properties = {**SCHEMA["properties"], "legacy": {"type": "integer"}}
    properties["state"] = {"type": "string", "enum": ["open"]}
    schema = {**SCHEMA, "properties": properties, "required": ["title", "price", "email"]}
    records.change(booking, {"schema": schema}, by=max)
    stored = changed(signed_in(ann), hall, seats="7")
    assert stored["seats"] == 7
    assert (stored["state"], stored["legacy"]) == ("asked", "many")
    assert stored["tags"] == ["one, two", "three"]
    stored = changed(signed_in(ann), hall, legacy="12", state="open")
    assert (stored["state"], stored["legacy"]) == ("open", 12)


def test_one_field_is_changed_on_the_spot(hall, ann, tom):
    client, address = signed_in(ann), f"{LIST}{hall.pk}/edit/custom_fields.seats/"
    assert posted(client, address, seats="60").status_code == 302
    hall.refresh_from_db()
    assert hall.custom_fields["seats"] == 60
    assert hall.custom_fields["title"] == "Hall"
    assert signed_in(tom).get(address).status_code == 403
    for name in ("custom_fields.nothing", "seats", "external_id"):
        assert client.get(f"{LIST}{hall.pk}/edit/{name}/").status_code == 404


def test_two_who_change_a_record_at_once_are_told(hall, ann, max):
    address = f"{LIST}{hall.pk}/edit/"
    client = signed_in(ann)
    sent = form_at(client, address).filled(**custom({"seats": "41", "price": "20"}))
    records.change(
        hall, {"custom_fields": {**hall.custom_fields, "seats": 99, "title": "Big hall"}}, by=max
    )
    answer = client.post(address, sent)
    assert answer.status_code == 200
    assert {clash.name: clash.is_mine_too for clash in answer.context["clashes"]} == {
        "custom_fields.seats": True,
        "custom_fields.title": False,
    }
    form = Markup(answer.content).form(address)
    mine = form.filled(**{"keep_custom_fields.seats": "theirs"})
    assert client.post(address, mine).status_code == 302
    hall.refresh_from_db()
    held = hall.custom_fields
    assert (held["seats"], held["title"], held["price"]) == (99, "Big hall", 20)


@pytest.fixture
def stay(declare):
    properties = {"title": {"type": "string"}, "customer_id": {"type": "string"}}
    properties["stay_id"] = {"type": "string"}
    return declare("Stay", schema={"properties": properties})


def test_a_reference_takes_what_its_author_sees(stay, ann, max):
    customer = CustomerFactory(name="Ida Ltd", assigned_to=ann)
    first = records.create(
        DeclaredRecord(declaration=stay, custom_fields={"title": "First night"}), by=max
    )
    new = "/entities/Stay/new/"
    client = signed_in(ann)
    form = form_at(client, new)
    typed = {"title": "Second", "customer_id:text": "Ida", "stay_id": str(first.pk)}
    answer = client.post(new, form.filled(**custom(typed)))
    assert answer.status_code == 302
    second = DeclaredRecord.objects.exclude(pk=first.pk).get()
    assert second.custom_fields == {
        "title": "Second",
        "customer_id": str(customer.pk),
        "stay_id": str(first.pk),
    }
    for wrong in ("Nobody", str(customer.pk)[:-1]):
        form = form_at(client, new)
        answer = client.post(new, form.filled(**custom({**typed, "customer_id:text": wrong})))
        assert answer.status_code == 200
        assert "custom_fields.customer_id" in answer.context["form"].errors


def test_a_reference_out_of_sight_stays_as_it_is(stay, ann, max):
    gone = CustomerFactory(name="Ida Ltd", assigned_to=ann)
    held = {"title": "Second", "customer_id": str(gone.pk), "stay_id": "65f0c0ffee"}
    record = records.create(DeclaredRecord(declaration=stay, custom_fields=held), by=ann)
    records.remove(gone, by=max)
    address = f"/entities/Stay/{record.pk}/edit/"
    client = signed_in(ann)
    answer = client.post(address, form_at(client, address).filled(**custom({"title": "Third"})))
    assert answer.status_code == 302
    record.refresh_from_db()
    assert record.custom_fields == {**held, "title": "Third"}


def test_an_address_fills_in_what_fits(booking, ann):
    query = "custom_fields.paid=false&custom_fields.seats=x&custom_fields.tags=[1]"
    form = read(signed_in(ann), f"{NEW}?{query}&custom_fields.price=2.5").form("/new/")
    assert "custom_fields.paid" not in form.values
    assert form.values["custom_fields.seats"] == form.values["custom_fields.tags"] == ""
    assert form.values["custom_fields.price"] == "2.5"


def test_a_tick_that_somebody_else_set_is_not_taken_away(hall, ann, max):
    address, client = f"{LIST}{hall.pk}/edit/", signed_in(ann)
    sent = form_at(client, address).filled(**custom({"title": "Hall 2"}))
    records.change(hall, {"custom_fields": {**hall.custom_fields, "paid": True}}, by=max)
    answer = client.post(address, sent)
    [clash] = answer.context["clashes"]
    assert (clash.label, clash.theirs, clash.is_mine_too) == ("Paid", "Yes", False)
    again = Markup(answer.content).form(address)
    assert client.post(address, again.filled()).status_code == 302
    hall.refresh_from_db()
    assert (hall.custom_fields["paid"], hall.custom_fields["title"]) == (True, "Hall 2")
