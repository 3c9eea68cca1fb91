"""Query strings with parameters that nobody knows or with values that they can't have."""

import base64
from urllib.parse import unquote_plus

import pytest

from crm.sales.tests.factories import LeadFactory
from crm.tests.refusals import about, nothing_stored, readable, refused, send

pytestmark = pytest.mark.django_db
LEADS = "/api/v1/leads"
MISSING = "01900000-0000-7000-8000-000000000000"

#: query strings of lists, and what the refusal must name
LIST_QUERIES = [
    *((f"{name}={text}", name) for name in ("page", "limit") for text in ("0", "-1", "x", "1.5")),
    *(
        (f"{name}={text}", name)
        for name in ("page", "limit")
        for text in ("9" * 5000, "%00", "1%0a")
    ),
    *((f"page={text}", "page") for text in ("%EF%BC%91", "1&page=x", "NaN", "1e3", "0x10")),
    *((f"count={text}", "count") for text in ("all", "%00", "1", "EXACT", "exact,none")),
    *((f"sort={text}", "sort") for text in ("nope", "--email", "-", "%00", "email%3BDROP", "1")),
    *((f"sort={text}", "sort") for text in ("password", "search_text", "custom_fields", "a__b")),
    *((f"fields={text}", "fields") for text in ("nope", "password", "%00", "email,nope", "*")),
    *((f"expand={text}", "expand") for text in ("nope", "assigned_to", "owner.team", "%FF")),
    *((f"search={text}", "search") for text in ("%00", "x" * 201)),
    *(
        (f"{name}=1", name)
        for name in ("nope", "q", "pk", "cursor", "owner", "page[]", "__", "__gt")
    ),
    *((f"{name}=1", name) for name in ("search_text", "deleted_at", "email__", "status__nope")),
    *((f"{name}=1", name) for name in ("email__gt__lt", "email__regex", "email__iexact", "%")),
    *(
        (f"{name}=1", name)
        for name in ("email__lower__contains", "status[$ne]", "related_to", "$where")
    ),
    *(
        (f"{name}=1", name)
        for name in ("assigned_to__password", "owner__nope", "lead_score__contains")
    ),
    *(
        (f"{name}=1", name)
        for name in ("custom_fields.", "custom_fields.a__regex", "custom_fields.a.b")
    ),
    *(
        (f"{name}=1", name)
        for name in ("owner__team__manager__" * 9 + "email", "id__gt", "a" * 5000)
    ),
    *((f"{name}=", name) for name in ("nope", "email__nope", "password")),
    *((f"status={text}", "status") for text in ("nope", "NEW", "new,nope", ",", "%00", "new%0a")),
    *(
        (f"lead_score={text}", "lead_score")
        for text in ("x", "1_0", "1.5", "%D9%A1", "9" * 30, "1%0a")
    ),
    *((f"lead_score__range={text}", "lead_score__range") for text in ("1", "1,2,3", "a,b")),
    *((f"annual_revenue={text}", "annual_revenue") for text in ("x", "NaN", "Infinity", "1e400")),
    *(
        (f"annual_revenue={text}", "annual_revenue")
        for text in ("1_0", "%D9%A1", "9" * 9000, "0x1")
    ),
    *(
        (f"created_at={text}", "created_at")
        for text in ("soon", "2026-02-30", "10000-01-01", "%00")
    ),
    *((f"created_at={text}", "created_at") for text in ("-99999y", "-30x", "0001-01-01", "-1d%0a")),
    *((f"created_date__gte={text}", "created_date__gte") for text in ("x", "1767225600")),
    *((f"email__isnull={text}", "email__isnull") for text in ("2", "maybe", "null", "%00")),
    *((f"assigned_to={text}", "assigned_to") for text in ("x", "%00", "me", MISSING[:-1])),
    *((f"{name}=maybe", name) for name in ("mine", "unassigned")),
    *(
        (f"email{suffix}=%00", f"email{suffix}")
        for suffix in ("", "__contains", "__startswith", "__gt")
    ),
    ("email__contains=" + "x" * 1001, "email__contains"),
    ("email=" + "x" * 60_000, "email"),
    ("email=" + "a,b," * 501, "email"),
    ("created_at=" + "today," * 101, "created_at"),
    ("custom_fields.a=%00", "custom_fields.a"),
    ("&".join(f"email__contains={n}" for n in range(101)), "email__contains"),
    ("&".join(f"custom_fields.a{n}=1" for n in range(101)), "custom_fields.a100"),
    ("&".join(f"a{n}=1" for n in range(1001)), "body"),
]
#: query strings of what knows only its own parameters
OTHER_QUERIES = {
    f"{LEADS}/{{id}}": ["nope=1", "nope=", "page=1", "fields=nope", "expand=nope", "fields=%00"],
    f"{LEADS}/{{id}}/history": ["nope=1", "page=x", "limit=0", "sort=at", "cursor=*", "page=%00"],
    f"{LEADS}/{{id}}/access": ["user=", "user=x", "user=%00", f"user={MISSING}", "nope=1"],
    f"{LEADS}/{{id}}/timeline": ["nope=1", "limit=0", "limit=x", "limit=1_0", "page=1", "cursor=x"],
    "/api/v1/users/names": ["nope=1", "page=2", "search=a"],
}
CURSORS = ["2026-01-01|x", f"soon|{MISSING}", f"2026-01-01T00:00:00|{MISSING[:-1]}", "|", "a|b|c"]
CURSORS += [f"0001-01-01T00:00:00+14:00|{MISSING}", f"9999-12-31T23:59:59-14:00|{MISSING}", "\xff"]
#: odd, but sound: an empty value is no filter, what is no UTF-8 matches nothing
SOUND = [
    "&&&",
    "sort=",
    "sort=,",
    "email=",
    "email=%FF",
    "search=%ED%A0%80",
    "page=1000000000",
]
SOUND += [
    "limit=1000000",
    "mine=",
    "lead_score__gt=",
    "sort=" + "email," * 9000,
    "search=" + "a+" * 99,
]
SOUND += ["&".join(f"custom_fields.a{n}=1" for n in range(100))]
SOUND += ["id=" + ",".join([MISSING] * 1000), "email__ne=" + ",".join(f"e{n}" for n in range(1000))]
SOUND += ["created_at=" + "today," * 100, "&".join(f"email__contains={n}" for n in range(100))]


@pytest.fixture
def lead():
    return LeadFactory()


@pytest.fixture
def client(max, client_of):
    return client_of(max)


@pytest.mark.parametrize("path", ["", "/trash", "/stats/overview"])
def test_a_list_names_the_wrong_parameter(path, client, lead):
    with nothing_stored():
        for query, name in LIST_QUERIES:
            with about(query):
                refused(send(client, "GET", f"{LEADS}{path}?{query}"), 400, "invalid", name)


@pytest.mark.parametrize("path", ["", "/trash", "/stats/overview"])
def test_odd_but_sound_parameters_are_taken(path, client, lead):
    for query in SOUND:
        with about(query):
            answer = send(client, "GET", f"{LEADS}{path}?{query}")
            assert answer.status_code == 200, answer.content[:500]


@pytest.mark.parametrize("path", OTHER_QUERIES)
def test_others_know_only_their_own_parameters(path, client, lead):
    with nothing_stored():
        for query in OTHER_QUERIES[path]:
            with about(query):
                answer = send(client, "GET", f"{path.format(id=lead.pk)}?{query}")
                refused(answer, 400, "invalid", query.partition("=")[0])


def test_a_made_up_cursor_is_refused(client, lead):
    with nothing_stored():
        for text in CURSORS:
            cursor = base64.urlsafe_b64encode(text.encode("latin-1")).decode()
            for sent in (cursor, text, "%00", "%FF", "a" * 60_000):
                with about(text, sent):
                    answer = send(client, "GET", f"{LEADS}/{lead.pk}/timeline?cursor={sent}")
                    refused(answer, 400, "invalid", "cursor")


def test_a_name_that_cannot_be_shown_is_shown_otherwise(client):
    with nothing_stored():
        for name in ("%00", "%0a", "%FF", "%ED%A0%80", "%E2%80%AE", "a%00b", "custom_fields.%00"):
            answer = send(client, "GET", f"{LEADS}?{name}=1")
            shown = "".join(c if c.isprintable() else "\ufffd" for c in unquote_plus(name))
            refused(answer, 400, "invalid", shown)
            readable(next(iter(answer.json()["errors"])) + ".")
