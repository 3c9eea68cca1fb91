"""Writes of the second door: names, links, all or nothing, and many at once."""

import pytest

from crm.core.models import Event
from crm.people.tests.factories import AccountFactory, ContactFactory
from crm.sales.models import Deal, Lead
from crm.sales.tests.factories import DealFactory, LeadFactory
from crm.support.tests.factories import TicketFactory

from .door import refused

pytestmark = pytest.mark.django_db
OLD_ID = "65f0c0ffee65f0c0ffee65f0"


@pytest.fixture
def app(app_of, max):
    return app_of(max)


def test_an_address_in_parts_becomes_our_columns(app):
    address = {"street": "Main 1", "city": "Bern", "state": "BE", "zip": "3000", "country": "CH"}
    row = app.create("Account", name="Lampen", number_of_employees=5, billing_address=address)
    assert (row["account_name"], row["employees"]) == ("Lampen", 5)
    assert (row["billing_address"], row["billing_city"], row["billing_postal_code"]) == (
        "Main 1",
        "Bern",
        "3000",
    )


def test_a_customer_has_a_name_in_halves(app):
    row = app.create("Customer", first_name="Mary Ann", last_name="Lee", email="m@example.com")
    assert (row["name"], row["first_name"], row["last_name"]) == (
        "Mary Ann Lee",
        "Mary Ann",
        "Lee",
    )
    row = app.call("put", "Customer", row["id"], body={"last_name": "Low"}).json()
    assert row["name"] == "Mary Ann Low"
    row = app.call("put", "Customer", row["id"], body={"name": "Ida Berg"}).json()
    assert (row["first_name"], row["last_name"]) == ("Ida", "Berg")


def test_people_are_linked_by_address_and_by_old_ids(app, ann):
    contact = ContactFactory(email="ida@example.com")
    account = AccountFactory(external_id=OLD_ID)
    row = app.create(
        "Deal",
        title="Lamps",
        contact_email="Ida@Example.com",
        account_id=OLD_ID,
        assigned_to="ann@example.com",
    )
    assert row["contact_id"] == str(contact.pk)
    assert row["contact_email"] == "Ida@Example.com"
    assert row["account_id"] == str(account.pk)
    assert row["assigned_to"] == str(ann.pk)
    for query in (
        {"account_id": OLD_ID},
        {"assigned_to": "ann@example.com"},
        {"account_id": [OLD_ID, "nobody"]},
    ):
        assert [found["id"] for found in app.filter("Deal", query)] == [row["id"]]
    assert app.call("get", "Account", OLD_ID).json()["id"] == str(account.pk)


def test_an_address_that_nobody_has_stays_an_address(app):
    row = app.create("Deal", title="Lamps", contact_email="nobody@example.com")
    assert (row["contact_id"], row["contact_email"]) == (None, "nobody@example.com")


@pytest.mark.parametrize(
    ("entity", "factory", "values", "field"),
    [
        ("Deal", DealFactory, {"stage": "Closed Lost"}, "loss_reason"),
        ("Ticket", TicketFactory, {"status": "resolved"}, "resolution"),
    ],
)
def test_what_such_an_app_cannot_say_is_not_given(app, entity, factory, values, field):
    record = factory()
    row = app.call("put", entity, str(record.pk), body=values).json()
    assert row[field] == "not given"


def test_a_whole_record_sent_back_changes_one_thing_only(app):
    made = app.create("Deal", title="Lamps", value=5, mood="fine")
    events = Event.objects.count()
    same = app.call("put", "Deal", made["id"], body=made).json()
    assert same == made
    assert Event.objects.count() == events
    row = app.call("put", "Deal", made["id"], body={**made, "value": 7}).json()
    assert (row["amount"], row["deal_name"], row["mood"]) == (7, "Lamps", "fine")
    (change,) = Event.objects.filter(record_id=made["id"], name="deal.updated")
    assert change.data["changes"].keys() == {"amount"}


def test_ours_wins_where_both_names_say_different_things(app):
    row = app.create("Deal", title="Theirs", deal_name="Ours", value=1, amount=2)
    assert (row["title"], row["value"]) == ("Ours", 2)


def test_what_the_server_sets_is_ignored(app, max):
    row = app.create(
        "Lead",
        first_name="A",
        last_name="B",
        email="a@example.com",
        id="01900000-0000-7000-8000-000000000000",
        created_date="2001-01-01",
        created_by="somebody@example.com",
        is_sample=True,
        password="x",
        search_text="x",
        deleted_at="2001-01-01",
    )
    lead = Lead.objects.get()
    assert str(lead.pk) == row["id"] != "01900000-0000-7000-8000-000000000000"
    assert (row["created_by"], row["is_sample"]) == (max.email, False)
    assert lead.custom_fields == {}


def test_of_several_records_none_is_written_where_one_is_wrong(app):
    good = {"first_name": "A", "last_name": "B", "email": "a@example.com"}
    response = app.call("post", "Lead", "bulk", body=[good, {**good, "status": "converted"}])
    assert response.status_code in (400, 422)
    assert "[1]" in response.json()["message"]
    assert Lead.objects.count() == 0
    lead, other = LeadFactory(), LeadFactory()
    body = [{"id": str(lead.pk), "city": "Bern"}, {"id": str(other.pk), "lead_score": "many"}]
    response = app.call("put", "Lead", "bulk", body=body)
    assert refused(response) == (422, "invalid")
    lead.refresh_from_db()
    assert lead.city == ""


@pytest.mark.parametrize(
    ("call", "rest", "body"),
    [
        ("post", "bulk", {"a": 1}),
        ("post", "bulk", [1]),
        ("put", "bulk", [{"city": "x"}]),
        ("put", "bulk", [{"id": 5}]),
        ("post", "upsert", {"records": [{"email": "a@example.com"}]}),
        ("post", "upsert", {"records": 5, "key": "email"}),
        ("post", "upsert", {"records": [], "key": "search_text"}),
        ("patch", "update-many", {"data": {"$set": {"city": "x"}}}),
        ("patch", "update-many", {"query": {}, "data": {"$set": 5}}),
        ("patch", "update-many", {"query": {}, "data": {"$push": {"city": {"$each": 5}}}}),
        ("patch", "update-many", {"query": {}, "data": {"$inc": {"city": 1}}}),
        ("patch", "update-many", {"query": {}, "data": {"$rename": {"city": 5}}}),
        ("post", "aggregate", {"groupBy": 5}),
        ("post", "aggregate", {"groupBy": ["a", "b", "c", "d", "e"]}),
        ("post", "aggregate", {"dateBucket": {"field": "status", "unit": "day"}}),
        ("post", "aggregate", {"dateBucket": {"field": "created_date", "unit": "hour"}}),
        ("post", "aggregate", {"sum": "status"}),
        ("post", "aggregate", {"sum": "search_text"}),
        ("post", "aggregate", {"having": 5}),
        ("post", "aggregate", {"limit": "many"}),
        ("post", "aggregate", {"sort": "nothing"}),
        ("post", "aggregate", []),
    ],
)
def test_a_body_that_makes_no_sense_is_refused(app, call, rest, body):
    lead = LeadFactory(city="Bern")
    response = app.call(call, "Lead", rest, body=body)
    assert response.status_code in (400, 422), response.content
    refused(response)
    lead.refresh_from_db()
    assert lead.city == "Bern"


def test_no_more_than_500_change_in_one_call(app):
    LeadFactory.create_batch(501, city="Bern")
    body = {"query": {"city": "Bern"}, "data": {"$set": {"city": "Chur"}}}
    first = app.call("patch", "Lead", "update-many", body=body).json()
    second = app.call("patch", "Lead", "update-many", body=body).json()
    assert first == {"success": True, "updated": 500, "has_more": True}
    assert second == {"success": True, "updated": 1, "has_more": False}


def test_a_closed_deal_can_be_lost_to_competition(app):
    deal = DealFactory()
    row = app.call("put", "Deal", str(deal.pk), body={"stage": "Closed Lost to Competition"}).json()
    assert (row["stage"], Deal.objects.get().stage_kind) == ("Closed Lost to Competition", "lost")
