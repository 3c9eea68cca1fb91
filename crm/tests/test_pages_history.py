"""What became of the house's own records, as their pages tell it."""

import pytest

from crm.activities.tests.factories import ActivityFactory
from crm.core import records
from crm.people.tests.factories import CustomerFactory
from crm.tests.pages import signed_in

pytestmark = pytest.mark.django_db


def test_own_fields_with_lists_and_objects_are_told(ann, max):
    customer = CustomerFactory(assigned_to=ann, custom_fields={"tags": ["a"], "vip": False})
    held = {"tags": ["a", "b"], "vip": True, "place": {"city": "Graz"}}
    records.change(customer, {"custom_fields": held}, by=ann)
    answer = signed_in(ann).get(f"/customers/{customer.pk}/?tab=history")
    assert answer.status_code == 200
    told = [
        (change["label"], change["old"], change["new"])
        for row in answer.context["history"]
        for change in row["changes"]
    ]
    assert sorted(told) == [
        ("Place", "–", "City: Graz"),
        ("Tags", "a", "a, b"),
        ("Vip", "No", "Yes"),
    ]


@pytest.mark.parametrize("page", ["abc", "0", "9" * 20])
def test_a_page_of_the_history_that_is_none_is_the_first(ann, page):
    customer = CustomerFactory(assigned_to=ann)
    records.change(customer, {"name": "Ida Ltd"}, by=ann)
    answer = signed_in(ann).get(f"/customers/{customer.pk}/?tab=history&page={page}")
    assert answer.status_code == 200
    assert len(answer.context["history"]) == 1


def test_links_are_told_by_name(ann, tom, max):
    customer = CustomerFactory(assigned_to=ann)
    records.change(customer, {"assigned_to": tom}, by=max)
    answer = signed_in(ann).get(f"/customers/{customer.pk}/?tab=history")
    [change] = answer.context["history"][0]["changes"]
    assert (change["old"], change["new"]) == (ann.full_name, tom.full_name)


@pytest.mark.parametrize("cursor", ["abc", "%00", "%ff"])
def test_a_timeline_from_a_place_that_is_none_begins_with_the_latest(ann, cursor):
    customer = CustomerFactory(assigned_to=ann)
    ActivityFactory(title="Called", related_to_type="customer", related_to_id=customer.pk)
    answer = signed_in(ann).get(f"/customers/{customer.pk}/?tab=timeline&cursor={cursor}")
    assert answer.status_code == 200
    assert [row["text"] for row in answer.context["timeline"]] == ["Called"]
