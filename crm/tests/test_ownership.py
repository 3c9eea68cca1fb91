"""Whose a record is, and who may hand it to whom."""

import pytest

from crm.activities.tests.factories import TaskFactory
from crm.core.models import Event
from crm.people.tests.factories import ContactFactory
from crm.sales.tests.factories import DealFactory, LeadFactory
from crm.support.tests.factories import TicketFactory

pytestmark = pytest.mark.django_db


def assign(client, lead, owner):
    target = str(owner.pk) if owner else None
    return client.put(f"/api/v1/leads/{lead.pk}/assign", {"assigned_to": target})


def owner_of(record):
    record.refresh_from_db()
    return record.owner


def test_an_empty_owner_becomes_the_creator(ann, client_of):
    body = {"first_name": "Ida", "last_name": "Berg", "email": "ida@example.com"}
    row = client_of(ann).post("/api/v1/leads", {**body, "assigned_to": ""}).json()["data"]
    assert row["assigned_to"] == str(ann.pk)
    assert row["owner"] == {"id": str(ann.pk), "full_name": "Ann", "email": "ann@example.com"}


def test_a_manager_assigns_within_the_team(mia, ann, tom, client_of):
    lead = LeadFactory(assigned_to=ann)

    response = assign(client_of(mia), lead, tom)

    assert response.status_code == 200, response.content
    assert response.json()["data"]["owner"]["id"] == str(tom.pk)
    assert owner_of(lead) == tom
    event = Event.objects.get(record_id=lead.pk)
    assert event.name == "lead.assigned"
    assert event.data["changes"] == {"assigned_to": [str(ann.pk), str(tom.pk)]}


@pytest.mark.parametrize("door", ["assign", "put"])
def test_a_manager_does_not_assign_beyond_the_team(door, mia, ann, zoe, client_of):
    lead = LeadFactory(assigned_to=ann)
    client = client_of(mia)

    if door == "assign":
        response = assign(client, lead, zoe)
    else:
        response = client.put(f"/api/v1/leads/{lead.pk}", {"assigned_to": str(zoe.pk)})

    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    assert owner_of(lead) == ann
    assert not Event.objects.filter(record_id=lead.pk).exists()


def test_a_rep_takes_a_free_lead_but_hands_none_over(ann, tom, client_of):
    free, own = LeadFactory(assigned_to=None), LeadFactory(assigned_to=ann)
    client = client_of(ann)

    assert assign(client, free, ann).status_code == 200
    assert owner_of(free) == ann
    for lead in (free, own):
        response = assign(client, lead, tom)
        assert response.status_code == 403
        assert "assign" in response.json()["message"]
        assert owner_of(lead) == ann


def test_a_rep_does_not_give_a_lead_away_by_an_update_or_at_creation(ann, tom, client_of):
    lead = LeadFactory(assigned_to=ann)
    client = client_of(ann)
    body = {"first_name": "Ida", "last_name": "Berg", "email": "ida@example.com"}

    changed = client.put(f"/api/v1/leads/{lead.pk}", {"assigned_to": str(tom.pk)})
    made = client.post("/api/v1/leads", {**body, "assigned_to": str(tom.pk)})

    assert (changed.status_code, made.status_code) == (403, 403)
    assert owner_of(lead) == ann
    assert type(lead).objects.count() == 1


def test_a_lead_out_of_sight_can_not_be_taken(ann, zoe, client_of):
    lead = LeadFactory(assigned_to=zoe)
    response = assign(client_of(ann), lead, ann)
    assert response.status_code == 404
    assert owner_of(lead) == zoe


def test_support_knows_no_leads(sam, client_of):
    lead = LeadFactory(assigned_to=None)
    assert assign(client_of(sam), lead, sam).status_code == 403
    assert owner_of(lead) is None


def test_nobody_hands_a_record_to_somebody_inactive(max, tom, client_of):
    tom.status = "suspended"
    tom.save()
    lead = LeadFactory(assigned_to=max)

    response = assign(client_of(max), lead, tom)

    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["assigned_to"]
    assert owner_of(lead) == max


def test_an_administrator_assigns_to_anybody_and_to_nobody(max, ann, zoe, client_of):
    lead, client = LeadFactory(assigned_to=ann), client_of(max)
    assert assign(client, lead, zoe).status_code == 200
    assert owner_of(lead) == zoe
    assert assign(client, lead, None).status_code == 200
    assert owner_of(lead) is None


def test_everybody_gives_tasks_to_team_mates_only(ann, tom, zoe, client_of):
    client = client_of(ann)
    given = client.post("/api/v1/tasks", {"title": "Call", "assigned_to": str(tom.pk)})
    refused = client.post("/api/v1/tasks", {"title": "Call", "assigned_to": str(zoe.pk)})
    assert (given.status_code, refused.status_code) == (201, 403)
    own = TaskFactory(assigned_to=ann)
    handed = client.put(f"/api/v1/tasks/{own.pk}", {"assigned_to": str(tom.pk)})
    assert handed.status_code == 200
    assert owner_of(own) == tom
    assert client.get(f"/api/v1/tasks/{own.pk}").status_code == 404


def test_support_routes_tickets(sam, ann, client_of):
    ticket = TicketFactory(assigned_to=None)
    response = client_of(sam).put(f"/api/v1/tickets/{ticket.pk}", {"assigned_to": str(ann.pk)})
    assert response.status_code == 200, response.content
    assert owner_of(ticket) == ann


def test_a_rep_keeps_sight_of_what_they_change(ann, client_of):
    """An update that would put a record out of its author's sight is undone."""
    deal = DealFactory(assigned_to=ann)
    response = client_of(ann).put(f"/api/v1/deals/{deal.pk}", {"assigned_to": None})
    assert response.status_code == 403
    assert owner_of(deal) == ann


def test_assign_says_what_is_wrong_with_its_body(max, client_of):
    lead, client = LeadFactory(assigned_to=max), client_of(max)
    url = f"/api/v1/leads/{lead.pk}/assign"
    for body in ({}, {"assigned_to": "nobody"}, {"owner": str(max.pk)}, {"assigned_to": 7}):
        response = client.put(url, body)
        assert response.status_code == 400
        assert set(response.json()["errors"]) <= {"assigned_to", "owner"}
    assert owner_of(lead) == max
    assert not Event.objects.filter(record_id=lead.pk).exists()


def test_access_tells_who_may_and_why(max, mia, ann, zoe, client_of):
    lead = LeadFactory(assigned_to=ann)
    url = f"/api/v1/leads/{lead.pk}/access"

    hers = client_of(max).get(f"{url}?user={ann.pk}").json()["data"]
    other = client_of(max).get(f"{url}?user={zoe.pk}").json()["data"]

    allowed = {verb: hers[verb]["allowed"] for verb in ("view", "change", "delete")}
    assert allowed == {"view": True, "change": True, "delete": False}
    assert "crm.delete_lead" in hers["delete"]["reason"]
    assert other["view"]["allowed"] is False
    assert "doesn't reach" in other["view"]["reason"]
    assert client_of(mia).get(f"{url}?user={ann.pk}").status_code == 200
    assert client_of(mia).get(f"{url}?user={zoe.pk}").status_code == 403
    assert client_of(max).get(f"{url}?user=nobody").status_code == 400


def test_access_is_told_to_those_who_manage(ann, sam, tom, mia, client_of):
    url = f"/api/v1/contacts/{ContactFactory(assigned_to=ann).pk}/access"
    for caller in (ann, sam):
        for asked in (caller, tom):
            assert client_of(caller).get(f"{url}?user={asked.pk}").status_code == 403
    for asked in (mia, ann, tom):
        assert client_of(mia).get(f"{url}?user={asked.pk}").status_code == 200
    assert client_of(mia).get(f"{url}?user={sam.pk}").status_code == 403


def test_access_and_names_refuse_what_they_do_not_know(max, client_of):
    access = f"/api/v1/contacts/{ContactFactory().pk}/access?user={max.pk}"
    for url, unknown in ((f"{access}&verb=view", "verb"), ("/api/v1/users/names?page=2", "page")):
        answer = client_of(max).get(url)
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == [unknown]
