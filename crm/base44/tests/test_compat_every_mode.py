"""What ``/api/v1`` keeps to in every mode, over every entity (base44.md §15)."""

from datetime import datetime

import pytest

from crm.core.models import Event
from crm.tests.entities import CASES, IDS

from .compatibility import CASE_OF, created, data, ids

pytestmark = pytest.mark.django_db


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
        assert row[name] == row[name.replace("_date", "_at")]
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
        # text that has to say something, such as a currency, is never empty
        and name != "timezone"
        and getattr(field, "allow_blank", True)
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
    assert ids(client.get(url)) == [row["id"]]
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
    case = CASE_OF["Supplier"]
    case.make_batch(12)
    answer = client_of(max).get(case.url, {"limit": "1000"}).json()
    assert (len(answer["data"]), answer["pagination"]["limit"]) == (12, 1000)
