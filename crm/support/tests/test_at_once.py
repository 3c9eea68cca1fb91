"""What several colleagues and workers do to one ticket at the same moment."""

from functools import partial

import pytest
from django.db import connection

from crm.core.models import Event
from crm.support.models import Ticket, TicketComment
from crm.support.operations import add_comment, flag_breaches
from crm.support.tests.conftest import at
from crm.tests.threads import at_once, statuses, times

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL"),
]


def told(name):
    return Event.objects.filter(name=f"ticket.{name}").count()


def test_of_two_who_resolve_one_wins(make, sam, max, client_of):
    clients = {person.full_name: client_of(person) for person in (sam, max)}
    for turn in range(10):
        ticket = make()
        url = f"/api/v1/tickets/{ticket.pk}/resolve"
        answers = at_once(
            *(
                partial(client.post, url, {"resolution": name}, format="json")
                for name, client in clients.items()
            )
        )
        assert statuses(answers) == [200, 409]
        won = next(answer for answer in answers if answer.status_code == 200).json()["data"]
        ticket.refresh_from_db()
        assert (ticket.status, ticket.resolution) == ("resolved", won["resolution"])
        assert told("resolved") == turn + 1


def test_several_workers_note_each_breach_once(make, sam, mia):
    sam.team = mia.team
    sam.save()
    for _ in range(20):
        make(priority="urgent")
    flagged = times(4, partial(flag_breaches, now=at("02 10:30")))
    assert sum(flagged) == 20
    assert (told("sla_breached"), told("escalated")) == (20, 20)
    assert Ticket.objects.filter(sla_breached=True, escalated_to=mia).count() == 20


def test_of_several_answers_one_is_the_first(make, sam, max):
    ticket = make(priority="urgent")
    Ticket.objects.update(assigned_to=None)
    people = [sam, max] * 4
    now = at("02 09:30")
    at_once(
        *(partial(add_comment, Ticket.objects.get(), "Hello", by=who, now=now) for who in people)
    )
    ticket.refresh_from_db()
    assert TicketComment.objects.count() == told("commented") == len(people)
    assert (ticket.first_responded_at, ticket.response_used) == (now, 1800)
    assert told("updated") == 1
    assert ticket.assigned_to in (sam, max)


def test_a_breach_and_the_answer_that_comes_too_late_take_turns(make, sam):
    for turn in range(10):
        ticket = make(priority="urgent")
        now = at("02 10:30")
        at_once(
            partial(flag_breaches, now=now),
            partial(add_comment, ticket, "Sorry", by=sam, now=now),
        )
        ticket = Ticket.objects.get(pk=ticket.pk)
        assert (ticket.sla_breached, ticket.first_responded_at) == (True, now)
        assert told("sla_breached") == turn + 1
