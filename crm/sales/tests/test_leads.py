"""A lead's way: legal moves, what calls and mails teach, and the score."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crm.activities.tests.factories import CallFactory, MeetingFactory
from crm.core import events, records
from crm.core.models import Event
from crm.core.outbox import deliver_all
from crm.marketing.tests.factories import CampaignFactory
from crm.messaging import tracking
from crm.messaging.tests.factories import EmailFactory
from crm.sales import scoring
from crm.sales.leads import MOVES
from crm.sales.models import Lead
from crm.sales.scoring import Behaviour
from crm.sales.tests.factories import LeadFactory
from crm.tests.world import refused, stored

pytestmark = pytest.mark.django_db

NOW = timezone.now()
PAIRS = [(old, new) for old in Lead.Status.values for new in Lead.Status.values if old != new]


def url_of(lead, path=""):
    return f"/api/v1/leads/{lead.pk}{path}"


def about(lead):
    return {"related_to_type": "lead", "related_to_id": lead.pk}


# -- status --------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_lead_moves_only_as_the_table_says(old, new, max, client_of):
    lead = LeadFactory(status=old)
    before = stored(lead)

    response = client_of(max).put(url_of(lead), {"status": new, "city": "Kiel"})

    lead.refresh_from_db()
    if new in MOVES[old]:
        assert response.status_code == 200, response.content
        assert (lead.status, lead.city) == (new, "Kiel")
        event = Event.objects.get(name="lead.status_changed")
        assert (event.data["before"], event.data["after"], event.actor) == (old, new, max)
        return
    assert stored(lead) == before
    assert not Event.objects.exists()
    if new == "converted":
        refused(response, 400, "invalid")
        assert "convert" in response.json()["errors"]["status"][0]
    else:
        refused(response, 409, "conflict")
        assert all(allowed in response.json()["message"] for allowed in MOVES[old])


def test_a_whole_record_sent_back_is_no_move(max, client_of):
    lead, client = LeadFactory(status="converted"), client_of(max)
    whole = client.get(url_of(lead)).json()["data"]
    response = client.put(url_of(lead), {**whole, "city": "Kiel"})
    assert response.status_code == 200, response.content
    assert response.json()["data"]["status"] == "converted"


def test_no_lead_is_born_converted(max, client_of):
    body = {"first_name": "Ida", "last_name": "Berg", "email": "i@example.com"}
    response = client_of(max).post("/api/v1/leads", {**body, "status": "converted"})
    refused(response, 400, "invalid")
    assert not Lead.objects.exists()


# -- what calls, meetings and mails teach --------------------------------------------------


def test_the_first_completed_call_contacts_a_new_lead(ann):
    lead = LeadFactory(assigned_to=ann)
    at = NOW - timedelta(hours=3)
    call = records.create(
        CallFactory.build(**about(lead), status="scheduled", start_time=at, duration=90), by=ann
    )
    deliver_all()
    lead.refresh_from_db()
    assert (lead.status, lead.last_contact_date) == ("new", None)

    records.change(call, {"status": "completed"}, by=ann)
    deliver_all()

    lead.refresh_from_db()
    assert (lead.status, lead.last_contact_date) == ("contacted", at)
    moved = Event.objects.get(name="lead.status_changed")
    assert moved.actor == ann
    assert lead.lead_score == 5 + 5 + 5 + 10  # contacted, call, recent, own domain


@pytest.mark.parametrize(
    "values",
    [{"status": "missed"}, {"status": "completed", "duration": 0}, {"status": "cancelled"}],
)
def test_a_call_without_a_talk_contacts_nobody(values, ann):
    lead = LeadFactory(assigned_to=ann)
    before = stored(lead)
    records.create(CallFactory.build(**about(lead), **values), by=ann)
    deliver_all()
    assert stored(lead) == before


def test_a_completed_meeting_contacts_too(ann):
    lead = LeadFactory(assigned_to=ann)
    start = NOW - timedelta(days=1)
    meeting = MeetingFactory.build(
        **about(lead), status="completed", start_time=start, end_time=start + timedelta(hours=1)
    )
    records.create(meeting, by=ann)
    deliver_all()
    lead.refresh_from_db()
    assert (lead.status, lead.last_contact_date) == ("contacted", start)


@pytest.mark.parametrize("status", ["contacted", "qualified", "unqualified", "converted"])
def test_other_leads_keep_their_status(status, ann):
    lead = LeadFactory(assigned_to=ann, status=status)
    records.create(CallFactory.build(**about(lead), status="completed"), by=ann)
    deliver_all()
    lead.refresh_from_db()
    assert lead.status == status
    assert (lead.last_contact_date is None) is (status == "converted")


def test_a_later_contact_is_not_undone_by_an_earlier_one(ann):
    last = NOW - timedelta(days=1)
    lead = LeadFactory(assigned_to=ann, status="contacted", last_contact_date=last)
    old = CallFactory.build(
        **about(lead), status="completed", start_time=NOW - timedelta(days=9), duration=5
    )
    records.create(old, by=ann)
    deliver_all()
    lead.refresh_from_db()
    assert lead.last_contact_date == last


def test_a_reopened_lead_stays_new_when_an_old_call_gets_a_note(ann):
    lead = LeadFactory(assigned_to=ann)
    call = CallFactory(**about(lead), status="completed", user=ann)
    records.change(call, {"notes": "They liked it"}, by=ann)
    deliver_all()
    lead.refresh_from_db()
    assert lead.status == "new"


@pytest.mark.parametrize("campaign", [False, True])
def test_a_sent_mail_contacts_but_a_campaign_does_not(campaign, ann):
    lead = LeadFactory(assigned_to=ann)
    extra = {"campaign": CampaignFactory()} if campaign else {}
    mail = EmailFactory(**about(lead), status="sent", sent_at=NOW, **extra)
    events.record("sent", mail, by=None)
    deliver_all()
    lead.refresh_from_db()
    assert lead.status == ("new" if campaign else "contacted")


# -- the score -----------------------------------------------------------------------------

words = st.text(max_size=20)
numbers = st.one_of(st.none(), st.integers(0, 2**31 - 1))


@given(
    st.builds(
        Lead,
        company=words,
        email=st.one_of(words, st.emails()),
        title=st.one_of(words, st.sampled_from(["CEO", "Sales Manager", "Head of IT"])),
        industry=words,
        employees=numbers,
        annual_revenue=numbers,
        phone=words,
        country=words,
        status=st.sampled_from(Lead.Status.values),
        last_contact_date=st.one_of(st.none(), st.datetimes(timezones=st.just(NOW.tzinfo))),
    ),
    st.builds(Behaviour, *[st.integers(0, 5)] * 4),
)
def test_every_score_is_the_sum_of_its_rules_and_within_bounds(lead, did):
    told = scoring.explain(lead, did, now=NOW)
    score = scoring.scored(lead, did, now=NOW)["lead_score"]
    assert 0 <= score <= 100
    assert score == sum(row["points"] for row in told)
    assert [row["rule"] for row in told] == list(scoring.RULES)
    assert all(row["points"] >= 0 and row["why"] for row in told)


def test_the_best_lead_has_exactly_100():
    assert sum(steps[0].points for steps in scoring.RULES.values()) == 100
    for steps in scoring.RULES.values():
        assert [step.points for step in steps] == sorted({s.points for s in steps}, reverse=True)


IDA = {"first_name": "Ida", "last_name": "Berg", "email": "ida@nordlicht.example"}


def test_a_new_lead_is_scored_and_a_change_that_matters_scores_it_again(max, client_of):
    client = client_of(max)
    lead = client.post("/api/v1/leads", {**IDA, "title": "Head of Sales"}).json()["data"]
    assert lead["lead_score"] == 10 + 15
    url = f"/api/v1/leads/{lead['id']}"
    changed = client.patch(url, {"phone": "040 1234567", "email": "ida@gmail.com"}).json()["data"]
    assert changed["lead_score"] == 15 + 5
    breakdown = client.get(f"{url}/score").json()["data"]
    assert (breakdown["score"], breakdown["is_manual"]) == (20, False)
    assert {r["rule"]: r["points"] for r in breakdown["rules"] if r["points"]} == {
        "title": 15,
        "phone": 5,
    }
    event = Event.objects.filter(name="lead.updated").first()
    assert event.data["changes"]["lead_score"] == [25, 20]


def test_a_score_set_by_hand_stays_until_it_is_released(max, client_of):
    client = client_of(max)
    lead = client.post("/api/v1/leads", {**IDA, "lead_score": 77}).json()["data"]
    url = f"/api/v1/leads/{lead['id']}"
    assert client.patch(url, {"phone": "040 1234567"}).json()["data"]["lead_score"] == 77
    assert client.get(f"{url}/score").json()["data"]["is_manual"] is True
    assert client.post(f"{url}/score/release").json()["data"]["lead_score"] == 15
    assert client.patch(url, {"lead_score": 3}).json()["data"]["lead_score"] == 3
    assert client.patch(url, {"lead_score": None}).json()["data"]["lead_score"] == 15
    whole = client.get(url).json()["data"]
    assert client.put(url, {**whole, "country": "DE"}).json()["data"]["lead_score"] == 20


def test_opened_and_clicked_mails_count(ann):
    lead = LeadFactory(assigned_to=ann, email="x@gmail.com")
    mail = EmailFactory(**about(lead), opens_count=2, clicks_count=1)
    events.record("opened", mail, by=None)
    deliver_all()
    lead.refresh_from_db()
    assert lead.lead_score == 4 + 6


def test_opening_a_mail_raises_the_score_once(ann):
    lead = LeadFactory(assigned_to=ann, email="x@gmail.com")
    sent = {"status": "sent", "sent_at": NOW - timedelta(days=1), "reference": uuid4()}
    mail = EmailFactory(**about(lead), **sent, track=True)
    token = tracking.token_of(mail, tracking.OPENED)
    for _ in range(2):
        tracking.count_opening(token, machine=False)
        deliver_all()
    lead.refresh_from_db()
    assert lead.lead_score == 4
    assert Event.objects.filter(name="email.opened", record_id=mail.pk).count() == 1


def test_time_lowers_a_score(ann):
    lead = LeadFactory(assigned_to=ann, last_contact_date=NOW - timedelta(days=29))
    scoring.rescore(lead)
    lead.refresh_from_db()
    assert lead.score_expires_at == lead.last_contact_date + scoring.FRESH
    with_contact = lead.lead_score
    assert scoring.rescore_expired() == 0
    past = NOW - timedelta(days=31)
    Lead.objects.filter(pk=lead.pk).update(last_contact_date=past, score_expires_at=NOW)
    assert scoring.rescore_expired() == 1
    lead.refresh_from_db()
    assert (lead.lead_score, lead.score_expires_at) == (with_contact - 5, None)


def test_a_score_beyond_its_bounds_is_refused(max, client_of):
    lead = LeadFactory()
    before = stored(lead)
    for wrong in (101, -1, "high", True):
        refused(client_of(max).patch(url_of(lead), {"lead_score": wrong}), 400, "invalid")
    assert stored(lead) == before


def test_others_can_not_release_a_score(ann, zoe, sam, client_of):
    lead = LeadFactory(assigned_to=zoe, lead_score=50, score_is_manual=True)
    free = LeadFactory(lead_score=50, score_is_manual=True)
    before = stored(lead), stored(free)
    refused(client_of(ann).post(url_of(lead, "/score/release")), 404, "not_found")
    refused(client_of(ann).post(url_of(free, "/score/release")), 403, "permission_denied")
    refused(client_of(sam).get(url_of(lead, "/score")), 403, "permission_denied")
    assert (stored(lead), stored(free)) == before
