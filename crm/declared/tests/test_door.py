"""What an app writes into an entity of its own."""

import pytest

from crm.base44.tests.door import refused
from crm.core import records
from crm.core.models import Event
from crm.declared.models import DeclaredRecord

from .conftest import HALL, SCHEMA, answered, titles

pytestmark = pytest.mark.django_db


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
