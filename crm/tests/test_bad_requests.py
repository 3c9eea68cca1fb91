"""Requests that are wrong as such: body, type, method, address and headers."""

from urllib.parse import quote

import pytest
from rest_framework.test import APIClient

from conftest import PASSWORD
from crm.sales.tests.factories import LeadFactory
from crm.tests.refusals import about, nothing_stored, refused, send

pytestmark = pytest.mark.django_db
LEADS, AUTH = "/api/v1/leads", "/api/v1/auth"
MISSING = "01900000-0000-7000-8000-000000000000"
CUSTOM = b'{"custom_fields": '

#: bodies, and what the refusal must name
BODIES = [
    *((body, "body") for body in (None, b"", b" ", b"{", b"}", b"[]", b'"text"', b"5", b"null")),
    *((body, "body") for body in (b"true", b"{'notes': 1}", b'{"notes": "a",}', b'{"notes" 1}')),
    *((body, "body") for body in (b"{} {}", b"{}//", b'{"notes": 01}', b'{"notes": .5}', b"[{}]")),
    *((body, "body") for body in (b'{"notes": "a\x00b"}', b'{"notes": "a\nb"}', b"{}\x00", b"NaN")),
    *((body, "body") for body in (b"\xff\xfe{\x00}\x00", b'{"notes": "\xff"}', b'"\xed\xa0\x80"')),
    *(
        (body, "body")
        for body in (b'{"notes": "\\x41"}', b'{"notes": "\\u12"}', b"notes=a", b"{,}")
    ),
    (b'{"notes": "a", "notes": "b"}', "body"),
    (b'{"\\ud800": "a", "\\ud800": "b"}', "body"),
    (b'{"\\u0000": 1}', "body"),
    (b'{"\\ud800": 1}', "body"),
    (b"[" * 33 + b"]" * 33, "body"),
    (b"[" * 100_000, "body"),
    (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "body"),
    (CUSTOM + b'{"a":' * 32 + b"1" + b"}" * 33, "body"),
    (
        b"[" * 33 + b'"' + b'\\"' * 500_000,
        "body",
    ),  # takes for ever where it is read again and again
    (CUSTOM + b'{"a":' * 9 + b"1" + b"}" * 10, "custom_fields"),
    (CUSTOM + b'{"a": {"b": ["\\u0000"]}}}', "custom_fields"),
    (CUSTOM + b'{"a": [{"\\udc00": 1}]}}', "custom_fields"),
    (CUSTOM + b"[1e999]}", "custom_fields"),
    (b'{"notes": "a nul \\u0000"}', "notes"),
    (b'{"notes": "half a pair \\ud83d"}', "notes"),
    (b'{"notes": [[[["\\u0000"]]]]}', "notes"),
    (b'{"lead_score": NaN}', "lead_score"),
    (b'{"lead_score": Infinity}', "lead_score"),
    (b'{"annual_revenue": -Infinity}', "annual_revenue"),
    (b'{"annual_revenue": 1e999}', "annual_revenue"),
    (b'{"annual_revenue": 9223372036854775808}', "annual_revenue"),
    (b'{"lead_score": ' + b"9" * 5000 + b"}", "lead_score"),
    (b'{"lead_score": -' + b"9" * 100_000 + b"}", "lead_score"),
    (b'{"no_such_field": null}', "no_such_field"),
    (b'{"__proto__": {}}', "__proto__"),
    (b'{"search_text": "a"}', "search_text"),
    (b'{"": 1}', "body"),
]
MEDIA_TYPES = ["text/plain", "text/json", "application/xml", "application", "", "*", "json", "\x00"]
MEDIA_TYPES += ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
MEDIA_TYPES += ["application/vnd.api+json", "application/json, text/plain", "application/jsonp"]

#: addresses and what they answer to; {id} is a lead's
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"]
ROUTES = {
    LEADS: "GET POST",
    f"{LEADS}/": "GET POST",
    "/api/v1/activitys": "GET POST",
    f"{LEADS}/{{id}}": "GET PUT PATCH DELETE",
    f"{LEADS}/{{id}}/restore": "POST",
    f"{LEADS}/{{id}}/history": "GET",
    f"{LEADS}/{{id}}/timeline": "GET",
    f"{LEADS}/{{id}}/access": "GET",
    f"{LEADS}/{{id}}/assign": "PUT",
    f"{LEADS}/trash": "GET",
    f"{LEADS}/stats/overview": "GET",
    "/api/v1/users/names": "GET",
    f"{AUTH}/me": "GET",
    f"{AUTH}/sessions": "GET",
    f"{AUTH}/sessions/x": "DELETE",
    f"{AUTH}/update-password": "PUT",
    f"{AUTH}/update-profile": "PUT PATCH",
    f"{AUTH}/invite": "POST",
    **{f"{AUTH}/{name}": "POST" for name in ("register", "login", "logout", "refresh-token")},
    **{f"{AUTH}/{name}": "POST" for name in ("forgot-password", "reset-password/x")},
    f"{AUTH}/accept-invite/x": "POST",
    "/api/schema": "GET",
    "/api/docs": "GET",
    "/health": "GET",
    "/health/live": "GET",
    "/health/ready": "GET",
}
NO_IDS = ["x", "1", "%00", "%FF", "%F0%9F%98%80", "%EF%BC%91", MISSING, MISSING.replace("-", "")]
NO_IDS += [
    f"{{{MISSING}}}",
    f"urn:uuid:{MISSING}",
    f"{MISSING}%00",
    f"{MISSING}%0a",
    f"%20{MISSING}",
]
NO_IDS += ["None", "..%2Fusers", "9" * 5000, quote("1' OR '1'='1"), "-1", "<b>", "bulk%0d%0aX: y"]
NO_ADDRESSES = ["/api", "/api/", "/api/v1", "/api/v2/leads", "/api/v1/lead", "/api/v1/Leads"]
NO_ADDRESSES += [f"{LEADS}//", "/api/v1//leads", f"{LEADS}/../users", f"{LEADS}/x/y", f"{AUTH}/x"]
NO_ADDRESSES += ["/api/%00", "/api/%FF", "/api/v1/%ED%A0%80", "/api/%0a<b>", f"/api/{'x' * 60_000}"]
NO_ADDRESSES += [AUTH, f"{AUTH}/login/x", f"{AUTH}/reset-password", f"{AUTH}/reset-password/a/b"]

IF_MATCH = [
    "x",
    '"r1"',
    '"r1-zz"',
    "r1-abc",
    '"r99-abc"',
    'W/"r9-ab"',
    '"r8-abc", "r9-abc"',
    ",",
    '"',
]
IF_MATCH += ['"r99999999999-a"', '"r\u0661-ab"', "\x00", '"r-1-ab"', "x" * 8000]
NO_TOKENS = ["Bearer", "Bearer ", "Bearer x", "Bearer x.y.z", "Basic YTpi", "Token x", "Bearer a b"]
NO_TOKENS += ["bearer", "Bearer \xff", "\x00", "Bearer \x00", "Bearer eyJhbGciOiJub25lIn0.e30."]
NO_TOKENS += ["Bearer " + "x" * 50_000, "Bearer null", "undefined"]

WRONG = ["", None, 5, True, ["a"], {"a": 1}, "a nul \x00", "half a pair \ud800"]
WRONG_EMAIL = [*WRONG, "ida", "ida@", "a b@example.com", f"{'i' * 250}@b.de"]
WRONG_PASSWORD = [*WRONG, "x" * 1025]
WEAK = ["short", "password123", "1234567890123"]
PERSON = {"email": "new@example.com", "password": PASSWORD, "full_name": "New Person"}
GUEST = {"email": "new@example.com"}
NEW = {"password": PASSWORD, "full_name": "New Person"}
#: what the doors of accounts and the other verbs take, and fields with wrong values
DOORS = [
    ("POST", f"{AUTH}/register", PERSON, "email", WRONG_EMAIL),
    ("POST", f"{AUTH}/register", PERSON, "password", [*WRONG_PASSWORD, *WEAK]),
    ("POST", f"{AUTH}/register", PERSON, "full_name", [*WRONG, " ", "x" * 256]),
    ("POST", f"{AUTH}/register", PERSON, "role", ["admin", "boss", 5, ["sales_rep"]]),
    ("POST", f"{AUTH}/register", PERSON, "status", ["active"]),
    ("POST", f"{AUTH}/login", PERSON, "full_name", ["Ida"]),
    ("POST", f"{AUTH}/login", {"password": "x"}, "email", [*WRONG, "x" * 255]),
    ("POST", f"{AUTH}/login", {"email": "ida@example.com"}, "password", WRONG_PASSWORD),
    ("POST", f"{AUTH}/refresh-token", {}, "refreshToken", [*WRONG, "x" * 4097]),
    ("POST", f"{AUTH}/logout", {}, "refreshToken", [5, True, ["a"], "\x00", "x" * 4097]),
    ("POST", f"{AUTH}/logout", {}, "everywhere", [True]),
    ("POST", f"{AUTH}/forgot-password", {}, "email", WRONG_EMAIL),
    ("POST", f"{AUTH}/reset-password/x", {}, "password", WRONG_PASSWORD),
    ("PUT", f"{AUTH}/update-password", {"newPassword": "x"}, "currentPassword", WRONG_PASSWORD),
    ("PUT", f"{AUTH}/update-password", {"currentPassword": "x"}, "newPassword", WRONG_PASSWORD),
    ("PUT", f"{AUTH}/update-password", {"currentPassword": PASSWORD}, "newPassword", WEAK),
    ("PUT", f"{AUTH}/update-profile", {}, "full_name", [*WRONG, " ", "x" * 256]),
    ("PATCH", f"{AUTH}/update-profile", {}, "timezone", ["Mars/Olympus", "", 5]),
    ("PATCH", f"{AUTH}/update-profile", {}, "preferences", [[1], "dark", 5, {"a": "\x00"}]),
    ("PUT", f"{AUTH}/update-profile", {}, "role", ["admin"]),
    ("PUT", f"{AUTH}/update-profile", {}, "email", ["new@example.com"]),
    ("POST", f"{AUTH}/invite", {}, "email", WRONG_EMAIL),
    ("POST", f"{AUTH}/invite", GUEST, "role", ["boss", "", None, 5, ["admin"]]),
    ("POST", f"{AUTH}/invite", GUEST, "team_id", ["north", MISSING, 5, True, [MISSING]]),
    ("POST", f"{AUTH}/accept-invite/x", NEW, "password", WRONG_PASSWORD),
    ("POST", f"{AUTH}/accept-invite/x", NEW, "full_name", [*WRONG, " ", "x" * 256]),
    ("POST", f"{AUTH}/accept-invite/x", NEW, "role", ["admin"]),
    ("PUT", f"{LEADS}/{{id}}/assign", {}, "assigned_to", ["ann", MISSING, 5, True, ["a"], {}]),
]
NO_SECRETS = ["x", "%00", "%FF", "%0a", "9" * 4000, f"{MISSING}:x", "a:b:c", "%ED%A0%80"]


@pytest.fixture
def lead():
    return LeadFactory()


@pytest.fixture
def client(max, client_of):
    return client_of(max)


@pytest.fixture
def doors(lead):
    """Some addresses that read a body."""
    record = f"{LEADS}/{lead.pk}"
    return [("PATCH", record), ("PUT", record), ("POST", LEADS), ("PUT", f"{record}/assign")]


def test_what_is_no_sound_object_is_refused(client, lead, doors):
    doors += [("POST", f"{AUTH}/login"), ("PUT", f"{AUTH}/update-profile")]
    with nothing_stored():
        for body, name in BODIES:
            # what a door lacks it would name as well, but it comes to that with sound JSON only
            for method, url in doors if name == "body" and body != b'{"": 1}' else doors[:2]:
                with about(method, url, body and body[:100]):
                    refused(send(client, method, url, body), 400, "invalid", name)


def test_other_types_than_json_are_refused(client, doors):
    doors += [("POST", f"{AUTH}/login"), ("POST", f"{AUTH}/logout")]
    with nothing_stored():
        for media_type in MEDIA_TYPES:
            for method, url in doors:
                with about(method, url, media_type):
                    answer = send(client, method, url, b'{"notes": "a"}', content_type=media_type)
                    refused(answer, 415, "unsupported_media_type")


def test_a_body_beyond_the_limit_is_refused(client, lead, doors, settings):
    body = b'{"notes": "a"}'.ljust(settings.MAX_BODY_BYTES)
    with nothing_stored():
        for method, url in doors:
            refused(send(client, method, url, body + b" "), 413, "too_large")
    assert send(client, *doors[0], body).status_code == 200


@pytest.mark.parametrize("route", ROUTES)
def test_other_methods_are_refused_and_the_right_ones_named(route, client, lead):
    url, allowed = route.format(id=lead.pk), set(ROUTES[route].split())
    with nothing_stored():
        for method in METHODS:
            if method not in allowed:
                with about(method):
                    answer = send(client, method, url, {"notes": "a"})
                    refused(answer, 405, "method_not_allowed")
                    read_too = {"HEAD"} if "GET" in allowed else set()
                    assert set(answer["Allow"].split(", ")) == allowed | read_too


@pytest.mark.parametrize("key", NO_IDS, ids=lambda key: ascii(key)[:30])
def test_a_malformed_id_is_as_unknown_as_any_other(key, client):
    url = f"{LEADS}/{key}"
    with nothing_stored():
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            refused(send(client, method, url, None if method == "GET" else {}), 404, "not_found")
        for part in ("history", "timeline", "access"):
            refused(send(client, "GET", f"{url}/{part}"), 404, "not_found")
        refused(send(client, "POST", f"{url}/restore"), 404, "not_found")
        refused(send(client, "PUT", f"{url}/assign", {"assigned_to": None}), 404, "not_found")
        refused(send(client, "DELETE", f"{AUTH}/sessions/{key}"), 404, "not_found")


def test_unknown_addresses_are_refused_in_json(client):
    with nothing_stored():
        for url in NO_ADDRESSES:
            for caller in (client, APIClient()):
                for method in ("GET", "POST", "DELETE", "OPTIONS"):
                    with about(method, url):
                        refused(send(caller, method, url, {"notes": "a"}), 404, "not_found")


@pytest.mark.parametrize("header", IF_MATCH, ids=lambda header: ascii(header)[:30])
def test_a_revision_that_is_none_changes_nothing(header, client, lead):
    url = f"{LEADS}/{lead.pk}"
    with nothing_stored():
        for method, path, body in (
            ("PUT", url, {"notes": "a"}),
            ("PATCH", url, {"notes": "a"}),
            ("DELETE", url, None),
            ("PUT", f"{url}/assign", {"assigned_to": None}),
        ):
            answer = send(client, method, path, body, HTTP_IF_MATCH=header)
            refused(answer, 412, "precondition_failed")


@pytest.mark.parametrize("header", NO_TOKENS, ids=lambda header: ascii(header)[:30])
def test_what_is_no_token_signs_nobody_in(header, lead):
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=header)
    with nothing_stored():
        for method, url in (
            ("GET", LEADS),
            ("POST", LEADS),
            ("DELETE", f"{LEADS}/{lead.pk}"),
            ("GET", f"{LEADS}/x"),
            ("GET", f"{AUTH}/me"),
            ("POST", f"{AUTH}/logout"),
        ):
            refused(send(caller, method, url), 401, "not_authenticated")


@pytest.mark.parametrize(
    "door", DOORS, ids=lambda door: f"{door[1].rpartition('v1/')[2]}-{door[3]}"
)
def test_every_door_names_the_wrong_field(door, client, lead):
    method, route, body, field, values = door
    url = route.format(id=lead.pk)
    with nothing_stored():
        for value in values:
            with about(value):
                refused(send(client, method, url, {**body, field: value}), 400, "invalid", field)


@pytest.mark.parametrize("secret", NO_SECRETS, ids=lambda secret: ascii(secret)[:30])
def test_a_made_up_secret_opens_nothing(secret, client):
    with nothing_stored():
        for path, body in (("reset-password", {"password": PASSWORD}), ("accept-invite", NEW)):
            answer = send(client, "POST", f"{AUTH}/{path}/{secret}", body)
            refused(answer, 400, "invalid", "token")
        answer = send(client, "POST", f"{AUTH}/refresh-token", {"refreshToken": secret})
        refused(answer, 401, "not_authenticated")
