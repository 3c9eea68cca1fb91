"""The query language against an oracle: the door selects what the documents say."""

import json

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm.core.context import acting
from crm.sales.models import Lead

from .oracle import TEXT_COLUMNS, UNDECLARED, matches

pytestmark = pytest.mark.django_db

TEXTS = ["", "a", "A", "ab", "Zoë", "ä", "a b", "x%_", "15", "null"]
NUMBERS = [-2, 0, 1, 1.5, 2, 10, 99, 100.25]
MOMENTS = [
    "2026-05-01",
    "2026-05-01T00:00:00Z",
    "2026-05-01T10:30:00+02:00",
    "2026-05-01T08:30:00.250Z",
    "2027-01-01T00:00:00",
    "no date",
]
JSON_SCALARS = [None, True, False, *TEXTS, *NUMBERS]
TEXT_FIELDS = sorted(TEXT_COLUMNS)
NUMBER_FIELDS = ["lead_score", "employees", "annual_revenue"]
MOMENT_FIELDS = ["last_contact_date", "converted_date"]
FREE_FIELDS = sorted(UNDECLARED)
SHOWN = ["last_name", *TEXT_FIELDS, *NUMBER_FIELDS, *MOMENT_FIELDS, *FREE_FIELDS]

scalars = st.sampled_from(JSON_SCALARS)
values = st.one_of(
    scalars,
    st.lists(scalars, max_size=3),
    st.dictionaries(st.sampled_from(["k", "m"]), scalars, max_size=2),
)
documents = st.fixed_dictionaries(
    {
        "company": st.sampled_from(TEXTS),
        "city": st.sampled_from(TEXTS),
        "industry": st.sampled_from(TEXTS),
        "lead_score": st.sampled_from([0, 1, 2, 10, 99]),
        "employees": st.sampled_from([None, 0, 1, 2, 10]),
        "annual_revenue": st.sampled_from([None, "0", "1.5", "2", "100.25"]),
        "last_contact_date": st.sampled_from([None, *MOMENTS[:5]]),
        "custom": st.dictionaries(
            st.sampled_from([*(name for name in FREE_FIELDS if name != "never")]),
            values.filter(lambda value: value is not None),
        ),
    }
)


def operators(arguments):
    """Operators over values that fit the field, and some that don't."""
    ordered = st.sampled_from(["$gt", "$gte", "$lt", "$lte", "$eq", "$ne"])
    single = st.one_of(
        st.tuples(ordered, arguments),
        st.tuples(st.sampled_from(["$in", "$nin", "$all"]), st.lists(arguments, max_size=3)),
        st.tuples(st.just("$exists"), st.booleans()),
        st.tuples(st.just("$size"), st.integers(0, 3)),
        st.tuples(st.just("$regex"), st.sampled_from(["^a", "b$", "a|Z", "[0-9]", "."])),
    ).map(lambda pair: {pair[0]: pair[1]})
    joined = st.lists(single, min_size=1, max_size=2).map(
        lambda parts: {key: value for part in parts for key, value in part.items()}
    )
    return st.one_of(joined, single.map(lambda inner: {"$not": inner}))


element = st.one_of(
    operators(scalars).map(lambda inner: {"$elemMatch": inner}),
    st.dictionaries(st.sampled_from(["k", "m"]), scalars, min_size=1, max_size=2).map(
        lambda inner: {"$elemMatch": inner}
    ),
)


def field(names, arguments, *more):
    return st.tuples(
        st.sampled_from(names),
        st.one_of(arguments, st.lists(arguments, max_size=3), operators(arguments), *more),
    ).map(lambda pair: {pair[0]: pair[1]})


leaves = st.one_of(
    field(TEXT_FIELDS, scalars),
    field(NUMBER_FIELDS, scalars),
    field(MOMENT_FIELDS, st.one_of(st.none(), st.sampled_from(MOMENTS), st.just(5))),
    field(FREE_FIELDS, values, element),
)
queries = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(
            st.sampled_from(["$and", "$or", "$nor"]), st.lists(inner, min_size=1, max_size=3)
        ).map(lambda pair: {pair[0]: pair[1]}),
        st.lists(inner, min_size=1, max_size=2).map(
            lambda parts: {key: value for part in parts for key, value in part.items()}
        ),
    ),
    max_leaves=4,
)


@pytest.fixture
def world(app_of, max):
    """Forget the leads of the example before, and store those of this one."""
    app = app_of(max)

    def world(contents):
        Lead.all_objects.all().delete()
        with acting(door="api", foreign=True):
            for number, content in enumerate(contents):
                values = {key: value for key, value in content.items() if key != "custom"}
                app.create(
                    "Lead",
                    first_name="L",
                    last_name=str(number),
                    email=f"l{number}@example.com",
                    **content["custom"],
                    **values,
                )
        return app

    return world


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    contents=st.lists(documents, min_size=3, max_size=5),
    asked=st.lists(queries, min_size=12, max_size=20),
)
def test_the_door_selects_what_the_documents_say(world, contents, asked):
    app = world(contents)
    stored = app.filter("Lead")
    assert len(stored) == len(contents)
    for query in asked:
        expected = {row["last_name"] for row in stored if matches(row, query)}
        found = {row["last_name"] for row in app.filter("Lead", query)}
        assert found == expected, (
            connection.vendor,
            json.dumps(query),
            [{k: row.get(k) for k in SHOWN} for row in stored],
        )
