"""``/api/v1`` as an app of Base44's time reads and writes it, over every entity (base44.md §15)."""

from datetime import datetime

import pytest

from crm.base44.naming import NAMES, names_of
from crm.tests.entities import CASES, IDS

from .compatibility import CASE_OF, DATES, created, data, ids, speak_base44

pytestmark = pytest.mark.django_db


def foreign_names(case):
    return names_of(case.model.__name__)


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
        return ids(client.get(case.url, params))

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
    case = CASE_OF[entity]
    client = client_of(max)
    ours = [choice for choice, _ in case.model._meta.get_field(name).choices or ()]
    if value not in ours:
        assert client.post(case.url, {**case.body, name: value}).status_code == 400
    speak_base44(settings)
    row = created(client, case, **{name: value})
    assert row[name] == value
    assert [row["id"]] == ids(client.get(case.url, {name: value}))


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
    case = CASE_OF[entity]
    client, (first, second) = client_of(max), values
    body = {key: value for key, value in case.body.items() if key != ours}
    row = data(client.post(case.url, {**body, name: first}), 201)
    other = data(client.post(case.url, {**body, name: second}), 201)
    assert row[name] == row[ours] == first
    url = f"{case.url}/{row['id']}"

    assert ids(client.get(case.url, {name: first})) == [row["id"]]
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
