"""Campaigns: the moves between their states, and what is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.core.models import Event
from crm.marketing import operations
from crm.marketing.models import Campaign, CampaignRecipient
from crm.marketing.tests.factories import CampaignFactory
from crm.messaging.models import Email
from crm.people.tests.factories import ContactFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/campaigns"
CONTENT = {"subject": "Hello {{ first_name }}", "html": "<p>Hi</p>", "text": "Hi"}
READY = {"content": CONTENT, "audience": {"contacts": {}}}


@pytest.fixture
def contact():
    return ContactFactory(first_name="Ida", email="ida@example.com")


@pytest.fixture
def api(max, client_of):
    return client_of(max)


def ready(**values):
    return CampaignFactory(**{**READY, **values})


def later():
    return (timezone.now() + timedelta(days=1)).isoformat()


def status_of(campaign):
    return Campaign.objects.get(pk=campaign.pk).status


MOVES = {
    ("draft", "scheduled"): True,
    ("draft", "active"): True,
    ("draft", "paused"): False,
    ("draft", "completed"): False,
    ("scheduled", "draft"): True,
    ("scheduled", "active"): True,
    ("scheduled", "paused"): False,
    ("scheduled", "completed"): False,
    ("active", "draft"): False,
    ("active", "scheduled"): False,
    ("active", "paused"): True,
    ("active", "completed"): False,
    ("paused", "draft"): False,
    ("paused", "scheduled"): False,
    ("paused", "active"): True,
    ("paused", "completed"): False,
    ("completed", "draft"): False,
    ("completed", "scheduled"): False,
    ("completed", "active"): False,
    ("completed", "paused"): False,
}


@pytest.mark.parametrize(("before", "after"), MOVES)
def test_a_status_in_a_plain_change_runs_the_move(before, after, api, contact):
    campaign = ready(status=before, start_date=timezone.now() + timedelta(days=1))
    response = api.put(f"{URL}/{campaign.pk}", {"status": after, "goals": "More"})
    campaign.refresh_from_db()
    if MOVES[before, after]:
        assert response.status_code == 200, response.content
        assert (campaign.status, campaign.goals) == (after, "More")
    else:
        assert response.status_code == 409
        assert "Allowed from here" in response.json()["message"]
        assert (campaign.status, campaign.goals, campaign.revision) == (before, "", 1)
        assert not Event.objects.exists()


@pytest.mark.parametrize("kind", ["webinar", "sms", "other"])
def test_other_campaigns_are_moved_by_hand(kind, api):
    campaign = CampaignFactory(campaign_type=kind, status="draft")
    for status in ("completed", "active", "draft"):
        response = api.put(f"{URL}/{campaign.pk}", {"status": status})
        assert response.json()["data"]["status"] == status
    for action in ("send", "pause", "resume"):
        assert api.post(f"{URL}/{campaign.pk}/{action}").status_code == 409


def test_the_operations_of_a_campaign(api, max, contact):
    campaign = ready()
    url = f"{URL}/{campaign.pk}"
    moves = [
        api.post(f"{url}/schedule", {"start_date": later()}),
        api.post(f"{url}/send"),
        api.post(f"{url}/pause"),
        api.post(f"{url}/resume"),
    ]
    states = [response.json()["data"]["status"] for response in moves]
    assert states == ["scheduled", "active", "paused", "active"]
    campaign.refresh_from_db()
    assert campaign.started_by == max
    assert campaign.started_at is not None
    names = list(Event.objects.order_by("id").values_list("name", flat=True))
    kinds = ["scheduled", "started", "paused", "resumed"]
    assert names == [f"campaign.{kind}" for kind in kinds]
    for path in ("send", "resume", "schedule"):
        body = {"start_date": later()} if path == "schedule" else {}
        assert api.post(f"{url}/{path}", body).status_code == 409
    assert status_of(campaign) == "active"


def test_a_campaign_can_begin_scheduled(api, contact):
    body = {"name": "Spring", "campaign_type": "email", "status": "scheduled", **READY}
    refused = api.post(URL, body)
    assert refused.status_code == 400
    assert "start_date" in refused.json()["errors"]
    assert not Campaign.objects.exists()
    made = api.post(URL, {**body, "start_date": later()})
    assert made.json()["data"]["status"] == "scheduled"
    assert api.post(URL, {**body, "status": "completed"}).status_code == 409


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"content": {}}, "content"),
        ({"content": {"subject": "Hello"}}, "content"),
        ({"content": {"html": "<p>Hi</p>"}}, "content"),
        ({"audience": {}}, "audience"),
        ({"audience": {"exclude_ids": []}}, "audience"),
        ({"audience": {"contacts": {"status": "inactive"}}}, "audience"),
    ],
)
def test_what_is_not_ready_is_not_sent(values, field, api, contact):
    campaign = ready(**values)
    for response in (
        api.post(f"{URL}/{campaign.pk}/send"),
        api.put(f"{URL}/{campaign.pk}", {"status": "active"}),
        api.post(f"{URL}/{campaign.pk}/schedule", {"start_date": later()}),
    ):
        assert response.status_code == 400
        assert field in response.json()["errors"]
    campaign.refresh_from_db()
    assert (campaign.status, campaign.revision, campaign.started_at) == ("draft", 1, None)
    assert not CampaignRecipient.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ({"subject": "{{ 1 }}"}, "subject"),
        ({"html": "{% include 'x' %}"}, "html"),
        ({"text": "{{ a.b.c }}"}, "text"),
        ({"text": "{{ first_name|default:'x' }}"}, "text"),
        ({"subject": "Hello\r\nBcc: x@example.com"}, "subject"),
        ({"from_name": "Nexa\nX: y"}, "from_name"),
        ({"reply_to": "nobody"}, "reply_to"),
        ({"subject": "x" * 256}, "subject"),
        ({"subject": 3}, "subject"),
    ],
)
def test_a_bad_message_is_refused_by_path(content, path, api):
    campaign = ready()
    for response in (
        api.put(f"{URL}/{campaign.pk}", {"content": content}),
        api.post(URL, {"name": "Spring", "campaign_type": "email", "content": content}),
    ):
        assert response.status_code == 400
        assert path in response.json()["errors"]["content"][0]
    campaign.refresh_from_db()
    assert (campaign.content, campaign.revision) == (CONTENT, 1)
    assert Campaign.objects.count() == 1


def test_a_message_is_stored_without_scripts(api):
    html = '<p onclick="x()">Hi</p><script>x()</script><a href="javascript:x()">y</a>'
    body = {"name": "Spring", "campaign_type": "email", "content": {"html": html}}
    stored = api.post(URL, body).json()["data"]["content"]["html"]
    assert "script" not in stored
    assert "onclick" not in stored


@pytest.mark.parametrize("status", ["active", "paused", "completed"])
def test_what_went_out_is_fixed(status, api):
    campaign = ready(status=status)
    for values in (
        {"content": {**CONTENT, "subject": "Other"}},
        {"audience": {"leads": {}}},
        {"campaign_type": "sms"},
    ):
        assert api.put(f"{URL}/{campaign.pk}", values).status_code == 409
    same = {"content": CONTENT, "audience": campaign.audience, "status": status, "goals": "More"}
    assert api.put(f"{URL}/{campaign.pk}", same).status_code == 200


def test_a_campaign_that_is_being_sent_is_not_deleted(api):
    campaign = ready(status="active")
    assert api.delete(f"{URL}/{campaign.pk}").status_code == 409
    Campaign.objects.update(status="paused")
    assert api.delete(f"{URL}/{campaign.pk}").status_code == 200


def test_what_sending_writes_can_not_be_written_by_hand(api):
    campaign = ready()
    for name, value in (
        ("metrics", {"clicks": 9}),
        ("excluded", {"bounced": 9}),
        ("started_at", later()),
        ("completed_at", later()),
        ("status_reason", "x"),
    ):
        assert api.put(f"{URL}/{campaign.pk}", {name: value}).status_code == 400


def test_only_who_may_change_a_campaign_moves_it(ann, mia, sam, zoe, client_of, contact):
    campaign = ready(created_by=mia)
    url = f"{URL}/{campaign.pk}"
    actions = {
        "preview": {},
        "test": {},
        "schedule": {"start_date": later()},
        "send": {},
        "pause": {},
        "resume": {},
    }
    for person in (ann, sam):
        client = client_of(person)
        assert [
            client.post(f"{url}/{name}", body).status_code for name, body in actions.items()
        ] == [403] * len(actions)
    assert client_of(ann).get(f"{url}/report").status_code == 200
    assert client_of(sam).get(f"{url}/report").status_code == 403
    assert status_of(campaign) == "draft"
    assert not Email.objects.exists()
    assert client_of(mia).post(f"{url}/send").status_code == 200

    strangers = ready(created_by=zoe)
    assert client_of(mia).post(f"{URL}/{strangers.pk}/send").status_code == 403


def test_the_clock_starts_what_is_due(max, contact):
    due, future = ready(), ready()
    now = timezone.now()
    operations.schedule_campaign(due, now + timedelta(minutes=1), by=max)
    operations.schedule_campaign(future, now + timedelta(days=1), by=max)
    assert operations.start_due(now + timedelta(minutes=2)) == 1
    assert operations.start_due(now + timedelta(minutes=2)) == 0
    assert (status_of(due), status_of(future)) == ("active", "scheduled")


def test_what_can_not_start_any_more_becomes_a_draft_and_says_why(max, contact):
    campaign = ready()
    operations.schedule_campaign(campaign, timezone.now(), by=max)
    contact.delete()
    assert operations.start_due() == 0
    campaign.refresh_from_db()
    assert campaign.status == "draft"
    assert "nobody in this audience" in campaign.status_reason


def test_a_stale_revision_moves_nothing(api, contact):
    campaign = ready()
    response = api.post(f"{URL}/{campaign.pk}/send", HTTP_IF_MATCH='"r7-abc"')
    assert response.status_code == 412
    assert status_of(campaign) == "draft"
