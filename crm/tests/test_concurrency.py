"""What several people do to the same records at the same moment."""

from functools import partial

import pytest
from django.db import connection

from crm.core.models import Event
from crm.core.numbering import next_number
from crm.people.models import Account, Contact
from crm.people.tests.factories import ContactFactory
from crm.support.models import Ticket
from crm.tests.threads import at_once, statuses, times

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL"),
]

CONTACT = {"first_name": "Ida", "last_name": "Berg", "email": "ida@example.com"}


def test_of_two_changes_to_what_was_read_one_wins(max, client_of):
    contact = ContactFactory(assigned_to=max)
    url, clients = f"/api/v1/contacts/{contact.pk}", [client_of(max), client_of(max)]
    for turn in range(20):
        etag = clients[0].get(url)["ETag"]
        changes = [
            partial(client.patch, url, {"title": f"{turn} by {name}"}, HTTP_IF_MATCH=etag)
            for name, client in enumerate(clients)
        ]

        answers = at_once(*changes)

        assert statuses(answers) == [200, 412]
        won = next(answer for answer in answers if answer.status_code == 200).json()["data"]
        contact.refresh_from_db()
        assert (contact.title, contact.revision) == (won["title"], won["revision"])
        assert contact.revision == turn + 2
    assert Event.objects.filter(record_id=contact.pk, name="contact.updated").count() == 20


def test_changes_to_different_fields_do_not_undo_each_other(max, client_of):
    contact = ContactFactory(assigned_to=max)
    url = f"/api/v1/contacts/{contact.pk}"
    fields = ["title", "department", "city", "country", "notes", "phone"]
    clients = {name: client_of(max) for name in fields}

    answers = at_once(
        *(partial(client.patch, url, {name: f"new {name}"}) for name, client in clients.items())
    )

    assert statuses(answers) == [200] * len(fields)
    contact.refresh_from_db()
    assert {name: getattr(contact, name) for name in fields} == {n: f"new {n}" for n in fields}
    assert contact.revision == 1 + len(fields)


def test_a_change_and_a_removal_take_turns(max, client_of):
    clients = client_of(max), client_of(max)
    for _ in range(10):
        contact = ContactFactory(assigned_to=max)
        url = f"/api/v1/contacts/{contact.pk}"
        change = partial(clients[0].patch, url, {"title": "new"})

        changed, removed = at_once(change, partial(clients[1].delete, url))

        assert removed.status_code == 200
        assert changed.status_code in (200, 404, 409)
        stored = Contact.all_objects.get(pk=contact.pk)
        assert stored.is_deleted
        assert (stored.title == "new") is (changed.status_code == 200)


@pytest.mark.parametrize(
    ("url", "body", "model", "field"),
    [
        (
            "/api/v1/tickets",
            {"subject": "Dark", "description": "No light"},
            Ticket,
            "ticket_number",
        ),
        ("/api/v1/accounts", {"account_name": "Nordlicht"}, Account, "account_number"),
    ],
)
def test_fifty_records_get_fifty_numbers(url, body, model, field, max, client_of):
    clients = [client_of(max) for _ in range(50)]

    answers = at_once(*(partial(client.post, url, body) for client in clients))

    assert statuses(answers) == [201] * 50
    numbers = set(model.objects.values_list(field, flat=True))
    assert {answer.json()["data"][field] for answer in answers} == numbers
    assert sorted(int(number.rpartition("-")[2]) for number in numbers) == list(range(1, 51))


def test_the_first_numbers_of_a_series_differ_too(db):
    numbers = times(12, partial(next_number, "sample", prefix="S"))
    assert sorted(numbers) == [f"S-{number:05}" for number in range(1, 13)]


def test_one_email_makes_one_contact(max, client_of):
    clients = [client_of(max) for _ in range(12)]

    answers = at_once(*(partial(client.post, "/api/v1/contacts", CONTACT) for client in clients))

    assert statuses(answers) == [201] + [409] * 11
    assert Contact.objects.count() == 1
    assert Event.objects.filter(name="contact.created").count() == 1
    refusals = [answer.json() for answer in answers if answer.status_code == 409]
    assert {refusal["code"] for refusal in refusals} == {"conflict"}


def test_two_removals_make_one(max, client_of):
    clients = [client_of(max) for _ in range(4)]
    contact = ContactFactory(assigned_to=max)

    answers = at_once(*(partial(c.delete, f"/api/v1/contacts/{contact.pk}") for c in clients))

    assert statuses(answers)[0] == 200
    assert set(statuses(answers)[1:]) <= {404, 409}
    assert Event.objects.filter(name="contact.deleted").count() == 1
    assert Contact.all_objects.get(pk=contact.pk).revision == 2
