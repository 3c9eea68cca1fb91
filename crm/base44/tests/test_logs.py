"""What apps tell about their use, what administrators are told, and what is not here."""

import json

import pytest
from rest_framework.test import APIClient
from structlog.testing import capture_logs

from crm.sales.tests.factories import LeadFactory

from .door import APP, LOGS, bearer, post, refused

pytestmark = pytest.mark.django_db

TRACK = f"{APP}/analytics/track/batch"
EVENTS = {"events": [{"event_name": "opened", "properties": {"email": "ida@example.com"}}] * 2}


def beacon(body, path=TRACK, kind="text/plain;charset=UTF-8", **headers):
    return APIClient(enforce_csrf_checks=True).generic("POST", path, body, kind, **headers)


def told(answer, logs, event):
    assert answer.status_code == 202, answer.content
    assert answer.json() == {"success": True}
    return [line for line in logs if line["event"] == event]


# -- analytics -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["text/plain;charset=UTF-8", "application/json", "image/png"])
@pytest.mark.parametrize("headers", [{}, {"HTTP_AUTHORIZATION": "Bearer nonsense"}])
def test_a_batch_of_events_is_counted_and_no_more(kind, headers):
    with capture_logs() as logs:
        answer = beacon(json.dumps(EVENTS), kind=kind, **headers)
    [line] = told(answer, logs, "app_events")
    assert line["events"] == {"opened": 2}
    assert "ida@example.com" not in str(logs)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "nonsense",
        "[" * 100_000,
        "{",
        "[]",
        "null",
        '{"events": 1}',
        '{"events": [1, null, {}, {"event_name": 7}]}',
        b"\xff\xfe",
        json.dumps({"events": [{"event_name": "x" * 70_000}]}),
        "x" * (11 * 1024 * 1024),
    ],
)
def test_a_batch_never_fails(body):
    with capture_logs() as logs:
        answer = beacon(body)
    assert told(answer, logs, "app_events") == []


def test_a_batch_is_bounded(settings):
    many = {"events": [{"event_name": f"n{'x' * 200}{place}"} for place in range(200)]}
    with capture_logs() as logs:
        [line] = told(beacon(json.dumps(many)), logs, "app_events")
    assert list(line["events"].values()) == [100]
    assert max(map(len, line["events"])) == 100
    settings.RATE_LIMIT_PUBLIC = 1
    with capture_logs() as logs:
        answers = [beacon(json.dumps(EVENTS)) for _ in range(4)]
    assert {answer.status_code for answer in answers} == {202}
    assert len([line for line in logs if line["event"] == "app_events"]) == 1


def test_batches_for_another_app_are_let_go():
    with capture_logs() as logs:
        answer = beacon(json.dumps(EVENTS), "/api/apps/another/analytics/track/batch")
    assert told(answer, logs, "app_events") == []


# -- logs of the app -----------------------------------------------------------------------


@pytest.mark.parametrize("page", ["Leads", "leads/42/edit", "", "Größe", "a b/%2F"])
def test_a_page_that_was_opened_is_told(page):
    for client in (APIClient(), bearer("nonsense")):
        with capture_logs() as logs:
            answer = client.post(f"{LOGS}/log-user-in-app/{page}")
        assert len(told(answer, logs, "app_page_seen")) == 1


def test_administrators_read_logs_and_stats(ann, max, client_of):
    client = client_of(max)
    client_of(ann)
    lead = LeadFactory(assigned_to=ann)
    made = post(
        "entities/Lead",
        {"first_name": "I", "last_name": "B", "email": "i@x.example"},
        client=client,
    )
    assert made.status_code == 201, made.content

    logs = client.get(LOGS).json()
    assert logs[0]["event"] == "lead.created"
    assert (logs[0]["record_id"], logs[0]["user_email"]) == (made.json()["id"], max.email)
    assert lead.pk
    assert len(client.get(LOGS, {"limit": 1}).json()) == 1
    assert client.get(LOGS, {"limit": 1, "skip": 1}).json() != logs[:1]
    assert client.get(f"{LOGS}/stats").json() == {
        "total_users": 3,
        "active_users_1d": 2,
        "active_users_7d": 2,
        "active_users_30d": 2,
    }


def test_others_read_neither(ann, mia, sam, client_of):
    for path in (LOGS, f"{LOGS}/stats"):
        for person in (ann, mia, sam):
            assert refused(client_of(person).get(path)) == (403, "permission_denied")
        assert refused(APIClient().get(path)) == (401, "not_authenticated")


def test_everybody_may_read_the_public_settings(settings):
    path = "/api/apps/public/prod/public-settings/by-id"
    answer = APIClient().get(f"{path}/{settings.BASE44_APP_ID}")
    assert answer.status_code == 200
    assert answer.json() == {"id": settings.BASE44_APP_ID, "public_settings": "private_with_login"}
    assert refused(APIClient().get(f"{path}/another")) == (404, "not_found")


# -- what is not here ----------------------------------------------------------------------

ABSENT = (
    ("get", "agents/conversations"),
    ("post", "agents/conversations/v2/1/messages"),
    ("get", "agents/helper/whatsapp"),
    ("post", "app-user-auth/connectors/google/initiate"),
    ("get", "external-auth/tokens/google"),
    ("post", "connectors/slack/call"),
    ("get", "auth/sso/accesstoken/1"),
    ("get", "auth/sso/idtoken/1"),
)


@pytest.mark.parametrize(("method", "path"), ABSENT)
def test_what_is_not_served_says_so(method, path, ann, client_of):
    for client in (APIClient(), client_of(ann)):
        answer = getattr(client, method)(f"{APP}/{path}")
        assert refused(answer) == (501, "not_implemented")


@pytest.mark.parametrize("provider", ["openai", "typesafe"])
def test_the_gateway_to_models_answers_as_models_do(provider, ann, client_of):
    answer = post(f"ai/{provider}/v1/chat/completions", {}, client=client_of(ann))
    assert answer.status_code == 501
    body = answer.json()
    assert (body["error"]["code"], body["code"]) == ("not_implemented", "not_implemented")
    assert body["error"]["message"] == body["message"] == body["detail"] != ""


@pytest.mark.parametrize(
    "path",
    [
        "actors/room/connection-token",
        "integration-endpoints/Core/Nothing",
        "integration-endpoints/installable/Stripe/integration-endpoints/charge",
        "integrations/custom/hubspot/get:/contacts",
        "integrations/custom/hubspot/post:/contacts/{id}/notes",
    ],
)
def test_what_clients_stop_asking_for_is_not_found(path, ann, client_of):
    for client in (APIClient(), client_of(ann)):
        assert refused(post(path, {}, client=client)) == (404, "not_found")


@pytest.mark.parametrize("name", ["InvokeLLM", "GenerateImage"])
def test_no_model_is_connected(name, ann, client_of):
    path = f"integration-endpoints/Core/{name}"
    answer = post(path, {"prompt": "Hello"}, client=client_of(ann))
    assert refused(answer) == (501, "integration_not_configured")
    assert refused(post(path, {"prompt": "Hello"})) == (401, "not_authenticated")
