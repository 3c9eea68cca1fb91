"""What nobody should be able to ask: refused at once, or answered in linear time."""

import json

import pytest

from crm.sales.models import Lead
from crm.sales.tests.factories import LeadFactory

from .door import APP, refused

pytestmark = pytest.mark.django_db
LEADS = f"{APP}/entities/Lead"


def asked(app, query):
    return app.client.get(LEADS, {"q": query if isinstance(query, str) else json.dumps(query)})


@pytest.fixture
def app(app_of, max):
    return app_of(max)


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|aa)+$", "(.*a){20}", "^(([a-z])+.)+[A-Z]([a-z])+$"]
)
def test_a_catastrophic_pattern_takes_linear_time(app, pattern):
    # Python's own engine would need longer than the house has stood for these.
    LeadFactory(notes="a" * 50_000 + "!")
    assert asked(app, {"notes": {"$regex": pattern}}).status_code == 200


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=a)", "(?<!a)b", "(", "a" * 1001, 5, "x{1001}"])
def test_what_the_engine_cannot_do_in_linear_time_is_refused(app, pattern):
    assert refused(asked(app, {"notes": {"$regex": pattern}})) == (400, "bad_query")


def deep(levels):
    return '{"$and":[' * levels + '{"status":"new"}' + "]}" * levels


@pytest.mark.parametrize(
    "query",
    [
        deep(40),
        deep(12),
        json.dumps({"$or": [{"status": "new"}] * 600}),
        json.dumps({"status": {"$in": ["x"] * 6000}}),
        "[" * 20_000,
        "{}}",
        "[]",
        '"text"',
        '{"a": NaN}',
        '{"a": 1, "a": 2}',
        '{"a": "\\ud800"}',
        '{"$where": "1"}',
        '{"a": {"$expr": 1}}',
        '{"a": {"$gt": 1, "b": 2}}',
        '{"$and": []}',
        '{"$or": {"a": 1}}',
        '{"a": {"$in": 5}}',
        '{"a": {"$exists": 1}}',
        '{"a": {"$size": -1}}',
        '{"a": {"$not": 5}}',
        '{"a": {"$options": "i"}}',
        '{"a": {"$elemMatch": 5}}',
    ],
)
def test_a_query_that_makes_no_sense_is_refused(app, query):
    assert refused(asked(app, query)) == (400, "bad_query")


def test_a_deletion_as_long_as_a_book_deletes_nothing(app):
    LeadFactory()
    body = json.dumps({"email": {"$in": ["x" * 100] * 110_000}})
    response = app.client.generic("DELETE", LEADS, body, content_type="application/json")
    assert response.status_code == 413
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    "body", ["", "[]", "null", '"all"', "5", '{"typo": 1}', '{"$nor": [{"typo": 1}]}']
)
def test_a_deletion_without_a_sound_query_deletes_nothing(app, body):
    LeadFactory()
    app.client.generic("DELETE", LEADS, body, content_type="application/json")
    assert Lead.objects.count() == 1


@pytest.mark.parametrize("field", ["lead_score", "annual_revenue", "weight"])
def test_numbers_of_any_size_are_compared(app, field):
    app.create(
        "Lead",
        first_name="A",
        last_name="B",
        email="a@example.com",
        lead_score=5,
        annual_revenue=7,
        weight=9,
    )
    held = {"lead_score": 5, "annual_revenue": 7, "weight": 9}[field]
    for value in (9e18, -9e18, 10**18, -(10**18), 0.1 + 0.2, 2**31, -0.5):
        passes = {
            "$eq": held == value,
            "$gt": held > value,
            "$gte": held >= value,
            "$lt": held < value,
            "$lte": held <= value,
            "$ne": held != value,
        }
        for operator, expected in passes.items():
            found = app.filter("Lead", {field: {operator: value}})
            assert len(found) == expected, (operator, value)


@pytest.mark.parametrize(
    "params",
    [
        {"sort": "search_text"},
        {"sort": "custom_fields"},
        {"limit": "many"},
        {"limit": "-1"},
        {"skip": "1e9"},
        {"sort": "$where"},
    ],
)
def test_parameters_that_make_no_sense_are_refused(app, params):
    assert refused(app.client.get(LEADS, params)) == (400, "bad_query")


@pytest.mark.parametrize("cursor", ["x", "a.b.c", "e30", "\x00"])
def test_a_made_up_cursor_is_refused(app, cursor):
    response = app.client.get(f"{LEADS}/v2/list", {"cursor": cursor})
    assert refused(response) == (400, "bad_query")


def test_an_address_may_name_fields(app):
    LeadFactory(status="new", lead_score=5)
    assert len(app.client.get(f"{LEADS}?status=new&lead_score=5").json()) == 1
    assert app.client.get(f"{LEADS}?status=new&typo=5").json() == []
    assert app.client.get(f"{LEADS}?email__ne=x").json() == []
