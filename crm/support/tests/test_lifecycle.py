"""How tickets move: which ways there are, what each move needs and what it writes down."""

import pytest
from django.core.exceptions import ValidationError

from crm.core.context import acting
from crm.core.errors import Conflict, StaleRevision
from crm.core.models import Event
from crm.support.models import Ticket
from crm.support.operations import change_ticket, reopen_ticket, resolve_ticket
from crm.support.tests.conftest import at
from crm.support.tests.factories import TicketFactory
from crm.tests.world import stored

pytestmark = pytest.mark.django_db
STATUSES = Ticket.Status.values
WAYS = {
    "open": {"in_progress", "pending", "resolved", "closed"},
    "in_progress": {"open", "pending", "resolved", "closed"},
    "pending": {"open", "in_progress", "resolved", "closed"},
    "resolved": {"closed", "open", "in_progress"},
    "closed": {"open", "in_progress"},
}
NOON = at("02 12:00")


def in_status(status, **values):
    if status in ("resolved", "closed"):
        values |= {"resolution": "Changed the lamp", "resolved_date": at("02 10:00")}
    return TicketFactory(status=status, **values)


def names(ticket):
    return list(
        Event.objects.filter(record_id=ticket.pk).order_by("id").values_list("name", flat=True)
    )


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_the_ways_a_ticket_goes(before, after, sam):
    ticket = in_status(before)
    rows = stored(ticket)
    values = {"status": after, "resolution": "Changed the lamp"}
    if before == after:
        change_ticket(ticket, {"status": after}, by=sam, now=NOON)
        assert stored(ticket) == rows
    elif after in WAYS[before]:
        change_ticket(ticket, values, by=sam, now=NOON)
        ticket.refresh_from_db()
        assert ticket.status == after
        assert (ticket.resolved_date is not None) is (after in ("resolved", "closed"))
    else:
        with pytest.raises(Conflict) as refusal:
            change_ticket(ticket, values, by=sam, now=NOON)
        assert stored(ticket) == rows
        assert names(ticket) == []
        assert all(way in str(refusal.value) for way in WAYS[before])


@pytest.mark.parametrize("status", ["resolved", "closed"])
@pytest.mark.parametrize("resolution", ["", "  \n"])
def test_solving_needs_a_resolution(status, resolution, sam):
    ticket = in_status("open")
    rows = stored(ticket)
    with pytest.raises(ValidationError) as refusal:
        change_ticket(ticket, {"status": status, "resolution": resolution}, by=sam, now=NOON)
    assert set(refusal.value.message_dict) == {"resolution"}
    assert stored(ticket) == rows
    assert names(ticket) == []


def test_an_older_client_solves_without_saying_how(sam):
    with acting(door="api", foreign=True):
        ticket = change_ticket(in_status("open"), {"status": "resolved"}, by=sam, now=NOON)
    assert ticket.resolution == "not given"


def test_the_date_follows_the_status(sam):
    ticket = in_status("open")
    change_ticket(ticket, {"status": "resolved", "resolution": "New lamp"}, by=sam, now=NOON)
    assert ticket.resolved_date == NOON
    change_ticket(ticket, {"status": "closed"}, by=sam, now=at("03 12:00"))
    assert ticket.resolved_date == NOON
    change_ticket(ticket, {"status": "in_progress"}, by=sam, now=at("04 12:00"))
    assert ticket.resolved_date is None
    assert ticket.resolution == "New lamp"  # what was tried stays to be read
    assert names(ticket) == [
        *("ticket.updated", "ticket.resolved"),
        *("ticket.updated", "ticket.closed"),
        *("ticket.updated", "ticket.reopened"),
    ]


def test_the_date_can_be_said_but_not_contradict_the_status(sam):
    ticket = in_status("open")
    rows = stored(ticket)
    with pytest.raises(ValidationError) as refusal:
        change_ticket(ticket, {"resolved_date": NOON}, by=sam)
    assert set(refusal.value.message_dict) == {"resolved_date"}
    assert stored(ticket) == rows
    yesterday = at("01 15:00")
    values = {"status": "resolved", "resolution": "By phone", "resolved_date": yesterday}
    change_ticket(ticket, values, by=sam, now=NOON)
    assert ticket.resolved_date == yesterday
    for values in ({"resolved_date": None}, {"resolution": ""}):
        rows = stored(ticket)
        with pytest.raises(ValidationError) as refusal:
            change_ticket(ticket, values, by=sam)
        assert set(refusal.value.message_dict) == set(values)
        assert stored(ticket) == rows


def test_a_ticket_may_start_in_any_status(make):
    for status in STATUSES:
        ticket = make(status=status, resolution="Told how" if status[0] in "rc" else "")
        ticket.refresh_from_db()
        assert ticket.status == status
        settled = status in ("resolved", "closed")
        assert (ticket.resolved_date == ticket.created_at) is settled
        assert (ticket.first_responded_at is not None) is settled
    with pytest.raises(ValidationError):
        make(status="resolved")
    with pytest.raises(ValidationError):
        make(resolved_date=NOON)
    assert Ticket.objects.count() == len(STATUSES)


def test_resolving_and_reopening(sam):
    ticket = in_status("pending")
    resolve_ticket(ticket, "New lamp", by=sam, now=NOON)
    assert (ticket.status, ticket.resolution, ticket.resolved_date) == (
        "resolved", "New lamp", NOON
    )  # fmt: skip
    rows = stored(ticket)
    with pytest.raises(Conflict):
        resolve_ticket(ticket, "Another lamp", by=sam)
    assert stored(ticket) == rows
    reopen_ticket(ticket, by=sam)
    assert (ticket.status, ticket.resolved_date) == ("open", None)
    for status in ("open", "in_progress", "pending"):
        ticket = in_status(status)
        rows = stored(ticket)
        with pytest.raises(Conflict):
            reopen_ticket(ticket, by=sam)
        with pytest.raises(ValidationError):
            resolve_ticket(ticket, " ", by=sam)
        assert stored(ticket) == rows


def test_a_move_based_on_an_old_revision_is_refused(sam):
    ticket = in_status("open", revision=4)
    rows = stored(ticket)
    for move in (
        lambda: resolve_ticket(ticket, "New lamp", by=sam, if_revision=3),
        lambda: change_ticket(ticket, {"status": "pending"}, by=sam, if_revision=3),
    ):
        with pytest.raises(StaleRevision):
            move()
    assert stored(ticket) == rows
    resolve_ticket(ticket, "New lamp", by=sam, if_revision=4)
    assert ticket.status == "resolved"


# -- over REST -----------------------------------------------------------------------------


@pytest.fixture
def api(client_of, sam):
    return client_of(sam)


def url(ticket, *parts):
    return "/".join(("/api/v1/tickets", str(ticket.pk), *parts))


def test_the_whole_record_sent_back_with_another_status(api):
    ticket = in_status("resolved")
    body = api.get(url(ticket)).json()["data"]
    answer = api.put(url(ticket), {**body, "status": "open"}, format="json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["data"]["status"] == "open"
    assert answer.json()["data"]["resolved_date"] is None


def test_refusals_say_what_is_possible(api):
    ticket = in_status("closed")
    rows = stored(ticket)
    answer = api.patch(url(ticket), {"status": "pending"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "in_progress" in answer.json()["message"]
    answer = api.post(url(ticket, "resolve"), {"resolution": "x"}, format="json")
    assert answer.status_code == 409
    for field in ("first_response_due", "first_responded_at", "sla_breached", "escalated_at"):
        sent = True if field == "sla_breached" else "2026-03-02T09:00:00Z"
        answer = api.patch(url(ticket), {field: sent}, format="json")
        assert (answer.status_code, set(answer.json()["errors"])) == (400, {field})
    assert stored(ticket) == rows


def test_resolving_over_rest(api, sam):
    ticket = in_status("open", assigned_to=sam)
    for body in ({}, {"resolution": ""}, {"resolution": 7}, {"resolution": "x", "more": 1}):
        answer = api.post(url(ticket, "resolve"), body, format="json")
        assert answer.status_code == 400, body
    answer = api.post(url(ticket, "resolve"), {"resolution": "New lamp"}, format="json")
    assert answer.status_code == 200
    assert answer.json()["data"]["status"] == "resolved"
    answer = api.post(url(ticket, "reopen"))
    assert (answer.status_code, answer.json()["data"]["status"]) == (200, "open")
    assert api.post(url(ticket, "reopen")).status_code == 409


def test_who_may_not_change_a_ticket_may_not_move_it(client_of, ann, sam):
    ticket, own = in_status("open", assigned_to=sam), in_status("open", assigned_to=ann)
    rows, client = stored(ticket), client_of(ann)
    for verb, body in (("resolve", {"resolution": "x"}), ("reopen", {}), ("escalate", {})):
        answer = client.post(url(ticket, verb), body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert stored(ticket) == rows
    answer = client.post(url(own, "resolve"), {"resolution": "x"}, format="json")
    assert answer.status_code == 200


def test_filters(api, sam):
    late = {"first_response_due": at("02 10:00")}
    tickets = {
        "new": in_status("open"),
        "late": in_status("open", **late),
        "waits": in_status("pending", resolution_due=at("02 10:00")),
        "unsolved": in_status("in_progress", resolution_due=at("02 10:00"), sla_breached=True),
        "answered": in_status("open", first_responded_at=at("02 09:30"), **late),
        "solved": in_status("resolved", sla_breached=True, **late),
        "mine": in_status("closed", assigned_to=sam),
    }
    by_id = {str(ticket.pk): name for name, ticket in tickets.items()}
    everything = set(tickets)

    def found(query):
        answer = api.get(f"/api/v1/tickets?{query}")
        assert answer.status_code == 200, answer.content
        return {by_id[row["id"]] for row in answer.json()["data"]}

    for query, wanted in {
        "open=true": everything - {"solved", "mine"},
        "overdue=true": {"late", "unsolved"},
        "breached=true": {"unsolved", "solved"},
        "unassigned=true": everything - {"mine"},
    }.items():
        assert found(query) == wanted, query
        assert found(query.replace("true", "false")) == everything - wanted, query
    for name in ("open", "overdue", "breached"):
        assert api.get(f"/api/v1/tickets?{name}=perhaps").status_code == 400
