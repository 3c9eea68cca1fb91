"""Somebody leaves: their open work finds a successor, or they stay."""

import pytest

from accounts.models import User
from crm.activities.models import Task
from crm.activities.tests.factories import TaskFactory
from crm.core.models import Event
from crm.sales.models import Deal, Lead
from crm.sales.tests.factories import DealFactory, LeadFactory
from crm.support.tests.factories import TicketFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(ann):
    """Ann's work, open and settled, one of each kind."""
    return {
        "open": [
            LeadFactory(assigned_to=ann),
            DealFactory(assigned_to=ann),
            TaskFactory(assigned_to=ann),
            TicketFactory(assigned_to=ann),
        ],
        "settled": [
            LeadFactory(assigned_to=ann, status="unqualified"),
            TaskFactory(assigned_to=ann, status="completed"),
            TicketFactory(assigned_to=ann, status="closed"),
        ],
    }


def leave(client, person, **body):
    return client.post(f"/api/v1/users/{person.pk}/deactivate", body)


def owners(rows):
    for row in rows:
        row.refresh_from_db()
    return {row.assigned_to for row in rows}


def test_open_work_goes_to_the_successor_and_settled_work_stays(work, ann, tom, max, client_of):
    answer = leave(client_of(max), ann, successor_id=str(tom.pk))
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert data["user"]["status"] == "inactive"
    assert data["handed_over"] == {"lead": 1, "deal": 1, "task": 1, "ticket": 1}
    assert owners(work["open"]) == {tom}
    assert owners(work["settled"]) == {ann}
    lead = work["open"][0]
    told = Event.objects.get(name="lead.assigned", record_id=lead.pk)
    assert told.actor == max
    assert told.data["changes"] == {"assigned_to": [str(ann.pk), str(tom.pk)]}
    assert lead.revision == 2


def test_without_a_successor_open_work_keeps_somebody_here(work, ann, max, client_of):
    client = client_of(max)
    for answer in (
        leave(client, ann),
        client.patch(f"/api/v1/users/{ann.pk}", {"status": "inactive"}),
        client.delete(f"/api/v1/users/{ann.pk}"),
    ):
        assert answer.status_code == 409
        body = answer.json()
        assert body["code"] == "in_use"
        for part in ("1 open lead (", "1 open deal (", "1 open task (", "1 open ticket ("):
            assert part in body["message"]
        assert "successor_id" in body["message"]
    ann.refresh_from_db()
    assert (ann.status, ann.deleted_at) == ("active", None)
    assert owners(work["open"]) == {ann}


def test_who_has_nothing_open_needs_no_successor(ann, max, client_of):
    LeadFactory(assigned_to=ann, status="unqualified")
    assert leave(client_of(max), ann).status_code == 200
    assert User.objects.get(pk=ann.pk).status == "inactive"


@pytest.mark.parametrize("successor", ["ann", "gone", "unknown"])
def test_a_successor_is_an_active_colleague(successor, work, ann, tom, max, client_of):
    User.objects.filter(pk=tom.pk).update(status="inactive")
    wanted = {"ann": ann.pk, "gone": tom.pk, "unknown": "01900000-0000-7000-8000-000000000000"}
    answer = leave(client_of(max), ann, successor_id=str(wanted[successor]))
    assert answer.status_code == 400
    assert "successor_id" in answer.json()["errors"]
    assert owners(work["open"]) == {ann}
    assert User.objects.get(pk=ann.pk).status == "active"


def test_only_an_administrator_lets_people_go(work, ann, tom, mia, client_of):
    for person in (ann, mia):
        answer = leave(client_of(person), ann, successor_id=str(tom.pk))
        assert answer.status_code == 403
    assert owners(work["open"]) == {ann}


def test_the_last_administrator_stays(max, ann, client_of):
    LeadFactory(assigned_to=max)
    answer = leave(client_of(max), max, successor_id=str(ann.pk))
    assert answer.status_code in (403, 409)
    assert User.objects.get(pk=max.pk).status == "active"
    assert Lead.objects.get().assigned_to == max


def test_suspending_is_no_leaving(work, ann, max, client_of):
    answer = client_of(max).patch(f"/api/v1/users/{ann.pk}", {"status": "suspended"})
    assert answer.status_code == 200
    assert Deal.objects.get().assigned_to == ann
    assert Task.objects.open().get().assigned_to == ann
