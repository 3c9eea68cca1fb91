"""The pages of an entity that an administrator declared."""

import csv
import io
import json

import pytest

from crm.core import records
from crm.declared.models import DeclaredRecord
from crm.people.tests.factories import CustomerFactory
from crm.tests.pages import content_of, costs, read, signed_in

from .conftest import HALL, SCHEMA

pytestmark = pytest.mark.django_db
LIST = "/entities/Booking/"
MOST_QUERIES = 15


@pytest.fixture
def store(booking):
    """Store a booking as somebody."""

    def store(by, **values):
        held = {**HALL, **values}
        return records.create(DeclaredRecord(declaration=booking, custom_fields=held), by=by)

    return store


def of(record, *rest):
    return LIST + "/".join([str(record.pk), *rest, ""])


def lines(client, query=""):
    """Return what the list's rows are called, in order."""
    return [line.title for line in client.get(f"{LIST}{query}").context["lines"]]


# -- whose pages they are ----------------------------------------------------------------


def test_pages_follow_the_rules_of_the_entity(store, booking, ann, tom, sam, max):
    hall, own = store(ann), store(sam, title="Mine")
    rep, other, support = signed_in(ann), signed_in(tom), signed_in(sam)
    assert lines(rep) == ["Mine", "Hall"]
    assert lines(support) == ["Mine"]
    assert [rep.get(of(hall, page)).status_code for page in ("edit", "delete")] == [200, 200]
    assert [other.get(of(hall, page)).status_code for page in ("edit", "delete")] == [403, 403]
    assert support.get(of(hall)).status_code == 404
    assert support.get(of(own)).status_code == 200
    assert support.get(of(own, "edit")).status_code == 403
    for page, answered in ((other, of(hall)), (support, of(own))):
        links = read(page, answered).links
        assert not [link for link in links if "/edit/" in link]
    assert f"{of(hall, 'edit')}" in read(rep, of(hall)).links

    records.change(booking, {"active": False}, by=max)
    assert [rep.get(address).status_code for address in (LIST, of(hall))] == [404, 404]


def test_who_could_not_look_at_a_record_is_offered_no_form_for_it(declare, ann, max):
    declare("Letter", access={"sales_rep": {"read": "none", "create": "all"}})
    rep, admin = signed_in(ann), signed_in(max)
    assert rep.get("/entities/Letter/new/").status_code == 403
    assert admin.get("/entities/Letter/new/").status_code == 200
    new = "/entities/Letter/new/"
    assert new not in read(rep, "/search/palette/?q=letter").links
    assert new in read(admin, "/search/palette/?q=letter").links


def test_an_entity_that_nobody_declared_has_no_pages(max, booking):
    client = signed_in(max)
    for name in ("Unknown", "booking", "Lead", "no-name"):
        assert client.get(f"/entities/{name}/").status_code == 404


def test_the_menu_names_what_the_reader_may_view(declare, ann, max):
    declare("SiteVisit", schema={"properties": SCHEMA["properties"], "title": "Visits"})
    closed = {"sales_rep": {"read": "none"}}
    declare("BoardPaper", schema={"properties": SCHEMA["properties"]}, access=closed)
    rep, admin = read(signed_in(ann), "/tasks/"), read(signed_in(max), "/tasks/")
    assert "/entities/SiteVisit/" in rep.links
    assert "Visits" in rep.text
    assert "/entities/BoardPaper/" not in rep.links
    assert "/entities/BoardPaper/" in admin.links
    assert "Board paper" in admin.text
    assert signed_in(ann).get("/entities/BoardPaper/").status_code == 403


# -- the list ----------------------------------------------------------------------------


def test_a_list_searched_filtered_and_sorted(store, ann, tom):
    store(ann, title="Cellar", seats=9, state="agreed", paid=True)
    store(ann, title="Attic", seats=30, state="over")
    store(tom, title="Garden", seats=100, tags=["tower"], place={"city": "Graz"})
    client = signed_in(ann)
    assert lines(client, "?search=cell") == ["Cellar"]
    assert lines(client, "?search=tower") == ["Garden"]
    assert lines(client, "?search=graz") == ["Garden"]
    assert lines(client, "?sort=custom_fields.seats") == ["Cellar", "Attic", "Garden"]
    assert lines(client, "?sort=-custom_fields.title") == ["Garden", "Cellar", "Attic"]
    assert lines(client, "?custom_fields.state=over&custom_fields.state=agreed") == [
        "Attic",
        "Cellar",
    ]
    assert lines(client, "?custom_fields.seats__gte=30&custom_fields.seats__lte=99") == ["Attic"]
    assert lines(client, "?custom_fields.paid=true") == ["Cellar"]
    assert lines(client, "?mine=true&created_at=today") == ["Attic", "Cellar"]
    page = client.get(f"{LIST}?custom_fields.state=over&custom_fields.paid=false")
    assert [words for words, _link in page.context["chips"]] == ["State: Over", "Paid: No"]
    for query in ("?custom_fields.seats__like=3", "?custom_fields.a__b__c=1", "?nothing=1"):
        page = client.get(f"{LIST}{query}")
        assert page.status_code == 200
        assert page.context["problem"]


def test_a_list_shows_values_as_what_they_are(store, ann):
    store(ann, price=1234.56789, paid=True, email="ida@example.com", state="agreed")
    names = "&".join(f"columns=custom_fields.{name}" for name in SCHEMA["properties"])
    [line] = signed_in(ann).get(f"{LIST}?{names}&columns=created_by").context["lines"]
    looks = {cell.name.removeprefix("custom_fields."): cell.look for cell in line.cells}
    assert looks == {
        "state": "choice",
        "seats": "exact",
        "price": "exact",
        "paid": "yes_no",
        "day": "day",
        "email": "link",
        "tags": "json",
        "place": "empty",
        "created_by": "person",
    }
    page = read(signed_in(ann), f"{LIST}?{names}")
    assert "1,234.56789" in page.text
    assert "May 1, 2026" in page.text


def test_a_list_as_a_file(store, ann):
    store(ann, paid=True)
    answer = signed_in(ann).get(
        f"{LIST}export/?columns=custom_fields.paid&columns=custom_fields.day"
    )
    head, row = csv.reader(io.StringIO(content_of(answer).decode("utf-8-sig")))
    assert head == ["Name", "Paid", "Day"]
    assert row == ["Hall", "Yes", "2026-05-01"]
    assert "Booking" in answer["Content-Disposition"]


def test_pages_cost_the_same_at_any_length(store, declare, ann, max):
    properties = {**SCHEMA["properties"], "customer_id": {"type": "string"}}
    properties["booking_id"] = {"type": "string"}
    other = declare("Guest", schema={"properties": properties})
    first, customer = store(max), CustomerFactory()

    def guest():
        held = {"title": "Ida", "customer_id": str(customer.pk), "booking_id": str(first.pk)}
        return records.create(DeclaredRecord(declaration=other, custom_fields=held), by=max)

    one = guest()
    base = "/entities/Guest/"
    addresses = [base, f"{base}new/", f"{base}trash/", f"{base}{one.pk}/", f"{base}{one.pk}/edit/"]
    addresses.append(f"{base}{one.pk}/?tab=history")
    client = signed_in(max)
    costs(client, addresses)  # what is read once for the whole process is read now
    before = costs(client, addresses)
    for _ in range(29):
        guest()
    assert costs(client, addresses) == before
    assert [count for count in before.values() if count > MOST_QUERIES] == []


# -- one record --------------------------------------------------------------------------


def test_a_record_shows_its_values_and_what_became_of_it(store, ann):
    hall = store(ann, extra={"from": "elsewhere"}, state="agreed")
    records.change(hall, {"custom_fields": {**hall.custom_fields, "seats": 50}}, by=ann)
    client = signed_in(ann)
    page = read(client, of(hall))
    assert [text.split() for tag, text in page.headings if tag == "h1"] == [["Hall", "Agreed"]]
    assert "Further details" in page.text
    assert "elsewhere" in page.text
    history = client.get(f"{of(hall)}?tab=history").context["history"]
    assert [
        (change["label"], change["old"], change["new"])
        for row in history
        for change in row["changes"]
    ] == [("Seats", "40", "50")]


def test_history_tells_one_and_true_apart(store, ann):
    hall = store(ann, extra=1)
    records.change(hall, {"custom_fields": {**hall.custom_fields, "extra": True}}, by=ann)
    changed, _created = signed_in(ann).get(f"{of(hall)}?tab=history").context["history"]
    [change] = changed["changes"]
    assert (change["label"], change["old"], change["new"]) == ("Extra", "1", "Yes")


def test_references_are_named_and_lead_there_as_far_as_one_sees(declare, ann, sam, max):
    customer = CustomerFactory(name="Ida Ltd", assigned_to=ann)
    properties = {
        "title": {"type": "string"},
        "customer_id": {"type": "string"},
        "stay_id": {"type": "string"},
    }
    stay = declare("Stay", schema={"properties": properties})
    first = DeclaredRecord(declaration=stay, custom_fields={"title": "First night"})
    records.create(first, by=max)
    closed = DeclaredRecord(
        declaration=stay,
        custom_fields={
            "title": "Second",
            "customer_id": str(customer.pk),
            "stay_id": str(first.pk),
        },
    )
    records.create(closed, by=max)
    address = f"/entities/Stay/{closed.pk}/"
    page = read(signed_in(ann), address)
    assert {f"/customers/{customer.pk}/", f"/entities/Stay/{first.pk}/"} <= {*page.links}
    assert "Ida Ltd" in page.text
    assert "First night" in page.text

    records.remove(customer, by=max)
    page = read(signed_in(ann), address)
    assert "Not visible to you" in page.text
    assert "Ida Ltd" not in page.text
    assert f"/customers/{customer.pk}/" not in page.links


def test_a_reference_is_looked_up(store, ann, sam):
    store(ann), store(sam, title="Cellar")
    client = signed_in(ann)
    found = client.get(f"{LIST}lookup/?q=cell").json()["found"]
    assert [row["label"] for row in found] == ["Cellar"]
    assert [row["label"] for row in signed_in(sam).get(f"{LIST}lookup/").json()["found"]] == [
        "Cellar"
    ]


def test_a_record_without_a_name_is_called_by_its_first_text(declare, ann, max):
    properties = {
        "guest_id": {"type": "string"},
        "seats": {"type": "integer"},
        "kind": {"type": "string", "enum": ["early"]},
        "room": {"type": "string"},
    }
    stay = declare("Stay", schema={"properties": properties})
    for held in ({"room": "Blue", "kind": "early"}, {"seats": 2}):
        records.create(DeclaredRecord(declaration=stay, custom_fields=held), by=max)
    shown = signed_in(ann).get("/entities/Stay/?sort=custom_fields.room").context
    assert [line.title for line in shown["lines"]] == ["Blue", "Without a title"]
    assert shown["title_heading"].name == "custom_fields.room"


# -- the bin -----------------------------------------------------------------------------


def test_deleted_and_taken_back(store, ann, tom):
    hall = store(ann)
    client = signed_in(ann)
    assert client.post(of(hall, "delete"))["Location"] == LIST
    assert lines(client) == []
    assert lines(client, "trash/") == ["Hall"]
    assert lines(signed_in(tom), "trash/") == []
    assert client.get(of(hall, "restore")).status_code == 405
    assert client.post(of(hall, "restore"))["Location"] == of(hall)
    assert lines(client) == ["Hall"]


def test_what_is_of_another_entity_is_not_found_here(store, declare, ann):
    hall = store(ann)
    declare("Guest")
    client = signed_in(ann)
    for page in ((), ("edit",), ("delete",)):
        assert client.get(of(hall, *page).replace("Booking", "Guest")).status_code == 404
    assert client.post(of(hall, "restore").replace("Booking", "Guest")).status_code == 404
    assert json.loads(client.get("/entities/Guest/lookup/").content) == {"found": []}


# -- the search over everything ----------------------------------------------------------


def test_records_are_found_from_everywhere_by_who_sees_them(store, declare, ann, sam, max):
    hall = store(ann)
    store(sam, title="Hallway")
    closed = declare("BoardPaper", access={"support": {"read": "none", "create": "none"}})
    records.create(DeclaredRecord(declaration=closed, custom_fields=HALL), by=max)
    off = declare("Old", active=False)
    records.create(DeclaredRecord(declaration=off, custom_fields=HALL), by=max)

    def found(person):
        groups = signed_in(person).get("/search/?q=hall").context["groups"]
        return {pages.slug: [row.label for row in rows] for pages, rows in groups}

    assert found(ann) == {"BoardPaper": ["Hall"], "Booking": ["Hallway", "Hall"]}
    assert found(sam) == {"Booking": ["Hallway"]}
    page = read(signed_in(ann), "/search/?q=hall")
    assert {of(hall), f"{LIST}?search=hall"} <= {*page.links}
    palette = read(signed_in(sam), "/search/palette/?q=boo")
    assert f"{LIST}new/" in palette.links
    assert "/entities/BoardPaper/new/" not in read(signed_in(sam), "/search/palette/?q=board").links
    assert "/entities/BoardPaper/new/" in read(signed_in(ann), "/search/palette/?q=board").links
