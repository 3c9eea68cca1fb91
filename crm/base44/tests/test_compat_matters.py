"""What an app of Base44's time meets at ``/api/v1`` in particular places (base44.md §15)."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from .compatibility import CASE_OF, created, data, ids, speak_base44
from .door import APP

pytestmark = pytest.mark.django_db


def test_an_open_campaign_has_dates(compat, max, client_of):
    client = client_of(max)
    case = CASE_OF["Campaign"]
    row = created(client, case)
    assert row["start_date"] == row["end_date"]
    assert row["start_date"][:19] == row["created_date"][:19]
    again = created(client, case, end_date="2020-05-01T10:00")
    assert again["start_date"] == again["end_date"] == "2020-05-01T10:00:00Z"
    url = f"{case.url}/{row['id']}"
    changed = data(client.put(url, {**row, "description": "New"}))
    assert case.model.objects.get(pk=row["id"]).start_date is None
    assert changed["description"] == "New"
    assert data(client.get(url, {"fields": "start_date"}))["start_date"] == row["start_date"]


def test_a_customers_name_in_halves(compat, max, client_of):
    body = {"first_name": "Ida", "last_name": "Berg", "email": "ida@example.com"}
    client = client_of(max)
    row = data(client.post("/api/v1/customers", body), 201)
    assert (row["name"], row["first_name"], row["last_name"]) == ("Ida Berg", "Ida", "Berg")
    row = data(client.patch(f"/api/v1/customers/{row['id']}", {"last_name": "Tal"}))
    assert row["name"] == "Ida Tal"


def test_customers_are_found_and_linked_by_address(compat, max, client_of):
    client = client_of(max)
    customer = data(
        client.post("/api/v1/customers", {"name": "Ida Berg", "email": "ida@example.com"}), 201
    )
    order = data(client.post("/api/v1/orders", {"customer_email": "ida@example.com"}), 201)
    assert order["customer_id"] == customer["id"]
    other = data(client.post("/api/v1/orders", {"customer_id": customer["id"]}), 201)
    assert other["customer_email"] == "ida@example.com"
    assert data(client.get(f"/api/v1/orders/{other['id']}", {"fields": "customer_email"})) == {
        "id": other["id"],
        "customer_email": "ida@example.com",
    }


def test_people_are_filtered_by_address(compat, ann, max, client_of):
    client = client_of(max)
    case = CASE_OF["Lead"]
    row = created(client, case, assigned_to=ann.email)
    case.make()
    assert row["assigned_to"] == str(ann.pk)
    for params in (
        {"assigned_to": ann.email},
        {"created_by": max.email},
        {"created_by_id": str(max.pk)},
        {"created_by": str(max.pk), "is_sample": "false"},
    ):
        assert ids(client.get(case.url, params)) == [row["id"]]
    assert data(client.get(case.url, {"is_sample": "true"})) == []


def test_what_one_may_not_see_is_not_found_by_their_names(compat, client_of, ann, sam):
    case = CASE_OF["User"]
    for params in ({"password": "x"}, {"sort": "password"}, {"fields": "password"}):
        rows = data(client_of(ann).get(case.url, params))
        assert all("password" not in row for row in rows)


def test_the_own_profile_speaks_the_same(compat, ann, client_of):
    client = client_of(ann)
    row = data(client.put("/api/v1/auth/update-profile", {"theme": "dark", "phone": "1"}))
    assert (row["theme"], row["phone"]) == ("dark", "1")
    me = client.get("/api/v1/auth/me").json()
    assert me["theme"] == me["data"]["theme"] == "dark"
    row = data(client.put("/api/v1/auth/update-profile", {**me["data"], "phone": "2"}))
    assert (row["theme"], row["phone"], row["role"]) == ("dark", "2", "sales_rep")


def test_the_recycle_bin_speaks_the_same(compat, max, client_of):
    client = client_of(max)
    case = CASE_OF["Deal"]
    row = created(client, case)
    assert client.delete(f"{case.url}/{row['id']}").status_code == 200
    for params in ({}, {"fields": "title"}):
        [deleted] = data(client.get(f"{case.url}/trash", params))
        assert deleted["title"] == row["deal_name"]
        assert deleted["deleted_by"]["email"] == max.email


def test_a_stale_etag_is_refused(compat, max, client_of):
    client = client_of(max)
    case = CASE_OF["Deal"]
    row = created(client, case)
    url = f"{case.url}/{row['id']}"
    etag = client.get(url)["ETag"]
    assert client.put(url, {"title": "Two"}, headers={"If-Match": etag}).status_code == 200
    assert client.put(url, {"title": "Three"}, headers={"If-Match": etag}).status_code == 412


@pytest.mark.parametrize("name", ["contact-lists", "import", "export", "industry-templates"])
def test_pages_find_empty_lists(name, mode, ann, client_of, client):
    url = f"/api/v1/{name}"
    answer = client_of(ann).get(url)
    if mode == "ours":
        assert (answer.status_code, client.get(url).status_code) == (404, 404)
        assert client_of(ann).post(url, {}).status_code == 404
        return
    assert (answer.status_code, answer.json()) == (200, [])
    assert client.get(url).status_code == (200 if name == "industry-templates" else 401)
    assert client_of(ann).post(url, {}).status_code == 405


def test_the_document_is_the_same(settings):
    ours = SchemaGenerator().get_schema(request=None, public=True)
    speak_base44(settings)
    assert SchemaGenerator().get_schema(request=None, public=True) == ours


@pytest.mark.parametrize("link", [{}, {"related_to_type": "Lead"}, {"related_to_type": ""}])
def test_what_a_meeting_is_about_in_words(link, compat, max, client_of):
    client, case = client_of(max), CASE_OF["Meeting"]
    row = created(client, case, related_to="Ida Berg", all_day=True, host="Max", **link)
    assert (row["related_to"], row["all_day"], row["host"]) == ("Ida Berg", True, "Max")
    url = f"{case.url}/{row['id']}"
    for params in ({"host": "Max"}, {"related_to": "Ida Berg"}, {"owner__email": max.email}):
        assert ids(client.get(case.url, {**params, "sort": "host"})) == [row["id"]]
    told = data(client.get(url, {"fields": "host,related_to"}))
    assert told == {"id": row["id"], "host": "Max", "related_to": "Ida Berg"}
    row = data(client.put(url, {**row, "related_to": "Nils Berg", "agenda": "Prices"}))
    assert (row["related_to"], row["agenda"]) == ("Nils Berg", "Prices")
    assert row["related_to_type"] == link.get("related_to_type", "")


def test_an_activity_as_a_task(compat, max, client_of):
    client, case = client_of(max), CASE_OF["Activity"]
    more = {"type": "task", "status": "Not Started", "due_date": "2026-05-01", "completed": False}
    body = {"title": "Call Ida", **more, "assigned_to": max.email, "contact_id": ""}
    row = data(client.post(case.url, body), 201)
    assert {name: row[name] for name in more} == more
    assert row["assigned_to"] == max.email
    for params in ({"type": "task"}, {"status": "Not Started"}, {"completed": "false"}):
        assert ids(client.get(case.url, {**params, "sort": "-due_date"})) == [row["id"]]


def test_addresses_in_parts(compat, max, client_of):
    client = client_of(max)
    address = {"street": "Kai 1", "city": "Kiel", "zip": "24103"}
    row = data(client.post("/api/v1/accounts", {"name": "Nord", "billing_address": address}), 201)
    assert (row["billing_address"], row["billing_city"]) == ("Kai 1", "Kiel")
    assert row["billing_postal_code"] == "24103"


def test_the_other_door_takes_the_further_stage_too(max, client_of):
    client, stage = client_of(max), "Closed Lost to Competition"
    answer = client.post(f"{APP}/entities/Deal", {"title": "Lamps", "stage": stage})
    assert (answer.status_code, answer.json()["stage"]) == (201, stage)


def test_the_other_door_keeps_to_what_changed_where_both_names_are_sent(max, client_of):
    client = client_of(max)
    row = client.post(f"{APP}/entities/Deal", {"title": "Lamps", "value": 19.9}).json()
    answer = client.put(f"{APP}/entities/Deal/{row['id']}", {**row, "value": 20.5})
    assert answer.json()["amount"] == 20.5
