"""Opening a form and sending it back untouched changes nothing, whatever is stored.

Imports and changes of a schema let any value stand under any field.
"""

import json
from urllib.parse import urlencode

import pytest
from django.db import models
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm.core import records
from crm.declared import schemas, values
from crm.declared.models import DeclaredEntity, DeclaredRecord
from crm.people.tests.factories import CustomerFactory
from crm.tests.markup import Markup
from crm.tests.pages import content_of, signed_in

pytestmark = pytest.mark.django_db

KEY = "0190f6b2-0000-7000-8000-000000000000"
NAMES = [
    *("name", "title", "notes", "customer_id", "customer_id_text", "x_id", "a-b", "a b", "ü"),
    *("due_date", "status", "state", "__class__", "pk", "self", "a__in", "clean", "errors", "data"),
]
TEXTS = [
    *(
        "",
        " ",
        "x",
        " x ",
        "a\nb",
        "a\n",
        "a,b",
        "<b>&\"'",
        "1",
        "1.5",
        "1,5",
        "true",
        "null",
        "{}",
    ),
    *("[1]", "?x", "?", "é\u200b", "x" * 300, "a@b.example", "https://x.example/", "2026-02-30"),
    *("2026-05-01", "2026-05-01T10:00:00Z", "2026-05-01T10:00:30.5+05:30", "1800-01-01T00:00:00Z"),
    *(
        "2026-10-25T01:30:00Z",
        "2026-03-29T02:30:00",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
    ),
    *(KEY, KEY.upper(), f"urn:uuid:{KEY}", "24:00:00"),
]
NUMBERS = [0, 1, -1, 2**53 + 1, 5.5, 0.1, -0.5, 1e15, 123456.789, 1e-5, 100.0]
scalars = st.one_of(st.sampled_from([*TEXTS, *NUMBERS, True, False, None]))
held = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "name", ""]), inner, max_size=2),
    ),
    max_leaves=5,
)
TYPES = [
    *("string", "number", "integer", "boolean", "array", "object"),
    *(["string", "null"], ["string", "number"], ["boolean", "null"], ["array", "string"]),
]
fields = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(TYPES),
        "format": st.sampled_from(["date", "date-time", "email", "uri", "uuid"]),
        "enum": st.lists(st.sampled_from(["a", "1", 1, 0.5, True, None]), min_size=1, max_size=3),
        "items": st.fixed_dictionaries({"type": st.sampled_from(["string", "number"])}),
        "maxLength": st.sampled_from([3, 500]),
    },
)
properties = st.dictionaries(st.sampled_from(NAMES), fields, min_size=1, max_size=4)
zones = st.sampled_from([("Europe/Vienna", "de"), ("America/New_York", "en")])


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(properties=properties, data=st.data(), zone=zones)
def test_a_form_sent_back_untouched_changes_nothing(max, client_in_zone, properties, data, zone):
    schema = {"properties": properties, "required": [*properties][:1]}
    if [*schemas.flaws(schema)] or [*values.unfit_defaults(schema)]:
        return
    stored = {name: data.draw(held) for name in properties} | {"beyond": data.draw(held)}
    client = client_in_zone(*zone)
    entity = DeclaredEntity(name=f"T{DeclaredEntity.objects.count()}", schema=schema)
    records.create(entity, by=max)
    record = DeclaredRecord(declaration=entity, custom_fields=stored, created_by=max)
    models.Model.save(record)
    place = f"/entities/{entity.name}/"
    for address in (place, f"{place}{record.pk}/", f"{place}export/", f"{place}new/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert content_of(answer)

    edit = f"{place}{record.pk}/edit/"
    form = Markup(client.get(edit).content).form(edit)
    sent = {name: as_browsers_send(value) for name, value in form.values.items()}
    kind = "application/x-www-form-urlencoded"
    answer = client.post(edit, urlencode(sent, doseq=True), content_type=kind)
    assert answer.status_code == 302, answer.context["form"].errors
    record.refresh_from_db()
    assert written(record.custom_fields) == written(stored)
    assert record.revision == 1


def as_browsers_send(value):
    return value.replace("\n", "\r\n") if isinstance(value, str) else value


def written(held):
    return json.dumps(held, sort_keys=True)


@pytest.fixture
def client_in_zone(max, db):
    """Give the administrator's browser, in a time zone and language of theirs."""
    CustomerFactory(pk=KEY, name="Ida")
    client = signed_in(max)

    def client_in_zone(zone, locale):
        max.timezone, max.locale = zone, locale
        max.save(update_fields=["timezone", "locale"])
        return client

    return client_in_zone
