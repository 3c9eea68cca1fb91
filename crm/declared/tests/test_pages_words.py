"""How the pages of declared entities tell values: in words, and never as Python writes them."""

import csv
import io
import re

import pytest

from crm.core import records
from crm.declared.models import DeclaredRecord
from crm.people.tests.factories import CustomerFactory
from crm.tests.pages import content_of, read, signed_in

pytestmark = pytest.mark.django_db
TEXT = {"type": "string"}
LIST = "/entities/Thing/"


@pytest.fixture
def thing(declare, max):
    """Declare an entity with some fields, and store a record of it as the administrator."""
    declared = {}

    def thing(values, **fields):
        if fields:
            declared["entity"] = declare("Thing", schema={"properties": fields})
        record = DeclaredRecord(declaration=declared["entity"], custom_fields=values)
        return records.create(record, by=max)

    return thing


def told(client, record):
    """Return what the history tells of the latest change, ``(label, old, new)`` by label."""
    row = client.get(f"{LIST}{record.pk}/?tab=history").context["history"][0]
    return sorted((change["label"], change["old"], change["new"]) for change in row["changes"])


# -- the history -------------------------------------------------------------------------


def test_history_tells_lists_and_objects(thing, max):
    fields = {"tags": {"type": "array"}, "place": {"type": "object"}}
    record = thing({"tags": ["a"]}, **fields)
    held = {"tags": ["a", "b"], "place": {"city": "Graz", "open": True}, "odd": [{"x": 1}, None]}
    records.change(record, {"custom_fields": held}, by=max)
    assert told(signed_in(max), record) == [
        ("Odd", "–", "X: 1, –"),
        ("Place", "–", "City: Graz, Open: Yes"),
        ("Tags", "a", "a, b"),
    ]


def test_history_tells_values_as_the_details_do(thing, max):
    customer, hidden = CustomerFactory(name="Ida Ltd"), CustomerFactory(name="Gone")
    records.remove(hidden, by=max)
    fields = {
        "paid": {"type": "boolean"},
        "seats": {"type": "number"},
        "day": {"type": "string", "format": "date"},
        "at": {"type": "string", "format": "date-time"},
        "mood": {"type": "string", "enum": ["very_good"]},
        "customer_id": TEXT,
    }
    record = thing({"paid": False, "customer_id": str(hidden.pk)}, **fields)
    held = {
        "paid": True,
        "seats": 1234.5,
        "day": "2026-05-01",
        "at": "2026-05-01T10:00:00Z",
        "mood": "very_good",
        "customer_id": str(customer.pk),
    }
    records.change(record, {"custom_fields": held}, by=max)
    assert told(signed_in(max), record) == [
        ("At", "–", "May 1, 2026, 10 a.m."),
        ("Customer", "Not visible to you", "Ida Ltd"),
        ("Day", "–", "May 1, 2026"),
        ("Mood", "–", "Very good"),
        ("Paid", "No", "Yes"),
        ("Seats", "–", "1,234.5"),
    ]


@pytest.mark.parametrize("page", ["abc", "0", "-1", "9" * 20, "%00", "1.5"])
def test_a_page_of_the_history_that_is_none_is_the_first(thing, max, page):
    record = thing({"title": "Hall"}, title=TEXT)
    answer = signed_in(max).get(f"{LIST}{record.pk}/?tab=history&page={page}")
    assert answer.status_code == 200
    assert [row["text"] for row in answer.context["history"]] == ["Added"]


# -- nested values -----------------------------------------------------------------------


def test_nested_values_are_told_in_words_or_as_json(thing, max):
    values = {
        "tags": ["a", True, None, 2.5],
        "rows": [{"y": 2, "z": None}],
        "place": {"in": {"y": False}, "list": [1, None]},
    }
    record = thing(values, tags={"type": "array"}, rows={"type": "array"}, place={"type": "object"})
    client = signed_in(max)
    text = read(client, f"{LIST}{record.pk}/").text
    for part in ("a Yes – 2.5", "Y: 2, Z: –", "In: Y: No", "List: 1, –"):
        assert part in " ".join(text.split())

    names = "&".join(f"columns=custom_fields.{name}" for name in values)
    content = content_of(client.get(f"{LIST}export/?{names}")).decode("utf-8-sig")
    _head, row = csv.reader(io.StringIO(content))
    assert row[1:] == [
        "a, Yes, , 2.5",
        '[{"y": 2, "z": null}]',
        '{"in": {"y": false}, "list": [1, null]}',
    ]


def test_of_a_day_with_a_time_the_written_day_counts(thing, max):
    max.timezone = "Pacific/Auckland"
    max.save()
    record = thing({"day": "2026-05-01T23:30:00Z"}, day={"type": "string", "format": "date"})
    client = signed_in(max)
    for address in (LIST, f"{LIST}{record.pk}/"):
        assert "May 1, 2026" in read(client, address).text
    file = client.get(f"{LIST}export/?columns=custom_fields.day")
    assert content_of(file).decode().splitlines()[1] == "Without a title,2026-05-01"


# -- what the markup hangs on ------------------------------------------------------------


def test_ids_have_no_blanks_whatever_fields_are_called(thing, max):
    choice = {"type": "string", "enum": ["a b", "c"]}
    fields = {"my field": choice, "my_field": TEXT, "my-number": {"type": "number"}}
    fields["ok it"] = {"type": "boolean"}
    record = thing({"my field": "c", "further key": 1, "further\tkey": 2}, **fields)
    client = signed_in(max)
    for page in ("", "new/", f"{record.pk}/", f"{record.pk}/edit/"):
        tags = read(client, f"{LIST}{page}").tags
        ids = [attrs["id"] for _tag, attrs in tags if "id" in attrs]
        assert [found for found in ids if not found or re.search(r"\s", found)] == []
        assert {found for found in ids if ids.count(found) > 1} == set()
        named = [attrs["for"] for _tag, attrs in tags if "for" in attrs]
        assert [found for found in named if found not in ids] == []
