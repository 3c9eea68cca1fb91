"""Broken promises are noted once and handed up."""

import pytest

from accounts.models import Team, User
from crm.core.errors import Conflict
from crm.core.models import Event
from crm.schedule import schedule
from crm.support.models import Ticket
from crm.support.operations import (
    add_comment,
    change_ticket,
    escalate_ticket,
    flag_breaches,
    resolve_ticket,
)
from crm.support.tests.conftest import at
from crm.support.tests.factories import TicketFactory
from crm.tests.world import stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def led(sam, mia):
    """Sam is in Mia's team."""
    sam.team = mia.team
    sam.save()
    return sam


def told(ticket, name):
    return Event.objects.filter(record_id=ticket.pk, name=f"ticket.{name}")


def test_a_missed_answer_is_noted_once_and_handed_up(make, led, mia):
    ticket = make(priority="urgent")
    assert flag_breaches(now=at("02 10:00")) == 0
    assert flag_breaches(now=at("02 10:01")) == 1
    assert flag_breaches(now=at("02 10:02")) == 0
    assert flag_breaches(now=at("04 10:00")) == 0  # nor for the solution
    ticket.refresh_from_db()
    assert (ticket.sla_breached, ticket.escalated_to, ticket.escalated_at) == (
        True, mia, at("02 10:01")
    )  # fmt: skip
    assert (ticket.assigned_to, ticket.priority) == (led, "urgent")
    breach, escalation = told(ticket, "sla_breached").get(), told(ticket, "escalated").get()
    assert breach.data["promise"] == "first_response"
    assert breach.data["changes"] == {"sla_breached": [False, True]}
    assert escalation.data["changes"]["escalated_to"] == [None, str(mia.pk)]
    assert (breach.actor, escalation.actor, escalation.data["breach"]) == (None, None, True)


def test_a_missed_solution_is_noted(make, led):
    ticket = make(priority="urgent")
    add_comment(ticket, "We look into it", by=led, now=at("02 09:30"))
    assert flag_breaches(now=at("02 17:00")) == 0
    assert flag_breaches(now=at("03 09:00")) == 1
    assert told(ticket, "sla_breached").get().data["promise"] == "resolution"


def test_neither_solved_nor_waiting_tickets_are_late(make, led):
    solved, waiting, deleted = make(priority="urgent"), make(priority="urgent"), make()
    resolve_ticket(solved, "New lamp", by=led, now=at("02 09:30"))
    add_comment(waiting, "Is it dark?", by=led, now=at("02 09:30"))
    change_ticket(waiting, {"status": "pending"}, by=led, now=at("02 09:30"))
    Ticket.objects.filter(pk=deleted.pk).update(deleted_at=at("02 09:30"))
    assert flag_breaches(now=at("30 12:00")) == 0
    assert not Ticket.all_objects.filter(sla_breached=True).exists()


def test_waiting_for_a_customer_who_was_never_answered_is_late(make, led):
    ticket = make(priority="urgent")
    change_ticket(ticket, {"status": "pending"}, by=led, now=at("02 09:30"))
    assert flag_breaches(now=at("02 10:01")) == 1


@pytest.mark.parametrize("values", [{"status": "pending"}, {"priority": "low"},
                                    {"status": "resolved", "resolution": "New lamp"}])  # fmt: skip
def test_no_change_hides_that_a_promise_was_missed_before_it(values, make, led, mia):
    ticket = make(priority="urgent")
    revision = ticket.revision
    now = at("02 10:30")  # and no worker has looked since 10:00
    change_ticket(ticket, values, by=led, if_revision=revision, now=now)
    ticket.refresh_from_db()
    assert (ticket.sla_breached, ticket.escalated_to) == (True, mia)
    assert told(ticket, "sla_breached").count() == 1
    assert flag_breaches(now=at("30 12:00")) == 0


def test_a_late_answer_is_late_though_no_worker_ran(make, led):
    ticket = make(priority="urgent")
    add_comment(ticket, "Sorry", by=led, now=at("02 10:30"))
    ticket.refresh_from_db()
    assert (ticket.sla_breached, ticket.first_responded_at) == (True, at("02 10:30"))


def test_a_breach_that_nobody_can_hear_of_is_noted_all_the_same(make, sam):
    ticket = make(priority="urgent")
    assert flag_breaches(now=at("02 10:30")) == 1
    ticket.refresh_from_db()
    assert (ticket.sla_breached, ticket.escalated_to) == (True, None)
    assert not told(ticket, "escalated").exists()


def test_many_at_once(make, led, monkeypatch):
    monkeypatch.setattr("crm.support.breaches.BATCH", 2)
    for _ in range(5):
        make(priority="urgent")
    assert flag_breaches(now=at("02 10:30")) == 5
    assert Event.objects.filter(name="ticket.sla_breached").count() == 5


def test_the_schedule_knows_it():
    assert schedule["missed promises"].run is flag_breaches
    assert schedule["missed promises"].every.total_seconds() == 60


# -- by hand -------------------------------------------------------------------------------


def test_escalating_tells_the_manager_and_keeps_the_owner(make, led, mia, zoe):
    ticket = make()
    escalate_ticket(ticket, by=led, reason="They threaten to leave", now=at("02 11:00"))
    ticket.refresh_from_db()
    assert (ticket.escalated_to, ticket.escalated_at) == (mia, at("02 11:00"))
    assert (ticket.assigned_to, ticket.sla_breached) == (led, False)
    event = told(ticket, "escalated").get()
    assert (event.actor, event.data["reason"]) == (led, "They threaten to leave")


def test_the_team_of_the_maker_stands_in(led, sam, mia, zoe):
    free = TicketFactory(created_by=led)
    assert escalate_ticket(free, by=sam).escalated_to == mia
    south = TicketFactory(assigned_to=zoe, created_by=led)  # nobody manages South
    assert escalate_ticket(south, by=sam).escalated_to == mia


def test_nobody_to_escalate_to(sam, zoe, mia, max):
    User.objects.filter(pk=mia.pk).update(status="suspended")
    tom = User.objects.create_user("t@example.com", full_name="T", team=mia.team)
    boss = User.objects.create_user("b@example.com", full_name="B", role="manager")
    boss.team = Team.objects.create(name="East", manager=boss)
    boss.save()
    for owner in (None, sam, zoe, tom, boss):
        ticket = TicketFactory(assigned_to=owner)
        rows = stored(ticket)
        with pytest.raises(Conflict):
            escalate_ticket(ticket, by=max)
        assert stored(ticket) == rows


def test_what_is_solved_is_not_escalated(make, led):
    ticket = make()
    resolve_ticket(ticket, "New lamp", by=led, now=at("02 10:00"))
    rows = stored(ticket)
    with pytest.raises(Conflict):
        escalate_ticket(ticket, by=led)
    assert stored(ticket) == rows
    assert not told(ticket, "escalated").exists()


def test_over_rest(client_of, make, led, mia):
    ticket, client = make(), client_of(led)
    url = f"/api/v1/tickets/{ticket.pk}/escalate"
    answer = client.post(url)
    assert answer.status_code == 200, answer.content
    shown = answer.json()["data"]
    assert shown["escalated_to"]["full_name"] == "Mia"
    assert client.post(url, {"reason": "Twice"}, format="json").status_code == 200
    assert client.post(url, {"reason": 5}, format="json").status_code == 400
    assert client.post(url, {"to": "x"}, format="json").status_code == 400
    history = client.get(f"/api/v1/tickets/{ticket.pk}/history").json()["data"]
    changes = {row["field"]: row["new"] for row in history[0]["changes"]}
    assert changes["escalated_to_id"] == str(mia.pk)
