"""What customers are promised, and what stops, pauses and changes it."""

from datetime import timedelta

import pytest

from crm.support.models import SlaCalendar, SlaPolicy
from crm.support.operations import change_ticket, reopen_ticket, resolve_ticket
from crm.support.tests.conftest import PROMISES, at, hours
from crm.support.tests.factories import TicketFactory

pytestmark = pytest.mark.django_db


def move(ticket, status, now, by):
    return change_ticket(ticket, {"status": status, "resolution": "Done"}, by=by, now=at(now))


@pytest.mark.parametrize(
    ("priority", "answer", "solution"),
    [
        ("urgent", "02 10:00", "02 17:00"),
        ("high", "02 13:00", "04 17:00"),
        ("medium", "02 17:00", "06 17:00"),
        ("low", "03 17:00", "13 17:00"),
    ],
)
def test_a_new_ticket_is_promised_what_its_priority_gets(priority, answer, solution, make):
    ticket = make(priority=priority)
    ticket.refresh_from_db()
    assert ticket.first_response_due == at(answer)
    assert ticket.resolution_due == at(solution)
    assert ticket.sla_policy.priority == priority
    assert (ticket.sla_breached, ticket.first_responded_at) == (False, None)


def test_the_night_and_the_weekend_do_not_count(make):
    ticket = make("06 16:30", priority="urgent")  # a Friday
    assert ticket.first_response_due == at("09 09:30")
    assert make("07 12:00", priority="urgent").first_response_due == at("09 10:00")


def test_a_priority_without_an_active_promise_has_none(make, policies, sam):
    SlaPolicy.objects.filter(priority="low").update(active=False)
    ticket = make(priority="low")
    assert (ticket.first_response_due, ticket.resolution_due, ticket.sla_policy) == (None,) * 3
    change_ticket(ticket, {"priority": "urgent"}, by=sam, now=at("02 10:00"))
    assert ticket.first_response_due == at("02 11:00")
    change_ticket(ticket, {"priority": "low"}, by=sam, now=at("02 10:30"))
    assert (ticket.first_response_due, ticket.resolution_due, ticket.sla_policy) == (None,) * 3


def test_waiting_for_the_customer_stops_the_clock_of_the_solution(make, sam):
    ticket = make(priority="urgent")
    move(ticket, "pending", "02 11:00", sam)
    assert ticket.resolution_due is None
    assert ticket.resolution_used == 2 * 3600
    assert ticket.first_response_due == at("02 10:00")  # that one is still ours to give
    move(ticket, "in_progress", "04 12:00", sam)
    assert ticket.resolution_due == at("05 10:00")  # six of eight hours are left
    move(ticket, "pending", "04 16:00", sam)
    move(ticket, "open", "04 20:00", sam)  # after hours costs nothing
    assert ticket.resolution_due == at("05 11:00")  # from four to five it stood still


def test_moving_between_our_own_states_changes_no_promise(make, sam):
    ticket = make(priority="high")
    due = ticket.resolution_due, ticket.first_response_due
    for status, now in (
        ("in_progress", "02 10:00"),
        ("open", "02 11:11"),
        ("in_progress", "03 09:00"),
    ):
        move(ticket, status, now, sam)
        assert (ticket.resolution_due, ticket.first_response_due) == due


def test_a_solution_stops_all_clocks_and_reopening_goes_on(make, sam):
    ticket = make(priority="urgent")
    resolve_ticket(ticket, "New lamp", by=sam, now=at("02 09:30"))
    assert ticket.first_responded_at == at("02 09:30")
    assert ticket.resolution_due == at("02 17:00")  # what was promised, and kept
    assert (ticket.resolution_since, ticket.response_since) == (None, None)
    reopen_ticket(ticket, by=sam, now=at("03 09:00"))
    assert ticket.resolution_due == at("03 16:30")
    assert ticket.first_responded_at == at("02 09:30")


def test_solved_while_waiting_shows_when_it_would_have_been_due(make, sam):
    ticket = make(priority="urgent")
    move(ticket, "pending", "02 11:00", sam)
    move(ticket, "resolved", "04 09:00", sam)
    assert ticket.resolution_due == at("04 15:00")


def test_another_priority_counts_the_time_already_used(make, sam):
    ticket = make(priority="medium")
    change_ticket(ticket, {"priority": "urgent"}, by=sam, now=at("02 09:40"))
    assert ticket.first_response_due == at("02 10:00")
    assert ticket.resolution_due == at("02 17:00")
    change_ticket(ticket, {"priority": "low"}, by=sam, now=at("02 16:40"))
    assert ticket.first_response_due == at("03 17:00")
    assert ticket.resolution_due == at("13 17:00")


def test_what_is_used_up_under_the_new_priority_is_due_at_once(make, sam):
    ticket = make(priority="low")
    change_ticket(ticket, {"priority": "urgent"}, by=sam, now=at("03 12:00"))  # 11 hours later
    assert ticket.first_response_due == ticket.resolution_due == at("03 12:00")


def test_time_used_in_one_calendar_is_taken_along_into_another(make, policies, sam):
    week = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    always = SlaCalendar.objects.create(name="Always", hours=week)
    SlaPolicy.objects.filter(priority="urgent").update(calendar=always)
    ticket = make("06 16:00", priority="medium")  # a Friday; by Monday 10:00 two hours are used
    change_ticket(ticket, {"priority": "urgent"}, by=sam, now=at("09 10:00"))
    assert ticket.resolution_due == at("09 16:00")


def test_a_change_of_priority_while_waiting_waits_too(make, sam):
    ticket = make(priority="medium")
    move(ticket, "pending", "02 11:00", sam)
    change_ticket(ticket, {"priority": "urgent"}, by=sam, now=at("03 11:00"))
    assert ticket.resolution_due is None
    move(ticket, "in_progress", "04 09:00", sam)
    assert ticket.resolution_due == at("04 15:00")


def test_pauses_to_the_second_are_added_back(make, sam):
    ticket = make(priority="high")
    now = at("02 09:00")
    for _ in range(7):
        change_ticket(ticket, {"status": "pending"}, by=sam, now=now + timedelta(seconds=1234))
        now += timedelta(seconds=2000)
        change_ticket(ticket, {"status": "in_progress"}, by=sam, now=now)
    paused = 7 * timedelta(seconds=2000 - 1234)
    assert ticket.resolution_due == at("05 09:00") + paused
    assert ticket.resolution_used == 7 * 1234


def test_a_policy_that_changes_holds_from_the_next_start_of_the_clock(make, policies, sam):
    ticket = make(priority="urgent")
    SlaPolicy.objects.filter(priority="urgent").update(resolution_minutes=600)
    change_ticket(ticket, {"subject": "Darker"}, by=sam, now=at("02 10:00"))
    move(ticket, "in_progress", "02 10:00", sam)
    assert ticket.resolution_due == at("02 17:00")
    move(ticket, "pending", "02 11:00", sam)
    move(ticket, "in_progress", "02 12:00", sam)
    assert ticket.resolution_due == at("03 12:00")


def test_tickets_from_before_there_were_promises_still_move(sam):
    ticket = TicketFactory()
    for status in ("pending", "in_progress", "resolved", "open"):
        move(ticket, status, "02 10:00", sam)
    assert (ticket.resolution_due, ticket.first_response_due) == (None, None)


def test_another_owner_or_subject_costs_no_promise(make, sam, ann):
    ticket = make(priority="urgent")
    due = ticket.first_response_due, ticket.resolution_due
    change_ticket(ticket, {"assigned_to": ann, "subject": "Darker"}, by=sam)
    assert (ticket.first_response_due, ticket.resolution_due) == due
    assert hours(1) == timedelta(minutes=PROMISES["urgent"][0])
