"""What an app asks of an entity of its own."""

import json

import pytest

from crm.base44.tests.door import refused

from .conftest import answered, titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def rooms(app):
    """Five records that differ in everything that can be asked for."""
    places = [{"city": "Kiel"}, {"city": "Ulm"}, None, None, None]
    sent = [
        {"title": "a", "seats": 10, "price": 2.5, "day": "2026-05-01", "tags": ["x", "y"]},
        {"title": "b", "seats": 2, "price": 10, "day": "2026-05-20", "state": "agreed"},
        {"title": "c", "seats": 30, "day": "2026-06-01", "tags": ["y"], "paid": True},
        {"title": "d", "price": 1, "state": "over", "extra": 7},
        {"title": "e", "email": "ida@example.com", "state": None},
    ]
    return [
        app.create("Booking", **values, place=place)
        for values, place in zip(sent, places, strict=True)
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "abcde"),
        ({"title": "b"}, "b"),
        ({"title": ["a", "c"]}, "ac"),
        ({"seats": {"$gt": 2, "$lte": 30}}, "ac"),
        ({"seats": None}, "de"),
        ({"seats": {"$ne": 10}}, "bcde"),
        ({"seats": {"$nin": [10, 2]}}, "cde"),
        ({"seats": {"$in": []}}, ""),
        ({"seats": {"$exists": True}}, "abc"),
        ({"paid": True}, "c"),
        ({"paid": False}, "abde"),
        ({"state": "asked"}, "ac"),
        ({"state": None}, "e"),
        ({"tags": "y"}, "ac"),
        ({"tags": {"$all": ["x", "y"]}}, "a"),
        ({"tags": {"$size": 1}}, "c"),
        ({"day": {"$gte": "2026-05-15"}}, "bc"),
        ({"title": {"$regex": "^[AB]", "$options": "i"}}, "ab"),
        ({"title": {"$not": {"$regex": "a"}}}, "bcde"),
        ({"$or": [{"title": "a"}, {"$and": [{"paid": True}, {"seats": 30}]}]}, "ac"),
        ({"extra": 7}, "d"),
        ({"extra": {"$ne": 7}}, ""),
        ({"unknown": None}, ""),
        ({"created_by": "ann@example.com"}, "abcde"),
        ({"created_by": "zoe@example.com"}, ""),
        ({"created_date": {"$lt": "2020-01-01"}}, ""),
        ({"is_sample": False}, "abcde"),
    ],
)
def test_a_query_selects(query, found, app, rooms):
    assert "".join(titles(app.filter("Booking", query, sort="title"))) == found
    told = app.client.get(app.address("Booking", "count"), {"q": json.dumps(query)})
    assert answered(told) == {"count": len(found)}


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("", "edcba"),
        ("created_date", "abcde"),
        ("-title", "edcba"),
        ("seats", "debac"),
        ("-seats", "cabed"),
        ("price", "cedab"),
        ("-day", "cbaed"),
    ],
)
def test_a_list_is_sorted_and_goes_on_by_cursor(sort, found, app, rooms):
    assert "".join(titles(app.filter("Booking", sort=sort))) == found
    assert "".join(titles(app.filter("Booking", sort=sort, limit=2, skip=1))) == found[1:3]
    params, seen = {"limit": 2, "sort": sort}, ""
    while params:
        page = answered(app.client.get(app.address("Booking", "v2", "list"), params))
        seen += "".join(titles(page["items"]))
        assert page["has_more"] == (page["next_cursor"] is not None)
        params = {"limit": 2, "cursor": page["next_cursor"]} if page["has_more"] else None
    assert seen == found


def test_parameters_are_fields_as_well(app, rooms):
    assert titles(app.filter("Booking", seats="10")) == ["a"]
    assert titles(app.filter("Booking", paid="true")) == ["c"]
    assert app.filter("Booking", nothing="10") == []


def test_distinct_values_come_once_and_in_order(app, rooms):
    for name, values in (
        ("state", ["agreed", "asked", "over"]),
        ("seats", [2, 10, 30]),
        ("tags", ["x", "y"]),
    ):
        page = answered(app.client.get(app.address("Booking", "v2", "list"), {"distinct": name}))
        assert page == {"items": values, "next_cursor": None, "has_more": False}


def test_figures_are_told_by_groups(app, rooms):
    spec = {
        "groupBy": "state",
        "sum": "seats",
        "avg": "price",
        "max": "day",
        "countDistinct": "paid",
        "query": {"state": {"$ne": None}},
    }
    rows = answered(app.call("post", "Booking", "aggregate", body=spec))["rows"]
    assert [(r["state"], r["count"], r["sum_seats"], r["avg_price"]) for r in rows] == [
        ("agreed", 1, 2, 10),
        ("asked", 2, 40, 2.5),
        ("over", 1, 0, 1),
    ]
    assert [row["max_day"] for row in rows] == ["2026-05-20", "2026-06-01", None]
    assert [row["count_distinct_paid"] for row in rows] == [1, 2, 1]
    spec = {"dateBucket": {"field": "created_date", "unit": "month"}, "having": {"count": 5}}
    [row] = answered(app.call("post", "Booking", "aggregate", body=spec))["rows"]
    assert row["count"] == 5


def test_figures_are_told_by_months_of_a_date_of_the_apps_own(app, rooms):
    for unit, starts in (
        ("day", ["2026-05-01", "2026-05-20", "2026-06-01"]),
        ("month", ["2026-05-01", "2026-06-01"]),
        ("year", ["2026-01-01"]),
    ):
        spec = {"dateBucket": {"field": "day", "unit": unit}, "query": {"day": {"$ne": None}}}
        rows = answered(app.call("post", "Booking", "aggregate", body=spec))["rows"]
        assert [row["day"] for row in rows] == starts
    spec = {"dateBucket": {"field": "day", "unit": "month"}}
    rows = answered(app.call("post", "Booking", "aggregate", body=spec))["rows"]
    assert [(row["day"], row["count"]) for row in rows] == [
        (None, 2),
        ("2026-05-01", 2),
        ("2026-06-01", 1),
    ]
    for name in ("title", "seats", "nothing"):
        spec = {"dateBucket": {"field": name, "unit": "month"}}
        assert refused(app.call("post", "Booking", "aggregate", body=spec))[0] == 400
