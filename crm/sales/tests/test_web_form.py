"""The public web form: people come in, robots don't."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from crm.core import limits
from crm.core.models import Event
from crm.sales.models import Lead
from crm.sales.tests.factories import AssignmentRuleFactory
from crm.tests.refusals import nothing_stored
from crm.tests.world import refused

pytestmark = pytest.mark.django_db

URL = "/api/v1/forms/lead"
SITE = "https://www.shop.example"
IDA = {
    "first_name": "Ida",
    "last_name": "Berg",
    "email": "Ida@Example.com",
    "message": "Please call me.",
    "consent": True,
}


@pytest.fixture(autouse=True)
def form(settings):
    settings.WEB_FORM_ORIGINS = [SITE]


def send(body, **headers):
    return APIClient().post(URL, body, headers=headers)


def test_an_enquiry_becomes_a_lead_of_whose_turn_it_is(ann):
    AssignmentRuleFactory(how="user", user=ann, team=None, conditions={"source": "website"})

    response = send(IDA, origin=SITE)

    assert response.status_code == 202, response.content
    assert set(response.json()) == {"success", "message"}
    lead = Lead.objects.get()
    assert (lead.email, lead.notes, lead.source) == ("ida@example.com", IDA["message"], "website")
    assert (lead.status, lead.assigned_to, lead.created_by) == ("new", ann, None)
    consent = Event.objects.get(name="lead.submitted").data["consent"]
    assert (consent["given"], consent["source"], consent["origin"]) == (True, "web form", SITE)
    assert consent["at"]


def test_a_robot_gets_the_same_answer_and_leaves_nothing():
    person = send(IDA)
    Lead.objects.get().delete()
    with nothing_stored():
        robot = send({**IDA, "fax_number": "040 1234567"})
    assert (robot.status_code, robot.json()) == (person.status_code, person.json())


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"consent": False}, "consent"),
        ({"consent": None}, "consent"),
        ({"consent": "maybe"}, "consent"),
        ({"email": "nobody"}, "email"),
        ({"first_name": " "}, "first_name"),
        ({"message": "x" * 5001}, "message"),
        ({"assigned_to": "me"}, "assigned_to"),
        ({"status": "qualified"}, "status"),
        ({"lead_score": 100}, "lead_score"),
    ],
)
def test_what_is_wrong_is_named(values, field):
    with nothing_stored():
        response = send({**IDA, **values})
    refused(response, 400, "invalid")
    assert list(response.json()["errors"]) == [field]


def test_consent_must_be_said():
    body = {name: value for name, value in IDA.items() if name != "consent"}
    response = send(body)
    refused(response, 400, "invalid")
    assert list(response.json()["errors"]) == ["consent"]


def test_only_the_companys_own_sites_may_send():
    with nothing_stored():
        refused(send(IDA, origin="https://evil.example"), 403, "permission_denied")


def test_it_is_switched_off_where_no_site_is_named(settings):
    settings.WEB_FORM_ORIGINS = []
    with nothing_stored():
        refused(send(IDA), 404, "not_found")


def test_browsers_may_call_the_form_from_there_and_nothing_else():
    ask = {"origin": SITE, "access-control-request-method": "POST"}
    allowed = APIClient().options(URL, headers=ask)
    assert allowed["Access-Control-Allow-Origin"] == SITE
    other = APIClient().options("/api/v1/leads", headers=ask)
    assert "Access-Control-Allow-Origin" not in other
    stranger = APIClient().options(URL, headers={**ask, "origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in stranger


def test_one_address_may_send_only_so_many(settings, monkeypatch):
    settings.RATE_LIMIT_WEB_FORM = 3
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 1_000_000.0))
    address = f"2001:db8::{uuid4().hex[:4]}:{uuid4().hex[:4]}"
    answers = [APIClient().post(URL, IDA, REMOTE_ADDR=address) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    refused(answers[-1], 429, "throttled")
    assert 0 < int(answers[-1]["Retry-After"]) <= 601
    assert Lead.objects.count() == 3
    other = APIClient().post(URL, IDA, REMOTE_ADDR=f"{address}:1")
    assert other.status_code == 202
