"""Functions of an app: found by name, called as whoever calls."""

import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from rest_framework.test import APIClient

from crm.base44.functions import registered
from crm.documents.tests.forms import MULTIPART, form, part
from crm.sales.models import Lead
from crm.sales.tests.factories import LeadFactory
from nexa.checks import functions_are_there

from .door import APP, post, refused

pytestmark = pytest.mark.django_db
HERE = "crm.base44.tests.appfunctions"


@pytest.fixture(autouse=True)
def functions(settings, folder):
    settings.BASE44_FUNCTIONS = [HERE]


def invoke(name, body=None, *, client=None, **options):
    return post(f"functions/{name}", body, client=client, **options)


@pytest.mark.parametrize("body", [{"a": [1, None]}, {}, [1, 2], "text", 7])
def test_a_function_gets_what_was_sent_and_who_calls(body, ann, client_of):
    answer = invoke("who-calls", body, client=client_of(ann))
    assert answer.status_code == 200, answer.content
    assert answer.json() == {"email": ann.email, "sent": body}


def test_a_function_without_a_body(ann, client_of):
    assert invoke("who-calls", client=client_of(ann)).json()["sent"] is None
    assert invoke("nothing", client=client_of(ann)).json() is None


def test_a_function_sees_as_much_as_its_caller(ann, zoe, max, client_of):
    LeadFactory(assigned_to=ann)
    LeadFactory(assigned_to=zoe)
    seen = [invoke("count-leads", {}, client=client_of(user)).json() for user in (ann, max)]
    assert seen == [1, 2]


def test_files_arrive_with_the_values_beside_them(ann, client_of):
    body = form(
        part("note", "plain"),
        part("options", '{"deep": [1, 2]}'),
        part("odd", "{not json"),
        part("photo", b"12345", "photo.png"),
    )
    answer = client_of(ann).generic(
        "POST", f"{APP}/functions/measure", body, content_type=MULTIPART
    )
    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "sizes": {"photo": 5},
        "values": {"note": "plain", "options": {"deep": [1, 2]}, "odd": "{not json"},
    }


def test_what_is_no_function_is_not_found(ann, client_of, settings):
    for name in ("unnamed", "who_calls", "nothing-such", "who-calls/deep"):
        assert refused(invoke(name, {}, client=client_of(ann))) == (404, "not_found")
    settings.BASE44_FUNCTIONS = []
    assert refused(invoke("who-calls", {}, client=client_of(ann))) == (404, "not_found")
    assert refused(invoke("who-calls", {})) == (401, "not_authenticated")


def test_refusals_and_errors_are_told_in_the_format(ann, client_of, caplog):
    assert refused(invoke("refuse", {}, client=client_of(ann))) == (409, "conflict")
    client = client_of(ann)
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR):
        answer = invoke("break", {}, client=client)
    assert refused(answer) == (500, "error")
    assert "secret" not in answer.content.decode()
    assert "a secret of the house" in caplog.text
    assert not Lead.all_objects.exists()


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_paths_without_an_app_are_told_in_json(method, db):
    answer = getattr(APIClient(), method)("/api/functions/some/path")
    assert refused(answer) == (404, "not_found")


@pytest.mark.parametrize(
    "name", ["crm.nowhere", "nowhere", f"{HERE}.unnamed", f"{HERE}.missing", "crm.base44.naming"]
)
def test_a_name_that_leads_nowhere_stops_the_start(name, settings):
    settings.BASE44_FUNCTIONS = [name]
    with pytest.raises(ImproperlyConfigured, match="BASE44_FUNCTIONS"):
        registered((name,))
    assert [found.id for found in functions_are_there()] == ["nexa.E011"]


def test_single_functions_are_named_by_their_dotted_names():
    assert set(registered((f"{HERE}.count_leads", f"{HERE}.refuse"))) == {"count-leads", "refuse"}
    assert "who-calls" in registered((HERE, f"{HERE}.who_calls"))
    assert functions_are_there() == []
