"""Values of less common fields, typed into forms that a schema makes."""

import pytest

from crm.core import records
from crm.declared.models import DeclaredRecord
from crm.people.tests.factories import CustomerFactory
from crm.tests.markup import Markup
from crm.tests.pages import signed_in

from .typed import custom, form_at, posted

pytestmark = pytest.mark.django_db

MIXED = {
    "title": {"type": "string"},
    "step": {"type": "number", "multipleOf": 0.01},
    "level": {"type": "number", "enum": [1, 2, 2.5]},
    "both": {"enum": [1, "1", True]},
    "free": {"type": ["string", "number"]},
    "when": {"type": "string", "format": "date-time"},
    "any": {},
    "customer_id": {"type": "string"},
    "customer_id_text": {"type": "string"},
}


@pytest.fixture
def mixed(declare):
    return declare("Mixed", schema={"properties": MIXED})


def stored_by(client, **typed):
    answer = posted(client, "/entities/Mixed/new/", **typed)
    assert answer.status_code == 302, answer.context["form"].errors
    return DeclaredRecord.objects.latest("id").custom_fields


@pytest.mark.parametrize("price", ["4.35", "19.99", "0.07", "1.13"])
def test_prices_are_multiples_of_a_cent(mixed, ann, price):
    assert stored_by(signed_in(ann), step=price) == {"step": float(price)}
    answer = posted(signed_in(ann), "/entities/Mixed/new/", step="0.005")
    assert "Step must be a multiple of 0.01." in Markup(answer.content).text


def test_choices_hold_what_the_schema_lists_and_not_its_text(mixed, ann):
    client = signed_in(ann)
    assert stored_by(client, level="2") == {"level": 2}
    assert stored_by(client, level="2.5", both='"1"') == {"level": 2.5, "both": "1"}
    assert stored_by(client, both="1") == {"both": 1}
    assert stored_by(client, both="true") == {"both": True}
    answer = client.get("/entities/Mixed/new/?custom_fields.level=9&custom_fields.both=%00")
    form = Markup(answer.content).form("/new/")
    assert (form.values["custom_fields.level"], form.values["custom_fields.both"]) == ("", "")


def test_a_text_or_a_number_is_typed_as_a_text(mixed, ann):
    assert stored_by(signed_in(ann), free="hello") == {"free": "hello"}


def test_a_moment_out_of_range_is_refused_beside_its_field(mixed, ann):
    first, last = "0001-01-01T00:00", "9999-12-31T23:59"
    for zone, typed in (("Europe/Vienna", first), ("America/New_York", last)):
        ann.timezone = zone
        ann.save(update_fields=["timezone"])
        answer = posted(signed_in(ann), "/entities/Mixed/new/", when=typed)
        assert "custom_fields.when" in answer.context["form"].errors


def test_one_and_true_are_told_apart(mixed, ann):
    held = {"title": "x", "any": [1]}
    record = records.create(DeclaredRecord(declaration=mixed, custom_fields=held), by=ann)
    address = f"/entities/Mixed/{record.pk}/edit/"
    assert posted(signed_in(ann), address, any="[true]").status_code == 302
    record.refresh_from_db()
    assert record.custom_fields["any"][0] is True


def test_a_lookup_and_a_field_of_a_like_name_do_not_meet(mixed, ann):
    customer = CustomerFactory(name="Ida Ltd", assigned_to=ann)
    form = form_at(signed_in(ann), "/entities/Mixed/new/")
    typed = {"customer_id:text": "Ida", "customer_id_text": "other"}
    answer = signed_in(ann).post("/entities/Mixed/new/", form.filled(**custom(typed)))
    assert answer.status_code == 302
    assert DeclaredRecord.objects.get().custom_fields == {
        "customer_id": str(customer.pk),
        "customer_id_text": "other",
    }
