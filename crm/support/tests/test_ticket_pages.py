"""Tickets as pages: the queue, the conversation, what is said by which side, and who reads it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Team
from crm.core.models import Event
from crm.core.once import new_token
from crm.people.tests.factories import CustomerFactory
from crm.support import operations, standing
from crm.support.models import Ticket, TicketComment
from crm.support.tests.factories import TicketFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def text_of(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def look(user, ticket):
    return text_of(browser(user).get(f"/tickets/{ticket.pk}/"))


def say(user, ticket, body, side="public", **more):
    fields = {"body": body, "side": side, "once": new_token(), **more}
    return browser(user).post(f"/tickets/{ticket.pk}/reply/", fields)


def said(ticket):
    rows = TicketComment.objects.filter(ticket=ticket).order_by("created_at", "id")
    return [(row.body, row.internal, row.from_customer) for row in rows]


# -- the conversation ----------------------------------------------------------------------


def test_each_side_says_something_and_it_is_shown_as_theirs(sam):
    ticket = TicketFactory(customer=CustomerFactory(name="Lamps Ltd"), assigned_to=sam)
    assert say(sam, ticket, "We look").status_code == 302
    say(sam, ticket, "Same as last week", "internal")
    say(sam, ticket, "Still dark", "customer")
    assert said(ticket) == [
        ("We look", False, False),
        ("Same as last week", True, False),
        ("Still dark", False, True),
    ]
    ticket.refresh_from_db()
    assert ticket.first_responded_at is not None
    page = look(sam, ticket)
    order = ["It does not work.", "We look", "Same as last week", "Still dark"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert page.count("said-internal") == 1
    assert page.count("Internal note</span>") == 1
    assert "Lamps Ltd" in page


def test_notes_are_for_those_who_work_on_the_ticket(sam, ann):
    ticket = TicketFactory()
    say(sam, ticket, "Our own fault", "internal")
    say(sam, ticket, "We look")
    page = look(ann, ticket)  # she sees every ticket and changes her own
    assert "We look" in page
    assert "Our own fault" not in page
    assert "/reply/" not in page
    assert say(ann, ticket, "Hello").status_code == 403
    assert len(said(ticket)) == 2


def test_the_same_reply_sent_twice_is_said_once(sam):
    ticket, once = TicketFactory(), new_token()
    for _ in range(2):
        assert say(sam, ticket, "We look", once=once).status_code == 302
    assert said(ticket) == [("We look", False, False)]
    forged = say(sam, ticket, "Once more", once="forged")
    assert forged.status_code == 302
    assert ("Once more", False, False) in said(ticket)


def test_what_cant_be_said_stays_in_the_form(sam):
    ticket = TicketFactory(status="closed", resolution="A new cable", resolved_date=timezone.now())
    page = text_of(say(sam, ticket, "It is dark again", "customer"))
    assert "This ticket is closed" in page
    assert "It is dark again</textarea>" in page
    assert 'value="customer" id="side-customer" checked' in page
    empty = text_of(say(sam, ticket, "   "))
    assert "Write something." in empty
    assert said(ticket) == []


def test_words_are_shown_as_text(sam):
    ticket = TicketFactory(description="<script>alert(1)</script>")
    say(sam, ticket, "<img src=x onerror=alert(2)>")
    page = look(sam, ticket)
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page


def test_reply_and_resolve_is_one_step_or_none(sam):
    ticket = TicketFactory()
    once = new_token()
    for _ in range(2):
        assert say(sam, ticket, "A new cable", resolve="yes", once=once).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution) == ("resolved", "A new cable")
    assert said(ticket) == [("A new cable", False, False)]
    refused = say(sam, ticket, "Another one", resolve="yes")
    assert "is resolved already" in text_of(refused)
    assert len(said(ticket)) == 1


def test_own_words_can_be_put_right_and_taken_back(sam, max):
    ticket = TicketFactory()
    say(sam, ticket, "We lok")
    comment = TicketComment.objects.get()
    address = f"/tickets/{ticket.pk}/comments/{comment.pk}/"
    assert address in look(sam, ticket)
    assert address not in look(max, ticket)
    assert "only its author" in text_of(browser(max).post(address, {"body": "No"}))
    browser(sam).post(address, {"body": "We look"})
    assert said(ticket) == [("We look", False, False)]
    browser(max).post(f"{address}delete/")
    assert len(said(ticket)) == 1
    browser(sam).post(f"{address}delete/")
    assert said(ticket) == []


# -- verbs ---------------------------------------------------------------------------------


def test_resolving_asks_what_solved_it_and_reopening_takes_it_back(sam):
    ticket, client = TicketFactory(), browser(sam)
    address = f"/tickets/{ticket.pk}/resolve/"
    assert "What solved the problem?" in text_of(client.get(address))
    assert "Say what solved the problem." in text_of(client.post(address, {}))
    assert Ticket.objects.get().status == "open"
    assert client.post(address, {"resolution": "A new cable"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution) == ("resolved", "A new cable")
    page = look(sam, ticket)
    assert "A new cable" in page
    assert address not in page
    client.post(f"/tickets/{ticket.pk}/reopen/")
    assert Ticket.objects.get().status == "open"


def test_escalating_tells_the_manager_with_the_reason(sam, mia, ann):
    ticket, client = TicketFactory(assigned_to=ann), browser(sam)
    client.post(f"/tickets/{ticket.pk}/escalate/", {"reason": "They are angry"})
    ticket.refresh_from_db()
    assert ticket.escalated_to == mia
    assert Event.objects.get(name="ticket.escalated").data["reason"] == "They are angry"
    assert "Escalated" in look(sam, ticket)


def test_where_nobody_manages_the_refusal_stands_in_the_form(sam):
    sam.team = Team.objects.create(name="Help")
    sam.save()
    ticket = TicketFactory(assigned_to=sam)
    page = text_of(browser(sam).post(f"/tickets/{ticket.pk}/escalate/", {"reason": "Angry"}))
    assert "nobody to escalate to" in page
    assert "Angry</textarea>" in page
    assert Ticket.objects.get().escalated_at is None


def test_a_ticket_of_nobody_can_be_taken(sam):
    ticket, client = TicketFactory(), browser(sam)
    assert f"/tickets/{ticket.pk}/take/" in look(sam, ticket)
    client.post(f"/tickets/{ticket.pk}/take/")
    assert Ticket.objects.get().assigned_to == sam
    assert f"/tickets/{ticket.pk}/take/" not in look(sam, ticket)


@pytest.mark.parametrize("verb", ["resolve", "escalate", "reopen", "take", "reply"])
def test_who_may_not_work_on_a_ticket_is_refused_as_by_the_api(verb, ann):
    ticket = TicketFactory()
    answer = browser(ann).post(f"/tickets/{ticket.pk}/{verb}/", {"body": "x", "resolution": "x"})
    assert answer.status_code == 403
    assert Ticket.objects.values_list("status", "assigned_to").get() == ("open", None)
    page = look(ann, ticket)
    assert f"/{verb}/" not in page


# -- the queue and its clocks --------------------------------------------------------------


def test_the_views_ask_the_questions_of_a_queue(sam, ann):
    now = timezone.now()
    rows = {
        "Late": {"resolution_due": now - timedelta(hours=1), "assigned_to": sam},
        "Soon": {"resolution_due": now + timedelta(hours=1), "assigned_to": ann},
        "Far": {"resolution_due": now + timedelta(days=9)},
        "Done": {"status": "resolved", "sla_breached": True},
    }
    for subject, values in rows.items():
        TicketFactory(subject=subject, **values)
    client = browser(sam)
    views = {view.label: view.link for view in client.get("/tickets/").context["views"]}
    found = {
        label: [line.title for line in client.get(f"/tickets/{link}").context["lines"]]
        for label, link in views.items()
    }
    assert found["Open"] == ["Late", "Soon", "Far"]
    assert found["Mine"] == ["Late"]
    assert found["Unassigned"] == ["Far"]
    assert found["Due within a day"] == ["Late", "Soon"]
    assert found["Overdue"] == ["Late"]
    assert found["Promise broken"] == ["Done"]
    page = text_of(client.get(f"/tickets/{views['Open']}"))
    assert [page.index(words) for words in ("1 hour late", "1 hour left", "1 week left")]
    assert page.count("tag-bad") >= 1


@pytest.mark.parametrize(
    ("values", "answer", "solution", "urgent"),
    [
        ({}, "running", "running", True),
        ({"first_response_due": 1}, "soon", "running", True),
        ({"first_response_due": -1}, "late", "running", True),
        ({"first_responded_at": 1}, "met", "running", False),
        ({"first_responded_at": 6}, "missed", "running", False),
        ({"first_response_due": None}, "none", "running", False),
        ({"status": "pending"}, "running", "paused", True),
        ({"status": "resolved", "resolved_date": 1, "first_responded_at": 1}, "met", "met", False),
        (
            {"status": "closed", "resolved_date": 50, "first_responded_at": 9},
            "missed",
            "missed",
            False,
        ),
    ],
)
def test_how_a_ticket_stands_with_its_promises(values, answer, solution, urgent):
    now = timezone.now()
    ticket = {
        "status": "open",
        "first_response_due": 5,
        "first_responded_at": None,
        "resolution_due": 40,
        "resolved_date": None,
        **values,
    }
    ticket = {
        name: now + timedelta(hours=value) if isinstance(value, int) else value
        for name, value in ticket.items()
    }
    assert standing.of_answer(ticket, now=now).state == answer
    assert standing.of_solution(ticket, now=now).state == solution
    assert standing.most_urgent(ticket, now=now).is_answer is urgent


def test_thirty_comments_and_tickets_cost_as_many_queries_as_one(sam):
    client, counts = browser(sam), []
    ticket = TicketFactory(customer=CustomerFactory(), assigned_to=sam)
    for number in (1, 29):
        TicketFactory.create_batch(number, assigned_to=sam)
        for words in range(number):
            operations.add_comment(ticket, f"Words {words}", by=sam)
        for address in ("/tickets/", f"/tickets/{ticket.pk}/"):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert all(count <= MOST_QUERIES for count in counts), counts


def test_a_long_conversation_opens_with_its_latest_words(sam):
    ticket = TicketFactory()
    start = timezone.now()
    TicketComment.objects.bulk_create(
        TicketComment(
            ticket=ticket,
            author=sam,
            body=f"w{number}.",
            created_at=start + timedelta(seconds=number),
        )
        for number in range(120)
    )
    page = look(sam, ticket)
    assert "w119." in page
    assert "w10." not in page
    everything = text_of(browser(sam).get(f"/tickets/{ticket.pk}/?comments=all"))
    assert "w10." in everything
