"""All calls of an app over an entity of its own."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from crm.base44.tests.door import APP, refused
from crm.core import records
from crm.core.models import Event
from crm.declared.models import DeclaredRecord

from .conftest import OPEN, SCHEMA

pytestmark = pytest.mark.django_db
HALL = {"title": "Hall", "seats": 40, "price": 12.5, "day": "2026-05-01", "tags": ["big"]}


@pytest.fixture
def app(booking, app_of, ann):
    return app_of(ann)


def answered(response, status=200):
    assert response.status_code == status, response.content
    return response.json()


def titles(rows):
    return [row["title"] for row in rows]


# -- one record -------------------------------------------------------------------------------


def test_a_record_is_created_read_changed_and_deleted(app, ann):
    row = app.create("Booking", **HALL, colour="red", id="x", created_by="zoe@example.com")
    assert {**row, **HALL} == row
    assert (row["state"], row["paid"], row["colour"]) == ("asked", False, "red")
    assert (row["email"], row["place"], row["is_sample"]) == (None, None, False)
    assert (row["created_by"], row["created_by_id"]) == ("ann@example.com", str(ann.pk))
    assert row["created_date"].endswith("Z")
    assert answered(app.call("get", "Booking", row["id"])) == row

    changed = answered(app.call("put", "Booking", row["id"], body={"price": 13, "colour": None}))
    assert (changed["price"], changed["title"]) == (13, "Hall")
    assert "colour" not in changed
    assert changed["updated_date"] > row["updated_date"]

    assert answered(app.call("delete", "Booking", row["id"])) == {"success": True}
    assert refused(app.call("get", "Booking", row["id"])) == (404, "not_found")
    record = DeclaredRecord.all_objects.get()
    assert record.is_deleted
    names = Event.objects.filter(record_id=record.pk).order_by("id").values_list("name", flat=True)
    assert list(names) == [f"declaredrecord.{what}" for what in ("created", "updated", "deleted")]
    assert set(Event.objects.filter(record_id=record.pk).values_list("actor", flat=True)) == {
        ann.pk
    }


def test_a_whole_record_can_be_sent_back(app):
    row = app.create("Booking", **HALL)
    assert answered(app.call("put", "Booking", row["id"], body=row)) == row
    assert DeclaredRecord.objects.get().revision == 1


def test_a_get_names_the_fields_it_wants(app):
    row = app.create("Booking", **HALL)
    found = answered(app.client.get(app.address("Booking", row["id"]), {"fields": "title,seats"}))
    assert found == {"id": row["id"], "title": "Hall", "seats": 40}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("seats", "many", "seats must be a whole number."),
        ("seats", 1.5, "seats must be a whole number."),
        ("seats", 0, "seats must be at least 1."),
        ("price", True, "price must be a number."),
        ("price", [1], "price must be a number."),
        ("title", 5, "title must be text."),
        ("state", "lost", "state must be one of: asked, agreed, over."),
        ("paid", "perhaps", "paid must be true or false."),
        ("day", "tomorrow", "day must be a date, such as 2026-05-31."),
        ("day", "2026-02-30", "day must be a date, such as 2026-05-31."),
        ("email", "nobody", "email must be an email address."),
        ("tags", "big", "tags must be a list."),
        ("tags", ["big", 5], "tags[1] must be text."),
        ("place", {"city": 5}, "place.city must be text."),
        ("title", None, "title is required."),
    ],
)
def test_a_wrong_value_is_refused_by_its_field(field, value, sentence, app):
    answer = app.call("post", "Booking", body={**HALL, field: value})
    assert refused(answer) == (422, "invalid")
    assert answer.json()["message"] == f"Error in field {field}: {sentence}"
    assert answer.json()["errors"] == {field: [sentence]}
    assert not DeclaredRecord.all_objects.exists()

    row = app.create("Booking", **HALL)
    answer = app.call("put", "Booking", row["id"], body={field: value})
    assert answer.json()["errors"] == {field: [sentence]}
    assert app.filter("Booking") == [row]


def test_texts_of_forms_become_the_values_they_mean(app):
    row = app.create(
        "Booking", title="", seats="40", price=" 12.50 ", paid="true", day="", state="", email=""
    )
    assert (row["title"], row["seats"], row["price"], row["paid"]) == ("", 40, 12.5, True)
    assert (row["day"], row["state"], row["email"]) == (None, None, None)


def test_a_record_of_an_earlier_schema_can_be_changed_elsewhere(app, booking, max):
    row = app.create("Booking", **HALL, colour="red")
    properties = {**SCHEMA["properties"], "seats": {"type": "string"}, "host": {"type": "string"}}
    schema = {**SCHEMA, "properties": properties, "required": ["title", "host"]}
    records.change(booking, {"schema": schema}, by=max)

    changed = answered(app.call("put", "Booking", row["id"], body={"price": 1}))
    assert (changed["seats"], changed["price"], changed["host"]) == (40, 1, None)
    answer = app.call("put", "Booking", row["id"], body={"seats": 41})
    assert answer.json()["errors"] == {"seats": ["seats must be text."]}
    answer = app.call("post", "Booking", body={"title": "Room"})
    assert answer.json()["errors"] == {"host": ["host is required."]}


def test_fields_may_be_called_as_our_columns(declare, app_of, max):
    names = ("revision", "external_id", "created_at", "search_text", "declaration", "environment")
    declare("Release", schema={"properties": {name: {"type": "string"} for name in names}})
    app, values = app_of(max), {name: f"my {name}" for name in names}
    row = app.create("Release", **values, deleted_at="never", app_id="mine")
    assert {**row, **values} == row
    assert "app_id" not in row
    record = DeclaredRecord.objects.get()
    assert (record.revision, record.external_id) == (1, "")
    for name in names:
        assert app.filter("Release", {name: f"my {name}"}) == [row], name
    assert app.filter("Release", {"app_id": "mine"}) == []


# -- many records -----------------------------------------------------------------------------


def test_many_are_created_and_changed_all_or_none(app):
    sent = [{"title": f"Room {n}", "seats": n} for n in range(1, 4)]
    rows = answered(app.call("post", "Booking", "bulk", body=sent))
    assert titles(rows) == ["Room 1", "Room 2", "Room 3"]

    answer = app.call("post", "Booking", "bulk", body=[{"title": "A"}, {"seats": 0}, {"seats": 1}])
    assert set(answer.json()["errors"]) == {"[1].seats", "[1].title", "[2].title"}
    changes = [{"id": row["id"], "seats": row["seats"] * 10} for row in rows]
    answer = app.call("put", "Booking", "bulk", body=[*changes[:2], {**changes[2], "seats": 0}])
    assert refused(answer) == (422, "invalid")
    assert [row["seats"] for row in app.filter("Booking", sort="title")] == [1, 2, 3]
    changed = answered(app.call("put", "Booking", "bulk", body=changes))
    assert [row["seats"] for row in changed] == [10, 20, 30]


def test_operators_change_what_matches(app):
    for n in range(3):
        app.create("Booking", title=f"Room {n}", seats=n + 1, price=1.5, tags=["a"])
    data = {
        "$inc": {"seats": 2, "uses": 1},
        "$mul": {"price": 2},
        "$push": {"tags": "b"},
        "$set": {"state": "over"},
    }
    body = {"query": {"seats": {"$gt": 1}}, "data": data}
    told = answered(app.call("patch", "Booking", "update-many", body=body))
    assert told == {"success": True, "updated": 2, "has_more": False}
    rows = app.filter("Booking", {"state": "over"}, sort="title")
    assert [(row["seats"], row["price"], row["uses"]) for row in rows] == [(4, 3, 1), (5, 3, 1)]
    assert [row["tags"] for row in rows] == [["a", "b"]] * 2

    body = {"query": {}, "data": {"$set": {"state": "lost"}}}
    assert refused(app.call("patch", "Booking", "update-many", body=body)) == (422, "invalid")
    assert len(app.filter("Booking", {"state": "over"})) == 2


def test_a_query_deletes_what_it_matches_and_a_misspelt_one_nothing(app):
    for n in range(3):
        app.create("Booking", title=f"Room {n}", seats=n + 1)
    for query in ({"seat": 1}, {"seat": {"$ne": 1}}, {"$nor": [{"seat": 1}]}):
        told = answered(app.call("delete", "Booking", body=query))
        assert told == {"success": True, "deleted": 0}, query
    told = answered(app.call("delete", "Booking", body={"seats": {"$gte": 2}}))
    assert told == {"success": True, "deleted": 2}
    assert titles(app.filter("Booking")) == ["Room 0"]
    assert refused(app.client.delete(app.address("Booking")))[0] == 400


def test_a_key_says_what_is_new(app):
    app.create("Booking", title="Hall", seats=1, price=5)
    body = {"records": [{"title": "Hall", "seats": 2}, {"title": "Room"}], "key": "title"}
    told = answered(app.call("post", "Booking", "upsert", body=body))
    assert (told["created"], told["updated"]) == (1, 1)
    assert [(r["title"], r["seats"], r["price"]) for r in told["records"]] == [
        ("Hall", 2, 5),
        ("Room", None, None),
    ]
    body = {"records": [{"title": "Hall", "seats": 0}], "key": ["title"]}
    assert refused(app.call("post", "Booking", "upsert", body=body)) == (422, "invalid")
    assert DeclaredRecord.objects.count() == 2


def test_a_file_becomes_records(app, ann, send_file, folder):
    text = (
        "Title,SEATS,price,paid,tags,place,nonsense,created_date\n"
        'Hall,40,"12.5",true,"[""big"",""old""]","{""city"":""Kiel""}",x,2020-01-01\n'
        '"{not JSON}",,,,,,,\n'
    )
    answer = send_file(ann, "entities/Booking/import", "Booking.csv", text.encode())
    rows = answered(answer)["output"]
    assert titles(rows) == ["Hall", "{not JSON}"]
    assert (rows[0]["seats"], rows[0]["price"], rows[0]["paid"]) == (40, 12.5, True)
    assert (rows[0]["tags"], rows[0]["place"]) == (["big", "old"], {"city": "Kiel"})
    assert "nonsense" not in rows[0]
    assert (rows[1]["seats"], rows[1]["paid"]) == (None, False)

    for text, sentence in (
        ("seats\n4\n", "These columns are required and missing: title."),
        ("title,seats\nA,4\nB,none\n", "Row 3: seats: seats must be a whole number."),
    ):
        answer = send_file(ann, "entities/Booking/import", "Booking.csv", text.encode())
        assert answered(answer) == {"status": "error", "details": sentence, "output": None}
    assert DeclaredRecord.objects.count() == 2


# -- questions --------------------------------------------------------------------------------


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


# -- who may ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "seen", "changed", "deleted"),
    [
        ("max", "zoes own", "zoes own", "zoes own"),
        ("mia", "zoes own", "zoes own", "zoes own"),
        ("ann", "zoes own", "own", "own"),
        ("sam", "own", "", ""),
    ],
)
def test_each_role_reaches_what_the_rules_say(
    who, seen, changed, deleted, booking, app_of, zoe, request
):
    app = app_of(request.getfixturevalue(who))
    rows = {"zoes": app_of(zoe).create("Booking", title="zoes")}
    rows["own"] = app.create("Booking", title="own")
    seen, changed, deleted = seen.split(), changed.split(), deleted.split()

    assert titles(app.filter("Booking", sort="created_date")) == seen
    told = app.client.get(app.address("Booking", "count"))
    assert answered(told) == {"count": len(seen)}
    spec = {"groupBy": "title"}
    figures = answered(app.call("post", "Booking", "aggregate", body=spec))["rows"]
    assert sorted(titles(figures)) == sorted(seen)
    page = answered(app.client.get(app.address("Booking", "v2", "list"), {"distinct": "title"}))
    assert page["items"] == sorted(seen)
    for title, row in rows.items():
        answer = app.call("get", "Booking", row["id"])
        assert answer.status_code == (200 if title in seen else 404)
        answer = app.call("put", "Booking", row["id"], body={"seats": 5})
        assert answer.status_code == (
            200 if title in changed else 403 if title in seen else 404
        ) or (not changed and answer.status_code == 403)
        assert (DeclaredRecord.objects.get(pk=row["id"]).revision == 2) == (title in changed)

    body = {"query": {}, "data": {"$set": {"seats": 6}}}
    answer = app.call("patch", "Booking", "update-many", body=body)
    if changed:
        assert answered(answer)["updated"] == len(changed)
    else:
        assert refused(answer)[0] == 403
    answer = app.call("delete", "Booking", body={})
    if deleted:
        assert answered(answer)["deleted"] == len(deleted)
    else:
        assert refused(answer)[0] == 403
    left = {record.custom_fields["title"] for record in DeclaredRecord.objects.all()}
    assert left == {"zoes", "own"} - set(deleted)


def test_a_delete_out_of_reach_is_as_if_it_were_not_there(app, app_of, zoe):
    row = app_of(zoe).create("Booking", title="zoes")
    assert refused(app.call("delete", "Booking", row["id"])) == (404, "not_found")
    assert DeclaredRecord.objects.count() == 1


def test_what_a_role_may_not_at_all_is_refused(declare, app_of, ann):
    declare(access={"sales_rep": dict.fromkeys(OPEN, "none")})
    app = app_of(ann)
    calls = [
        ("get", (), None),
        ("get", ("count",), None),
        ("get", ("v2", "list"), None),
        ("post", (), {"title": "x"}),
        ("post", ("bulk",), [{"title": "x"}]),
        ("post", ("upsert",), {"records": [{"title": "x"}], "key": "title"}),
        ("post", ("aggregate",), {}),
        ("patch", ("update-many",), {"query": {}, "data": {"$set": {"title": "x"}}}),
        ("delete", (), {}),
    ]
    for method, rest, body in calls:
        answer = app.call(method, "Booking", *rest, body=body)
        assert refused(answer) == (403, "permission_denied"), (method, rest)
        assert "operation on Booking entity" in answer.json()["message"]
    assert not DeclaredRecord.all_objects.exists()


def test_strangers_are_asked_to_sign_in(booking, client):
    assert refused(client.get(f"{APP}/entities/Booking"))[0] == 401


def test_a_changed_rule_holds_at_once(app, booking, app_of, zoe, max):
    app_of(zoe).create("Booking", title="zoes")
    assert titles(app.filter("Booking")) == ["zoes"]
    rules = {**booking.access, "sales_rep": {**OPEN, "read": "own"}}
    records.change(booking, {"access": rules}, by=max)
    assert app.filter("Booking") == []


def test_a_role_that_changes_changes_what_is_seen(booking, app_of, sam, zoe):
    app_of(zoe).create("Booking", title="zoes")
    assert app_of(sam).filter("Booking") == []
    User.objects.filter(pk=sam.pk).update(role="manager")
    assert titles(app_of(sam).filter("Booking")) == ["zoes"]


# -- more than one entity ---------------------------------------------------------------------


def test_nothing_passes_between_two_entities(declare, app, app_of, max):
    declare("Voucher", access={"sales_rep": OPEN})
    app.create("Booking", title="b", seats=1)
    voucher = app.create("Voucher", title="v", seats=2)

    assert titles(app.filter("Booking")) == ["b"]
    assert app.filter("Booking", {"id": voucher["id"]}) == []
    for method, body in (("get", None), ("put", {"seats": 9}), ("delete", None)):
        answer = app.call(method, "Booking", voucher["id"], body=body)
        assert refused(answer) == (404, "not_found"), method
    answer = app.call("put", "Booking", "bulk", body=[{"id": voucher["id"], "seats": 9}])
    assert refused(answer) == (404, "not_found")
    spec = {"groupBy": "title", "sum": "seats"}
    rows = answered(app.call("post", "Booking", "aggregate", body=spec))["rows"]
    assert rows == [{"title": "b", "count": 1, "sum_seats": 1}]
    body = {"records": [{"title": "v", "seats": 8}], "key": "title"}
    assert answered(app.call("post", "Booking", "upsert", body=body))["created"] == 1
    body = {"query": {}, "data": {"$inc": {"seats": 1}}}
    assert answered(app.call("patch", "Booking", "update-many", body=body))["updated"] == 2
    params = {"limit": 1}
    page = answered(app.client.get(app.address("Booking", "v2", "list"), params))
    params["cursor"] = page["next_cursor"]
    answer = app.client.get(app.address("Voucher", "v2", "list"), params)
    assert refused(answer)[0] == 400
    assert answered(app.call("delete", "Booking", body={}))["deleted"] == 2
    [left] = app.filter("Voucher")
    assert left == voucher


def test_old_ids_are_those_of_one_entity(declare, app, booking):
    other, old = declare("Voucher"), "a" * 24
    for entity in (booking, other):
        record = DeclaredRecord(
            declaration=entity, external_id=old, custom_fields={"title": entity.name}
        )
        records.create(record, by=None)
    assert answered(app.call("get", "Booking", old))["title"] == "Booking"
    assert answered(app.call("get", "Voucher", old))["title"] == "Voucher"


@pytest.mark.parametrize("closed", ["inactive", "deleted"])
def test_an_entity_that_is_closed_is_unknown(closed, app, booking, max):
    app.create("Booking", title="b")
    if closed == "deleted":
        records.remove(booking, by=max)
    else:
        records.change(booking, {"active": False}, by=max)
    answer = app.call("get", "Booking")
    assert refused(answer) == (404, "not_found")
    assert "no entity 'Booking'" in answer.json()["message"]
    assert DeclaredRecord.objects.count() == 1


def test_reading_takes_as_many_queries_for_many_as_for_one(app):
    counts = []
    for more in (1, 10):
        for _ in range(more):
            app.create("Booking", **HALL)
        with CaptureQueriesContext(connection) as queries:
            app.filter("Booking")
        counts.append(len(queries))
    assert counts[0] == counts[1]
