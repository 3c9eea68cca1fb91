"""What is said on tickets, who reads it, and what follows from it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.core.errors import Conflict
from crm.core.models import Event
from crm.support.models import Ticket, TicketComment
from crm.support.operations import (
    add_comment,
    change_ticket,
    edit_comment,
    remove_comment,
    resolve_ticket,
    take_customer_reply,
)
from crm.support.tests.conftest import at
from crm.support.tests.factories import TicketFactory
from crm.tests.world import stored

pytestmark = pytest.mark.django_db


def names(ticket):
    events = Event.objects.filter(record_id=ticket.pk).exclude(name="ticket.updated")
    return list(events.order_by("id").values_list("name", flat=True))


def unassigned(ticket):
    Ticket.objects.filter(pk=ticket.pk).update(assigned_to=None)
    ticket.refresh_from_db()
    return ticket


def test_the_first_public_answer_stops_the_first_clock(make, sam, max):
    ticket = make(priority="urgent")
    add_comment(ticket, "Known fault, ask Zoe.", by=sam, internal=True, now=at("02 09:10"))
    ticket.refresh_from_db()
    assert (ticket.first_responded_at, ticket.response_since) == (None, at("02 09:00"))
    add_comment(ticket, "We look into it.", by=sam, now=at("02 09:20"))
    ticket.refresh_from_db()
    assert ticket.first_responded_at == at("02 09:20")
    assert (ticket.response_since, ticket.response_used) == (None, 20 * 60)
    assert (ticket.status, ticket.sla_breached) == ("open", False)
    due = ticket.resolution_due
    add_comment(ticket, "Still looking.", by=max, now=at("02 12:20"))
    ticket.refresh_from_db()
    assert (ticket.first_responded_at, ticket.resolution_due) == (at("02 09:20"), due)
    assert names(ticket) == [
        "ticket.created", "ticket.note_added", "ticket.commented", "ticket.commented"
    ]  # fmt: skip


def test_what_the_customer_says_is_no_answer_of_ours(make, sam):
    ticket = make(priority="urgent")
    comment = take_customer_reply(ticket, "Hello?", by=sam, now=at("02 09:20"))
    assert (comment.author, comment.from_customer, comment.internal) == (None, True, False)
    assert (ticket.first_responded_at, ticket.status) == (None, "open")


def test_who_answers_a_free_ticket_takes_it(make, sam, max, ann):
    ticket = unassigned(make())
    add_comment(ticket, "Mine soon?", by=max, internal=True, now=at("02 10:00"))
    assert Ticket.objects.get(pk=ticket.pk).assigned_to is None
    add_comment(ticket, "I look into it.", by=max, now=at("02 10:00"))
    ticket.refresh_from_db()
    assert ticket.assigned_to == max
    add_comment(ticket, "Me too.", by=sam, now=at("02 10:00"))
    ticket.refresh_from_db()
    assert ticket.assigned_to == max


def test_who_may_not_take_tickets_answers_without_taking(make, ann):
    ticket = unassigned(make(by=ann))
    add_comment(ticket, "I ask our support.", by=ann, now=at("02 10:00"))
    ticket.refresh_from_db()
    assert (ticket.assigned_to, ticket.first_responded_at) == (None, at("02 10:00"))


def test_a_reply_resumes_a_ticket_that_waited_for_it(make, sam):
    ticket = make(priority="urgent")
    change_ticket(ticket, {"status": "pending"}, by=sam, now=at("02 11:00"))
    add_comment(ticket, "Do you still have it?", by=sam, now=at("02 11:05"))
    assert Ticket.objects.get(pk=ticket.pk).status == "pending"
    take_customer_reply(ticket, "Yes", now=at("03 11:00"))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution_due) == ("in_progress", at("03 17:00"))
    assert names(ticket)[-2:] == ["ticket.status_changed", "ticket.customer_replied"]


def test_a_reply_within_a_week_reopens_what_was_solved(make, sam):
    ticket = make()
    resolve_ticket(ticket, "New lamp", by=sam, now=at("02 12:00"))
    take_customer_reply(ticket, "Dark again", now=at("09 12:00"))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolved_date) == ("open", None)
    assert ticket.resolution_due is not None
    assert names(ticket)[-2:] == ["ticket.reopened", "ticket.customer_replied"]


@pytest.mark.parametrize(("status", "now"), [("resolved", "09 12:01"), ("closed", "02 12:01")])
def test_a_reply_that_comes_too_late_asks_for_a_new_ticket(status, now, make, sam):
    ticket = make()
    values = {"status": status, "resolution": "New lamp"}
    change_ticket(ticket, values, by=sam, now=at("02 12:00"))
    rows, told = stored(ticket), names(ticket)
    with pytest.raises(Conflict, match="new one"):
        take_customer_reply(ticket, "Dark again", now=at(now))
    assert stored(ticket) == rows
    assert names(ticket) == told
    assert not ticket.comments.exists()


def test_only_authors_change_and_take_back_their_words(make, sam, max):
    ticket = make()
    comment = add_comment(ticket, "Hallo", by=sam)
    reply = take_customer_reply(ticket, "Hello?", by=sam)
    system = TicketComment.objects.create(ticket=ticket, body="Merged", internal=True)
    for theirs, person in ((comment, max), (reply, sam), (system, max), (comment, None)):
        with pytest.raises(PermissionDenied):
            edit_comment(theirs, "Changed", by=person)
        with pytest.raises(PermissionDenied):
            remove_comment(theirs, by=person)
    assert set(ticket.comments.values_list("body", flat=True)) == {"Hallo", "Hello?", "Merged"}
    assert edit_comment(comment, "Hallo", by=sam).edited_at is None
    edit_comment(comment, "Hello", by=sam, now=at("02 13:00"))
    comment.refresh_from_db()
    assert (comment.body, comment.edited_at) == ("Hello", at("02 13:00"))
    with pytest.raises(ValidationError):
        edit_comment(comment, " ", by=sam)
    remove_comment(comment, by=sam)
    assert not TicketComment.objects.filter(pk=comment.pk).exists()
    assert names(ticket)[-2:] == ["ticket.comment_edited", "ticket.comment_removed"]


@pytest.mark.parametrize("body", ["", "  \n ", "a\x00b", "x" * 65_537])
def test_words_that_are_none(body, make, sam):
    ticket = make()
    rows = stored(ticket)
    for say in (add_comment, take_customer_reply):
        with pytest.raises(ValidationError) as refusal:
            say(ticket, body, by=sam)
        assert set(refusal.value.message_dict) == {"body"}
    assert stored(ticket) == rows
    assert not ticket.comments.exists()


# -- over REST -----------------------------------------------------------------------------


def url(ticket, *parts):
    return "/".join(("/api/v1/tickets", str(ticket.pk), "comments", *map(str, parts)))


def test_saying_reading_changing_and_taking_back(client_of, sam):
    ticket, client = TicketFactory(assigned_to=sam), client_of(sam)
    html = "<script>alert(1)</script> <b>Hi</b>"
    answer = client.post(url(ticket), {"body": html}, format="json")
    assert answer.status_code == 201, answer.content
    said = answer.json()["data"]
    assert said == {
        "id": said["id"],
        "body": html,
        "internal": False,
        "from_customer": False,
        "author": {"id": str(sam.pk), "full_name": "Sam", "email": "sam@example.com"},
        "created_at": said["created_at"],
        "edited_at": None,
    }
    client.post(url(ticket), {"body": "Ask Zoe", "internal": True}, format="json")
    client.post(url(ticket), {"body": "Thanks", "from_customer": True}, format="json")
    answer = client.get(url(ticket)).json()
    assert [row["body"] for row in answer["data"]] == [html, "Ask Zoe", "Thanks"]
    assert answer["pagination"] == {"total": 3, "page": 1, "pages": 1, "limit": 10}
    answer = client.get(f"{url(ticket)}?limit=1&page=2&sort=-created_at").json()
    assert [row["body"] for row in answer["data"]] == ["Ask Zoe"]
    answer = client.patch(url(ticket, said["id"]), {"body": "Hi"}, format="json")
    assert (answer.status_code, answer.json()["data"]["body"]) == (200, "Hi")
    answer = client.delete(url(ticket, said["id"]))
    assert (answer.status_code, answer.json()["success"]) == (200, True)
    assert client.delete(url(ticket, said["id"])).status_code == 404
    story = client.get(f"/api/v1/tickets/{ticket.pk}/timeline").json()["data"]
    assert [row["title"] for row in story] == [
        "ticket.comment_removed", "ticket.comment_edited", "ticket.customer_replied",
        "ticket.note_added", "ticket.commented",
    ]  # fmt: skip
    assert story[-1]["user"]["full_name"] == "Sam"


def test_bad_bodies_and_parameters(client_of, sam):
    ticket, client = TicketFactory(assigned_to=sam), client_of(sam)
    for body, field in (
        ({}, "body"),
        ({"body": ""}, "body"),
        ({"body": 5}, "body"),
        ({"body": "x", "internal": "perhaps"}, "internal"),
        ({"body": "x", "internal": True, "from_customer": True}, "internal"),
        ({"body": "x", "author": str(sam.pk)}, "author"),
        ([], "body"),
    ):
        answer = client.post(url(ticket), body, format="json")
        assert (answer.status_code, set(answer.json()["errors"])) == (400, {field}), body
    for query in ("limit=0", "page=x", "sort=body", "search=x"):
        assert client.get(f"{url(ticket)}?{query}").status_code == 400, query
    assert not ticket.comments.exists()
    for missing in ("nonsense", ticket.pk):
        assert client.patch(url(ticket, missing), {"body": "x"}, format="json").status_code == 404


def test_notes_are_for_those_who_work_on_the_ticket(client_of, ann, sam, mia):
    theirs, own = TicketFactory(assigned_to=sam), TicketFactory(assigned_to=ann)
    for ticket in (theirs, own):
        add_comment(ticket, "To the customer", by=sam)
        note = add_comment(ticket, "To us", by=sam, internal=True)
    client = client_of(ann)

    def read(client, ticket):
        answer = client.get(url(ticket)).json()
        assert answer["pagination"]["total"] == len(answer["data"])
        return [row["body"] for row in answer["data"]]

    assert read(client, theirs) == ["To the customer"]
    assert read(client, own) == ["To the customer", "To us"]
    assert read(client_of(mia), theirs) == ["To the customer", "To us"]
    answer = client.post(url(theirs), {"body": "Me too"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert client.post(url(own), {"body": "Me too"}, format="json").status_code == 201
    answer = client.patch(url(own, note.pk), {"body": "Changed"}, format="json")
    assert answer.status_code == 403
    assert client.delete(url(own, note.pk)).status_code == 403
    # a comment is found below its own ticket only
    assert client.delete(url(theirs, note.pk)).status_code == 403
    assert client_of(sam).delete(url(theirs, note.pk)).status_code == 404
    assert TicketComment.objects.get(pk=note.pk).body == "To us"
    assert theirs.comments.count() == 2


def test_nobody_signed_in_reads_nothing(client):
    assert client.get(url(TicketFactory())).status_code == 401


def test_the_list_costs_the_same_whatever_its_length(client_of, sam, django_assert_max_num_queries):
    ticket, client = TicketFactory(assigned_to=sam), client_of(sam)
    for number in range(30):
        add_comment(ticket, f"Answer {number}", by=sam)
    with django_assert_max_num_queries(6):
        assert len(client.get(f"{url(ticket)}?limit=100").json()["data"]) == 30
