"""Who may do what with an app's own entities, and that they stay apart."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from crm.base44.tests.door import APP, refused
from crm.core import records
from crm.declared.models import DeclaredRecord

from .conftest import HALL, OPEN, answered, titles

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("read", ["all", "own", "none"])
@pytest.mark.parametrize("who", ["max", "mia", "ann", "sam"])
def test_who_is_said_to_see_all_sees_all(who, read, declare, max, request):
    user = request.getfixturevalue(who)
    booking = declare(access={user.role: {"read": read}} if who != "max" else {})
    record = DeclaredRecord(declaration=booking, custom_fields={"title": "Hall"})
    records.create(record, by=max)

    sees_it = DeclaredRecord.objects.visible_to(user).filter(pk=record.pk).exists()
    assert booking.shows_all(user) == sees_it == (read == "all" or who == "max")


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
