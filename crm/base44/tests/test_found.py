"""What a careful reader of the door found, each by a test."""

import json

import pytest

from crm.commerce.tests.factories import ProductFactory
from crm.people.models import Customer
from crm.people.tests.factories import AccountFactory
from crm.sales.models import Lead
from crm.sales.tests.factories import DealFactory, LeadFactory

from .door import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(app_of, max):
    return app_of(max)


@pytest.mark.parametrize(
    ("entity", "field", "operators", "expected"),
    [
        ("Deal", "amount", {"$inc": {"amount": 0.1}}, 10.35),
        ("Deal", "amount", {"$mul": {"amount": 2}}, 20.5),
        ("Deal", "weight", {"$inc": {"weight": 2}}, 2),
        ("Deal", "copied", {"$rename": {"weight": "copied"}}, None),
        ("Deal", "kept", {"$min": {"kept": 3}}, 3),
    ],
)
def test_operators_work_on_money_and_on_free_numbers(app, entity, field, operators, expected):
    deal = DealFactory(amount="10.25")
    body = {"query": {}, "data": operators}
    assert app.call("patch", entity, "update-many", body=body).status_code == 200
    assert app.call("get", entity, str(deal.pk)).json().get(field) == expected


@pytest.mark.parametrize("spec", [{"max": "notes"}, {"min": "notes"}, {"countDistinct": "notes"}])
def test_long_text_has_a_first_and_a_last(app, spec):
    LeadFactory(notes="a")
    LeadFactory(notes="")
    (row,) = app.call("post", "Lead", "aggregate", body=spec).json()["rows"]
    assert list(row.values())[-1] in ("a", 1)


@pytest.mark.parametrize("spec", [{"max": "track_stock"}, {"min": "id"}])
def test_ids_and_flags_have_neither(app, spec):
    ProductFactory()
    response = app.call("post", "Product", "aggregate", body=spec)
    assert refused(response) == (400, "bad_query")


def test_distinct_objects_that_look_like_a_cursors_own(app):
    values = [{"key": "x"}, {"key": "y"}, {"amount": "x"}, {"at": "2026-01-01"}, "text", 5, True]
    for number, value in enumerate(values):
        email = f"l{number}@example.com"
        app.create("Lead", first_name="A", last_name="B", email=email, meta=value)
    found, cursor = [], ""
    while cursor is not None:
        params = {"distinct": "meta", "limit": 1, "cursor": cursor}
        page = app.client.get(app.address("Lead", "v2/list"), params).json()
        found += page["items"]
        cursor = page["next_cursor"]
    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, values))


@pytest.mark.parametrize("number", ["1e300", "-1e300", "9223372036854775808", "inf", "nan"])
def test_a_huge_number_in_an_address_equals_nothing(app, number):
    LeadFactory()
    for field in ("lead_score", "annual_revenue", "free"):
        assert app.client.get(app.address("Lead"), {field: number}).json() == []


def test_people_see_only_themselves_by_id_too(app_of, mia, ann):
    app = app_of(mia)
    assert [row["id"] for row in app.filter("User")] == [str(mia.pk)]
    assert app.call("get", "User", str(ann.pk)).status_code == 404
    assert app.call("get", "User", str(mia.pk)).status_code == 200


def test_one_record_under_two_spellings_of_its_id_is_refused(app):
    lead = LeadFactory()
    body = [{"id": str(lead.pk), "a": 1}, {"id": str(lead.pk).upper(), "b": 2}]
    assert app.call("put", "Lead", "bulk", body=body).status_code in (400, 422)
    lead.refresh_from_db()
    assert lead.custom_fields == {}


@pytest.mark.parametrize(
    ("key", "first", "second"),
    [("email", "One@Example.com", "one@example.com"), ("code", 1, 1.0)],
)
def test_one_key_in_two_spellings_is_one_record(app, key, first, second):
    records = [
        {"name": "One", "email": "x@example.com", key: first},
        {"name": "Two", "email": "x@example.com", key: second},
    ]
    answer = app.call("post", "Customer", "upsert", body={"records": records, "key": key}).json()
    assert (answer["created"], answer["records"][0]["name"]) == (1, "Two")
    assert Customer.objects.count() == 1


def test_links_are_not_found_by_old_ids_out_of_sight(app_of, ann, zoe, max):
    hidden = LeadFactory(external_id="65f0c0ffee65f0c0ffee65f0", assigned_to=zoe, created_by=zoe)
    assert app_of(ann).call("get", "Lead", hidden.external_id).status_code == 404
    account = AccountFactory(external_id="65f0c0ffee65f0c0ffee65f1")
    deal = DealFactory(account=account, assigned_to=ann)
    (row,) = app_of(ann).filter("Deal", {"account_id": ["x" * 24, account.external_id]})
    assert row["id"] == str(deal.pk)


def test_a_long_list_is_one_question(app):
    app.create("Lead", first_name="A", last_name="B", email="a@example.com", code=7)
    values = [*range(2000), *(f"t{number}" for number in range(2000)), True]
    body = {"query": {"code": {"$in": values}}, "data": {"$set": {"city": "Bern"}}}
    assert app.call("patch", "Lead", "update-many", body=body).json()["updated"] == 1
    assert Lead.objects.get().city == "Bern"
    old = [f"{number:024x}" for number in range(2000)]
    body = {"query": {"converted_account_id": {"$in": old}}, "data": {"$set": {"city": "x"}}}
    assert app.call("patch", "Lead", "update-many", body=body).json()["updated"] == 0


def test_many_patterns_at_once_are_refused(app):
    LeadFactory()
    query = {"$or": [{"notes": {"$regex": "a"}}] * 20}
    response = app.client.get(app.address("Lead"), {"q": json.dumps(query)})
    assert refused(response) == (400, "bad_query")
