"""``/api/v1`` as an app of Base44's time reads and writes it, over every entity (base44.md §15)."""

from datetime import datetime

import pytest
from django.conf import settings as django_settings
from drf_spectacular.generators import SchemaGenerator

from crm.base44.naming import EXTRA_NUMBERS, NAMES, further_values, names_of
from crm.core.models import Event
from crm.tests.entities import CASES, IDS

pytestmark = pytest.mark.django_db
DATES = ("created_date", "updated_date", "order_date", "start_date", "end_date")


@pytest.fixture(params=["ours", "compat"])
def mode(request, settings):
    """Each mode of the API in turn."""
    if request.param == "compat":
        speak_base44(settings)
    return request.param


@pytest.fixture
def compat(settings):
    speak_base44(settings)


def speak_base44(settings):
    settings.API_COMPAT = "base44"
    settings.CRM_DIALECT = "crm.base44.dialect.Base44Dialect"


def foreign_names(case):
    return names_of(case.model.__name__)


def data(answer, status=200):
    assert answer.status_code == status, answer.json()
    return answer.json()["data"]


def created(client, case, **values):
    return data(client.post(case.url, {**case.body, **values}), 201)


# -- in every mode ---------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_record_is_created_listed_and_comes_back_unchanged(case, mode, max, client_of):
    client = client_of(max)
    whole = created(client, case)
    url = f"{case.url}/{whole['id']}"
    shown = client.get(url)
    etag = shown["ETag"]
    assert data(shown) == data(client.get(url))
    assert set(whole) == set(data(shown))
    rows = data(client.get(case.url, {"limit": "1000", "sort": "-created_date"}))
    assert whole["id"] in [row["id"] for row in rows]
    before = Event.objects.count()

    answer = client.put(url, data(shown), headers={"If-Match": etag})

    assert data(answer) == data(shown)
    assert answer["ETag"] == etag
    assert Event.objects.count() == before
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_both_names_of_the_dates_and_amounts_as_numbers(case, mode, max, client_of):
    record = case.make()
    row = data(client_of(max).get(case.url_of(record)))
    for name in ("created_date", "updated_date"):
        assert row[name] == row[name.replace("date", "at")]
        assert datetime.fromisoformat(row[name]).tzinfo is not None
    for name, column in case.viewset.serializer_class.entity().columns.items():
        if column.kind == "money" and row[name] is not None:
            assert isinstance(row[name], int | float), name


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_what_a_script_left_undefined_is_no_parameter(case, mode, max, client_of):
    client, record = client_of(max), case.make()
    wrong = {"undefined": "1", "status": "undefined", "nonsense": "undefined", "sort": "undefined"}
    for params in ({}, {"limit": "undefined", "search": "undefined", "fields": "undefined"}):
        rows = data(client.get(case.url, {**wrong, **params}))
        assert str(record.pk) in [row["id"] for row in rows]
        assert "created_at" in rows[0]


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_lists_sort_by_every_column(case, mode, max, client_of):
    case.make_batch(2)
    client = client_of(max)
    entity = case.viewset.serializer_class.entity()
    names = [name for name, column in entity.columns.items() if column.kind != "json"]
    for name in (*names, "created_date", "updated_date", "custom_fields.region"):
        for sort in (name, f"-{name}", f"+{name}"):
            answer = client.get(case.url, {"sort": sort})
            assert answer.status_code == 200, (sort, answer.json())


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_empty_means_no_value(case, mode, max, client_of):
    client = client_of(max)
    whole = created(client, case)
    entity = case.viewset.serializer_class.entity()
    serializer = case.viewset(request=None, format_kwarg=None).get_serializer_class()()
    optional = [
        name
        for name, field in serializer.fields.items()
        if name in entity.columns
        and entity.columns[name].kind != "json"
        and not field.read_only
        and not field.required
        and name not in case.body
        and name not in ("related_to_type", "related_to_id")
    ]
    assert optional
    answer = client.put(f"{case.url}/{whole['id']}", dict.fromkeys(optional, ""))
    assert answer.status_code == 200, answer.json()
    created(client, case, **{**dict.fromkeys(optional, ""), **other_person(case)})


def other_person(case):
    """Return what keeps a second record apart from the first."""
    body = case.body
    other = {"email": "nils@example.com", "name": "Other", "original_url": "https://example.com/y"}
    return {name: value for name, value in other.items() if name in body}


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("activities", "activitys"),
        ("link-analytics", "linkanalyticss"),
        ("link-analytics", "linkanalytics"),
        ("link-analytics", "link_analytics"),
    ],
)
def test_wrong_plurals_lead_to_the_same_records(path, wrong, mode, max, client_of):
    case = next(case for case in CASES if case.prefix == path)
    client, url = client_of(max), f"/api/v1/{wrong}"
    row = data(client.post(url, case.body), 201)
    one = f"{url}/{row['id']}"
    assert data(client.get(one))["id"] == row["id"]
    assert [found["id"] for found in data(client.get(url))] == [row["id"]]
    for method in (client.put, client.patch):
        changed = data(method(one, {case.text_field: method.__name__}))
        assert changed[case.text_field] == method.__name__
    answer = client.delete(one)
    assert answer.status_code == 200
    assert answer.json()["message"]
    assert client.get(f"{case.url}/{row['id']}").status_code == 404


def test_who_is_signed_in_stands_at_the_top_too(mode, ann, client_of):
    body = client_of(ann).get("/api/v1/auth/me").json()
    for name in ("id", "email", "full_name", "role", "created_date", "permissions"):
        assert body[name] == body["data"][name] != ""


def test_nobody_is_without_a_name(mode, ann, max, client_of):
    client = client_of(max)
    for body in ({"email": "new@example.com"}, {"email": "new@example.com", "full_name": " "}):
        assert client.post("/api/v1/users", body).status_code == 400
    for empty in ("", "  "):
        answer = client.patch(f"/api/v1/users/{ann.pk}", {"full_name": empty})
        assert answer.status_code == 400
        answer = client_of(ann).put("/api/v1/auth/update-profile", {"full_name": empty})
        assert answer.status_code == 400


def test_numbers_and_times_as_forms_send_them(mode, max, client_of):
    client = client_of(max)
    price = {"price": "19.90", "stock_quantity": "7"}
    product = data(client.post("/api/v1/products", {"name": "Lamp", **price}), 201)
    assert (product["price"], product["stock_quantity"]) == (19.9, 7)
    times = {"start_time": "2026-05-01T10:30", "end_time": "2026-05-01T11:30"}
    meeting = data(client.post("/api/v1/meetings", {"title": "Demo", **times}), 201)
    assert meeting["start_time"] == "2026-05-01T10:30:00Z"


def test_a_thousand_rows_are_answered_at_once(mode, max, client_of):
    case = next(case for case in CASES if case.prefix == "suppliers")
    case.make_batch(12)
    answer = client_of(max).get(case.url, {"limit": "1000"}).json()
    assert (len(answer["data"]), answer["pagination"]["limit"]) == (12, 1000)


# -- with API_COMPAT only ---------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_both_names_are_told(case, compat, max, client_of):
    record = case.make()
    client = client_of(max)
    listed = next(row for row in data(client.get(case.url)) if row["id"] == str(record.pk))
    for row in (data(client.get(case.url_of(record))), listed):
        for theirs, ours in foreign_names(case).aliases.items():
            assert row[theirs] == row[ours], theirs
        assert row["created_by"] == ""
        assert row["created_by_id"] is None


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_creator_is_told_by_address(case, compat, max, client_of):
    row = created(client_of(max), case)
    assert row["created_by"] == max.email
    assert row["created_by_id"] == str(max.pk)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_nothing_is_null_that_pages_take_for_text(case, compat, max, client_of):
    client = client_of(max)
    row = created(client, case)
    entity = case.viewset.serializer_class.entity()
    for name, column in entity.columns.items():
        if column.kind == "text":
            assert isinstance(row[name], str), name
    for name in ("created_by", "email", "stage", "platform", *DATES, *foreign_names(case).emails):
        assert row.get(name, "") is not None, name
    for name in DATES:
        if name in row:
            assert datetime.fromisoformat(row[name])


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_undeclared_fields_are_kept_and_come_back(case, compat, max, client_of):
    client = client_of(max)
    more = {"shoe_size": 43, "nickname": "Ida", "options": {"a": [1]}}
    row = created(client, case, **more, app_id="x", is_sample=True, password_hash="x")  # noqa: S106
    assert {name: row[name] for name in more} == more
    assert row["is_sample"] is False
    url = f"{case.url}/{row['id']}"
    row = data(client.put(url, {**row, "nickname": "Idi", "options": None}))
    assert (row["shoe_size"], row["nickname"]) == (43, "Idi")
    assert row["custom_fields"].keys() >= {"shoe_size", "nickname"}
    assert "options" not in row
    assert "app_id" not in row

    def found(**params):
        return [found["id"] for found in data(client.get(case.url, params))]

    assert found(nickname="Idi") == [row["id"]]
    assert found(shoe_size__gte="40", sort="-shoe_size")[0] == row["id"]
    assert found(nickname="Ida") == found(no_such_field="1") == []
    assert data(client.get(url, {"fields": "nickname"})) == {"id": row["id"], "nickname": "Idi"}


@pytest.mark.parametrize(
    ("entity", "name", "value"),
    [
        (entity, name, value)
        for entity, names in NAMES.items()
        for name, values in names.values.items()
        for value in values
    ],
)
def test_their_choices_are_taken_and_found(entity, name, value, settings, max, client_of):
    case = next(case for case in CASES if case.model.__name__ == entity)
    client = client_of(max)
    ours = [choice for choice, _ in case.model._meta.get_field(name).choices or ()]
    if value not in ours and (entity, name) != ("Deal", "stage"):
        assert client.post(case.url, {**case.body, name: value}).status_code == 400
    speak_base44(settings)
    row = created(client, case, **{name: value})
    assert row[name] == value
    assert [row["id"]] == [found["id"] for found in data(client.get(case.url, {name: value}))]


@pytest.mark.parametrize(
    ("entity", "name", "ours", "values"),
    [
        ("Account", "name", "account_name", ("Nord", "Sued")),
        ("Account", "number_of_employees", "employees", (5, 6)),
        ("Deal", "title", "deal_name", ("One", "Two")),
        ("Deal", "value", "amount", (19.9, 20.5)),
        ("Deal", "source", "lead_source", ("Partner", "Event")),
        ("Deal", "notes", "description", ("One", "Two")),
        ("Meeting", "start_date", "start_time", ("2026-03-02T08:00:00Z", "2026-03-02T09:30:00Z")),
        ("Meeting", "end_date", "end_time", ("2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z")),
        ("Meeting", "meeting_url", "meeting_link", ("https://a.example", "https://b.example")),
        ("Activity", "type", "activity_type", ("task", "call")),
        ("Campaign", "campaign_name", "name", ("One", "Two")),
        ("Campaign", "type", "campaign_type", ("sms", "event")),
        ("Supplier", "supplier_name", "name", ("One", "Two")),
        ("Supplier", "contact_name", "contact_person", ("One", "Two")),
        ("Supplier", "zip_code", "postal_code", ("1", "2")),
        ("Invoice", "invoice_date", "issue_date", ("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z")),
        (
            "LinkAnalytics",
            "destination_url",
            "original_url",
            ("https://a.example", "https://b.example"),
        ),
    ],
)
def test_either_name_is_taken_filtered_and_sorted_by(
    entity, name, ours, values, compat, max, client_of
):
    case = next(case for case in CASES if case.model.__name__ == entity)
    client, (first, second) = client_of(max), values
    body = {key: value for key, value in case.body.items() if key != ours}
    row = data(client.post(case.url, {**body, name: first}), 201)
    other = data(client.post(case.url, {**body, name: second}), 201)
    assert row[name] == row[ours] == first
    url = f"{case.url}/{row['id']}"

    assert [found["id"] for found in data(client.get(case.url, {name: first}))] == [row["id"]]
    params = {"sort": f"-{name}", "fields": name}
    rows = data(client.get(case.url, params))
    assert {frozenset(found) for found in rows} == {frozenset({"id", name})}
    by_ours = data(client.get(case.url, {"sort": f"-{ours}"}))
    assert [found["id"] for found in rows] == [found["id"] for found in by_ours]

    assert data(client.put(url, {**row, name: second}))[ours] == second
    row = data(client.put(url, {**data(client.get(url)), ours: first}))
    assert row[name] == first
    assert data(client.put(url, {name: first, ours: second}))[ours] == second
    assert other[ours] == second


def test_an_open_campaign_has_dates(compat, max, client_of):
    client = client_of(max)
    case = next(case for case in CASES if case.prefix == "campaigns")
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
    case = next(case for case in CASES if case.prefix == "leads")
    row = created(client, case, assigned_to=ann.email)
    case.make()
    assert row["assigned_to"] == str(ann.pk)
    for params in (
        {"assigned_to": ann.email},
        {"created_by": max.email},
        {"created_by_id": str(max.pk)},
        {"created_by": str(max.pk), "is_sample": "false"},
    ):
        assert [found["id"] for found in data(client.get(case.url, params))] == [row["id"]]
    assert data(client.get(case.url, {"is_sample": "true"})) == []


def test_what_one_may_not_see_is_not_found_by_their_names(compat, client_of, ann, sam):
    case = next(case for case in CASES if case.prefix == "users")
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
    case = next(case for case in CASES if case.prefix == "deals")
    row = created(client, case)
    assert client.delete(f"{case.url}/{row['id']}").status_code == 200
    for params in ({}, {"fields": "title"}):
        [deleted] = data(client.get(f"{case.url}/trash", params))
        assert deleted["title"] == row["deal_name"]
        assert deleted["deleted_by"]["email"] == max.email


def test_a_stale_etag_is_refused(compat, max, client_of):
    client = client_of(max)
    case = next(case for case in CASES if case.prefix == "deals")
    row = created(client, case)
    url = f"{case.url}/{row['id']}"
    etag = client.get(url)["ETag"]
    assert client.put(url, {"title": "Two"}, headers={"If-Match": etag}).status_code == 200
    assert client.put(url, {"title": "Three"}, headers={"If-Match": etag}).status_code == 412


# -- lists beside the entities ---------------------------------------------------------------


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


def test_every_choice_of_theirs_is_known():
    assert further_values("Product", "status") == ("inactive",)
    assert "lead_score" in EXTRA_NUMBERS
    assert django_settings.CRM_FURTHER_VALUES
