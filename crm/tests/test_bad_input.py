"""Values that no field takes: each is refused by name, on create and on change alike."""

import pytest
from rest_framework.serializers import CharField, JSONField

from crm.core.bodyfields import (
    BooleanField,
    ChoiceField,
    EmailField,
    IdField,
    IntegerField,
    LinkField,
    MomentField,
    MoneyField,
)
from crm.tests.entities import CASES, IDS
from crm.tests.refusals import about, nothing_stored, refused, send

pytestmark = pytest.mark.django_db
CASE_OF = {case.name: case for case in CASES}
MISSING = "01900000-0000-7000-8000-000000000000"
NOT_TEXT = [5, 1.5, True, ["a"], {"a": 1}, "nul \x00", "half a pair \ud800"]
NOT_WHOLE = ["many", "1.5", 1.5, True, [1], {"a": 1}, "1_0", 2**31, 10**25, "9" * 30, "１"]
NOT_MONEY = ["much", "1,50", 1.005, 10**13, "12345678901234.56", "NaN", "Infinity", -0.01, True]
NOT_MONEY += ["1e400", [1], {"a": 1}, "1_000", "١", 10**25, "9" * 2000]
NOT_A_TIME = [
    5,
    1767225600.5,
    True,
    ["2026-01-01"],
    "soon",
    "31.12.2026",
    "2026-02-30",
    "0000-01-01",
]
NOT_A_TIME += ["10000-01-01", "0999-12-31", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00+99:00"]
NOT_A_TIME += ["9999-12-31T23:59:59-14:00", "1767225600"]
NOT_TRUE_OR_FALSE = ["maybe", "yes", 1, 0, [True], {"a": 1}]
NOT_A_CHOICE = ["unknown", "NEW", "new ", 1, True, ["new"], {"a": 1}, "x" * 5000]
NOT_AN_EMAIL = ["", "ida", "ida@", "@example.com", "a b@example.com", "ida@example", 5, ["a@b.de"]]
NOT_AN_EMAIL += [
    "ida@example.com, tom@example.com",
    "<ida@example.com>",
    f"{'i' * 250}@example.com",
]
NOT_A_URL = ["", "example.com", "javascript:alert(1)", "ftp://example.com", "http://", 5, ["a"]]
NOT_AN_OBJECT = [[1], "text", 5, True, {f"key{n}": n for n in range(201)}, {"a": "x" * 66_000}]
NOT_TAGS = [{"a": 1}, "vip", 5, True, [1], [None], [["a"]], [""], ["x" * 101], ["a"] * 201]
NOT_A_LINK = [MISSING, "ann", 5, True, ["a"], {"id": MISSING}, MISSING[:-1], "urn:uuid"]
LINE = {"name": "Lamp", "quantity": 1, "unit_price": 10}
NOT_LINES = [LINE, [5], [{**LINE, "quantity": 0}], [{**LINE, "quantity": "one"}]]
NOT_LINES += [[{**LINE, "unit_price": -1}], [{**LINE, "name": ""}], [{"name": "Lamp"}]]
NOT_LINES += [[{**LINE, "product_id": "lamp"}], [LINE] * 501]
NOT_AN_ATTENDEE = [{"email": "a@b.de", "age": 5}]
BLANK = ["", " ", " \t\n", "\u3000"]

TABLE = {
    "lead": {
        "first_name": [*NOT_TEXT, *BLANK, None, "x" * 256],
        "email": [*NOT_AN_EMAIL, None, "ida\x00@example.com"],
        "phone": ["0" * 256, 491234],
        "status": NOT_A_CHOICE,
        "lead_score": [*NOT_WHOLE, -1, 101],
        "annual_revenue": NOT_MONEY,
        "employees": [-1],
        "last_contact_date": NOT_A_TIME,
        "notes": [7, ["a"]],
        "assigned_to": NOT_A_LINK,
        "converted_contact_id": [MISSING],
    },
    "contact": {
        "account_id": NOT_A_LINK,
        "email_opt_out": NOT_TRUE_OR_FALSE,
        "email": ["ida", None],
    },
    "account": {
        "parent_account_id": [MISSING, "nordlicht"],
        "type": ["Prospect", "friend"],
        "employees": ["12.5"],
    },
    "deal": {
        "amount": NOT_MONEY,
        "stage": ["closed won", "Won", 3],
        "probability": [-1, 101, "10%"],
        "currency": ["usd", "DOLLAR", "€", 840],
        "lead_source": ["phone book"],
        "position": [2**31],
        "stage_changed_at": ["2026-01-01T00:00:00Z"],
    },
    "task": {
        "priority": ["Urgent", 1],
        "due_date": ["tomorrow"],
        "title": BLANK,
        "related_to_type": ["boat", 5, ["lead"]],
        "related_to_id": ["x", 5, True, [MISSING], {"id": MISSING}],
    },
    "meeting": {
        "start_time": ["", "noon", None],
        "end_time": ["", "2020-01-01T00:00:00Z", "later"],
        "attendees": [{"email": "a@b.de"}, ["ida@example.com"], [{"name": "Ida"}], NOT_AN_ATTENDEE],
        "host_id": [MISSING],
    },
    "call": {"duration": [-1, "5 min"], "call_type": ["sideways"], "subject": [None]},
    "activity": {"activity_type": ["", None, "dance"], "metadata": NOT_AN_OBJECT},
    "customer": {
        "tags": NOT_TAGS,
        "credit_limit": [-1, "lots"],
        "total_spent": [5],
        "email": ["ida"],
    },
    "product": {
        "price": ["", None, *NOT_MONEY],
        "stock_quantity": ["some", 1.5, -(2**31)],
        "specifications": NOT_AN_OBJECT,
    },
    "order": {
        "items": NOT_LINES,
        "order_number": ["my own"],
        "order_date": NOT_A_TIME[:3],
        "payment_status": ["Paid"],
        "discount": [-1],
        "customer_id": [MISSING, 5],
    },
    "campaign": {
        "campaign_type": ["", "pigeon"],
        "budget": [-1],
        "metrics": [{"clicks": 9}],
        "content": [{"subject": 5}, {"reply_to": "ida"}],
        "audience": [["leads"]],
    },
    "supplier": {"rating": [0, 6, "good"], "products_supplied": ["lamps", [5]], "email": ["x"]},
    "invoice": {
        "due_date": ["", None, "2026-02-30"],
        "balance_due": [5],
        "invoice_number": ["my own"],
        "order_id": [MISSING],
    },
    "ticket": {"description": BLANK, "sla_breached": [True, "maybe"], "source": ["fax"]},
    "linkanalytics": {
        "original_url": NOT_A_URL,
        "short_code": ["a b", "ä", "x" * 65, "../x", "abc\n"],
        "clicks": [999],
        "click_data": [[{"time": 1}]],
    },
    "email": {
        "to_email": NOT_AN_EMAIL,
        "cc": ["a@b.de", [5], ["ida"], ["ida@"], ["a@b.de"] * 51],
        "attachments": [["offer.pdf"], [MISSING] * 21],
        "subject": BLANK,
        "opens_count": [3],
    },
    "document": {"is_public": NOT_TRUE_OR_FALSE, "s3_key": ["secret"], "file_size": [5]},
    "workflow": {
        "actions": [{"type": "mail"}, ["mail"], "mail"],
        "trigger_config": [[1]],
        "trigger_type": ["Manual"],
        "execution_count": [7],
    },
    "team": {"name": BLANK, "manager_id": NOT_A_LINK},
    "pipeline": {"name": BLANK, "stages": [["Won"], [{"name": ""}], "Won"]},
    "emailtemplate": {"name": BLANK, "subject": BLANK},
    "assignmentrule": {"name": BLANK, "how": ["lottery"], "conditions": [["status"]]},
    "user": {
        "email": NOT_AN_EMAIL,
        "role": ["boss", "Admin", ["admin"], 1],
        "status": ["gone"],
        "password": ["short", "12345678901", "password123", 12345678901, ["a"], "x" * 1025],
        "timezone": ["Mars/Olympus", "utc+1", 1, "../../etc/passwd"],
        "preferences": NOT_AN_OBJECT,
        "team_id": [MISSING],
        "email_verified": [True],
        "last_login": ["2026-01-01T00:00:00Z"],
    },
}
#: refused of every entity
EVERYWHERE = {
    "custom_fields": [*NOT_AN_OBJECT, {"a": "\x00"}, {"\ud800": 1}],
    "external_id": ["x" * 65, *NOT_TEXT],
    "id": [MISSING, 5],
    "created_at": ["2020-01-01T00:00:00Z"],
    "updated_date": ["2020-01-01T00:00:00Z"],
    "created_by": [MISSING],
    "revision": [99, True],
    "deleted_at": ["2020-01-01T00:00:00Z"],
    "no_such_field": [1],
    "__class__": ["x"],
}
#: refused of every field, by what it takes; the first kind that fits counts
OF_A_KIND = [
    (EmailField, ["ida", 5, "ida\x00@example.com", [MISSING]]),
    (CharField, [5, False, ["a"], {"a": 1}, "a nul \x00", "half a pair \udfff"]),
    (ChoiceField, ["no such choice", 5, True, ["x"], "\x00"]),
    (IntegerField, ["many", "1_0", True, [1], 2**31, 10**30, -(2**31)]),
    (MoneyField, ["much", "1_0", "NaN", True, [1], 10**13, -(10**13), 0.001]),
    (BooleanField, ["maybe", 2, [True]]),
    (MomentField, ["soon", 5, True, "2026-02-30", ["2026-01-01"]]),
    (LinkField, ["ann", 5, True, [MISSING], MISSING]),
    (IdField, ["ann", 5, True, [MISSING]]),
    (JSONField, ["text", 5, True, ["a nul \x00"], {"a": "half a pair \ud800"}]),
]
FIELDS = [(name, field) for name, fields in TABLE.items() for field in fields]


@pytest.fixture
def client(max, client_of):
    return client_of(max)


def refuses(client, case, record, field, value):
    """Check that neither a new record nor a stored one takes the value."""
    with about(case.name, field, value):
        made = send(client, "POST", case.url, {**case.body, field: value})
        refused(made, 400, "invalid", field)
        changed = send(client, "PATCH", case.url_of(record), {field: value})
        refused(changed, 400, "invalid", field)


def test_the_cases_are_many_and_of_every_entity():
    assert sum(len(values) for fields in TABLE.values() for values in fields.values()) > 300
    assert set(TABLE) == set(CASE_OF)


@pytest.mark.parametrize(("name", "field"), FIELDS, ids=map("-".join, FIELDS))
def test_a_bad_value_is_refused_by_name(name, field, client):
    record = CASE_OF[name].make()
    with nothing_stored():
        for value in TABLE[name][field]:
            refuses(client, CASE_OF[name], record, field, value)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_no_entity_takes_what_is_not_its_own(case, client):
    record = case.make()
    with nothing_stored():
        for field, values in EVERYWHERE.items():
            for value in values:
                refuses(client, case, record, field, value)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_no_field_takes_what_is_not_of_its_kind(case, client):
    record = case.make()
    with nothing_stored():
        for name, field in case.viewset().get_serializer_class()().fields.items():
            for value in wrong_for(field):
                with about(case.name, name, value):
                    changed = send(client, "PATCH", case.url_of(record), {name: value})
                    refused(changed, 400, "invalid", name)


def wrong_for(field):
    """Return values that a field can't take; one that is read-only takes none but its own."""
    if field.read_only:
        return [["not as it is stored"]]
    values = next(values for kind, values in OF_A_KIND if isinstance(field, kind))
    longest = getattr(field, "max_length", None)
    return [*values, "x" * (longest + 1)] if longest else values


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_what_is_required_is_asked_for(case, client):
    with nothing_stored():
        for field in case.body:
            body = {name: value for name, value in case.body.items() if name != field}
            refused(send(client, "POST", case.url, body), 400, "invalid", field)
