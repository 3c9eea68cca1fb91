"""The filters of a declared entity's list, and what it says of those that are set."""

from urllib.parse import quote

import pytest

from crm.core import records
from crm.declared.models import DeclaredRecord
from crm.tests.pages import read, signed_in

pytestmark = pytest.mark.django_db
TEXT, NUMBER = {"type": "string"}, {"type": "number"}
LIST = "/entities/Thing/"


@pytest.fixture
def things(declare, max):
    """Declare an entity with a title and some fields, and store records: their values by title."""

    def things(fields, **held):
        entity = declare("Thing", schema={"properties": {"title": TEXT, **fields}})
        for title, values in held.items():
            values = {"title": title, **values}
            records.create(DeclaredRecord(declaration=entity, custom_fields=values), by=max)
        return signed_in(max)

    return things


def shown(client, query):
    """Return what a list's page shows for some filters: the rows by name, and the chips."""
    context = client.get(f"{LIST}?{query}").context
    assert context["problem"] == ""
    return sorted(line.title for line in context["lines"]), [told for told, _ in context["chips"]]


def facet(client, name, query=""):
    """Return the filter that a list offers for a field."""
    facets = client.get(f"{LIST}?{query}").context["facets"]
    return next(found for found in facets if found.name.startswith(f"custom_fields.{name}"))


def test_a_choice_with_a_comma_is_one_value(things):
    city = {"type": "string", "enum": ["Hamburg, Altona", "Graz", "Hamburg"]}
    client = things(
        {"city": city},
        one={"city": "Hamburg, Altona"},
        two={"city": "Graz"},
        three={"city": "Hamburg"},
    )
    offered = facet(client, "city")
    altona = f"{offered.name}={quote('Hamburg, Altona')}"
    assert shown(client, altona) == (["one"], ["City: Hamburg, Altona"])
    assert shown(client, f"{altona}&{offered.name}=Graz") == (
        ["one", "two"],
        ["City: Hamburg, Altona, Graz"],
    )
    options = facet(client, "city", altona).options
    assert [value for value, _label, chosen in options if chosen] == ["Hamburg, Altona"]
    assert shown(client, "custom_fields.city=Graz&custom_fields.city=")[1] == ["City: Graz"]
    # what is part of the API's grammar stays so
    assert shown(client, "custom_fields.city=Graz,Hamburg")[0] == ["three", "two"]


@pytest.mark.parametrize(
    "field",
    [
        {"type": "boolean"},
        {"type": ["boolean", "null"]},
        {"enum": [True, False]},
        {"type": ["boolean", "null"], "enum": [True, False, None]},
    ],
)
def test_yes_or_no_however_the_schema_says_it(things, field):
    client = things({"ok": field}, one={"ok": True}, two={"ok": False}, three={})
    found = {}
    for value, label, _chosen in facet(client, "ok").options:
        found[label] = shown(client, f"custom_fields.ok={value}")
    assert found == {"Yes": (["one"], ["Ok: Yes"]), "No": (["two"], ["Ok: No"])}


def test_a_number_is_typed_as_the_reader_writes_it(things, max):
    client = things({"gauge": NUMBER}, one={"gauge": 12.5}, two={"gauge": 3}, three={"gauge": 1200})
    assert shown(client, "custom_fields.gauge__gte=12.5") == (["one", "three"], ["Gauge from 12.5"])
    assert shown(client, "custom_fields.gauge__gte=1,000") == (["three"], ["Gauge from 1,000"])
    max.locale = "de"
    max.save()
    client = signed_in(max)
    assert shown(client, "custom_fields.gauge__lte=12,5") == (["one", "two"], ["Gauge bis 12,5"])
    assert shown(client, "custom_fields.gauge__gte=12.5") == (["one", "three"], ["Gauge von 12,5"])
    assert facet(client, "gauge", "custom_fields.gauge__lte=12,5").values == ("", "12,5")


@pytest.mark.parametrize("query", ["gauge__gte=abc", "gauge__lt=12,5", "gauge=x", "gauge__in=1,x"])
def test_what_is_no_number_is_told(things, query):
    client = things({"gauge": NUMBER}, one={"gauge": 12.5})
    context = client.get(f"{LIST}?custom_fields.{query}").context
    assert "is not a number." in context["problem"]


@pytest.mark.parametrize("text", [",", "1e99999", "-1e-99999", "nan", "Infinity", "%00", "½", "+"])
@pytest.mark.parametrize("operator", ["", "__gte", "__range", "__in", "__is", "__isnull"])
def test_odd_numbers_do_no_harm(things, operator, text):
    client = things({"gauge": NUMBER}, one={"gauge": 12.5})
    answer = client.get(f"{LIST}?custom_fields.gauge{operator}={text}")
    assert answer.status_code == 200
    assert len(answer.context["chips"][0][0]) < 60


def test_an_amount_of_the_house_is_typed_in_the_same_manner(max):
    max.locale = "de"
    max.save()
    answer = signed_in(max).get("/deals/?amount__gte=1.000,5")
    assert answer.context["problem"] == ""
    answer = signed_in(max).get("/deals/?amount__gte=abc")
    assert answer.context["problem"]


def test_fields_that_end_like_the_parts_of_a_lookup_filter_too(things):
    fields = {"alt_text": {"type": "string", "enum": ["x", "y"]}, "it_was": {"type": "boolean"}}
    client = things(fields, one={"alt_text": "x", "it_was": True}, two={"alt_text": "y"})
    assert shown(client, "custom_fields.alt_text=x") == (["one"], ["Alt text: X"])
    assert shown(client, "custom_fields.it_was=true") == (["one"], ["It was: Yes"])
    # the filter by person sends its text beside the id
    deals = client.get("/deals/?assigned_to_text=Ann&assigned_to_was=Ann").context
    assert (deals["problem"], deals["chips"]) == ("", [])


def test_values_are_told_as_they_are(things):
    fields = {
        "version": {"type": "string", "enum": ["1.5", "v1.2", "2_weeks", "tax_id", "very_good"]},
        "rank": {"type": "number", "enum": [1, 1.5]},
    }
    client = things(fields, one={"version": "v1.2", "rank": 1.5})
    labels = [label for _value, label, _chosen in facet(client, "version").options]
    assert labels == ["1.5", "v1.2", "2_weeks", "Tax id", "Very good"]
    assert [label for _value, label, _ in facet(client, "rank").options] == ["1", "1.5"]
    assert shown(client, "custom_fields.version=v1.2") == (["one"], ["Version: v1.2"])
    assert "v1.2" in read(client, LIST).text


def test_numbers_of_a_choice_are_told_in_the_manner_of_the_reader(things, max):
    client = things({"rank": {"type": "number", "enum": [1, 1.5]}}, one={"rank": 1.5})
    max.locale = "de"
    max.save()
    client = signed_in(max)
    assert [label for _value, label, _ in facet(client, "rank").options] == ["1", "1,5"]
    assert shown(client, "custom_fields.rank=1.5") == (["one"], ["Rank: 1,5"])


def test_a_state_is_no_part_of_an_address(things, max):
    fields = {"state": {"type": "string", "enum": ["open"]}}
    client = things(fields, one={"state": "open"})
    assert shown(client, "custom_fields.state=open")[1] == ["State: Open"]
    max.locale = "de"
    max.save()
    assert facet(signed_in(max), "state").label == "Status"
