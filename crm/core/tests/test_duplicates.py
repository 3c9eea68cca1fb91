"""What is likely to be there already is told, to whom may see it."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.core.matching import company_domain, domain_of, name_key, phone_key
from crm.people.models import Account, Contact
from crm.people.tests.factories import AccountFactory, ContactFactory, CustomerFactory
from crm.sales.models import Lead
from crm.sales.tests.factories import LeadFactory
from crm.tests.refusals import nothing_stored
from crm.tests.threads import at_once, statuses
from crm.tests.world import refused

pytestmark = pytest.mark.django_db

IDA = {
    "first_name": "Ida",
    "last_name": "Berg",
    "email": "ida@nordlicht.example",
    "phone": "+49 (40) 123-4567",
}


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.Nordlicht.de/a?b", "nordlicht.de"),
        ("nordlicht.de:8080", "nordlicht.de"),
        ("ida@shop.nordlicht.de", "shop.nordlicht.de"),
        ("http://user:word@nordlicht.de/@x", "nordlicht.de"),
        ("ida@gmail.com", ""),
        ("https://facebook.com/nordlicht", ""),
        ("nordlicht.wixsite.com", ""),
        ("we have none", ""),
        ("localhost", ""),
        ("", ""),
    ],
)
def test_the_domain_of_a_company(address, domain):
    assert company_domain(address) == domain
    assert domain_of("x@gmail.com") == "gmail.com"


def test_numbers_and_names_are_compared_however_they_are_written():
    assert phone_key("+49 (40) 123-4567") == phone_key("040/1234567"[1:]) == "401234567"
    assert phone_key("110") == phone_key("") == ""
    assert name_key(" Ida", "BERG ") == name_key("ida  berg") == "ida berg"


def test_the_keys_follow_through_every_write(max, client_of):
    client = client_of(max)
    account = AccountFactory(website="a.example")
    client.patch(f"/api/v1/accounts/{account.pk}", {"website": "https://www.b.example"})
    account.refresh_from_db()
    assert account.domain == "b.example"
    Contact.objects.bulk_create([ContactFactory.build(mobile="0171 2345678")])
    assert Contact.objects.get().mobile_key == "712345678"


def test_a_new_lead_tells_whom_it_is_like(ann, zoe, client_of):
    twin = LeadFactory(**{**IDA, "first_name": "I."}, assigned_to=ann)
    contact = ContactFactory(mobile="0049401234567")
    namesake = LeadFactory(first_name="IDA", last_name="berg")
    LeadFactory(**IDA, assigned_to=zoe)  # out of Ann's sight
    LeadFactory(**IDA, assigned_to=ann, deleted_at=twin.created_at)

    response = client_of(ann).post("/api/v1/leads", IDA)

    assert response.status_code == 201
    found = response.json()["duplicates"]
    assert [(row["type"], row["id"], row["reasons"]) for row in found] == [
        ("lead", str(twin.pk), ["email", "phone"]),
        ("contact", str(contact.pk), ["phone"]),
        ("lead", str(namesake.pk), ["name"]),
    ]
    assert found[0]["label"] == "I. Berg"
    later = client_of(ann).get(f"/api/v1/leads/{response.json()['data']['id']}/duplicates")
    assert later.json()["data"] == found


@pytest.mark.parametrize(
    ("url", "make", "there", "body", "reasons"),
    [
        (
            "accounts",
            AccountFactory,
            {"website": "www.nordlicht.de"},
            {"account_name": "NL", "website": "https://nordlicht.de/"},
            ["domain"],
        ),
        (
            "accounts",
            AccountFactory,
            {"account_name": "Nordlicht", "phone": "040 1234567"},
            {"account_name": "NORDLICHT", "phone": "0401234567"},
            ["phone", "name"],
        ),
        (
            "contacts",
            ContactFactory,
            {"phone": "040 1234567"},
            {**IDA, "phone": "", "mobile": "040-123 45 67"},
            ["phone"],
        ),
        (
            "customers",
            CustomerFactory,
            {"name": "Nordlicht AG"},
            {"name": "nordlicht ag", "email": "a@nordlicht.example"},
            ["name"],
        ),
    ],
)
def test_each_kind_is_compared_by_what_tells_it(url, make, there, body, reasons, max, client_of):
    twin, client = make(**there), client_of(max)
    response = client.post(f"/api/v1/{url}", body)
    assert response.status_code == 201, response.content
    assert [(r["id"], r["reasons"]) for r in response.json()["duplicates"]] == [
        (str(twin.pk), reasons)
    ]


def test_at_most_five_are_told_the_likeliest_first(ann, client_of):
    LeadFactory.create_batch(7, first_name="Ida", last_name="Berg")
    twin = LeadFactory(**IDA)
    found = client_of(ann).post("/api/v1/leads", IDA).json()["duplicates"]
    assert len(found) == 5
    assert found[0]["id"] == str(twin.pk)


def test_who_wants_no_duplicate_gets_none(ann, client_of):
    twin, client = LeadFactory(**IDA), client_of(ann)
    with nothing_stored():
        response = client.post("/api/v1/leads?on_duplicate=reject", IDA)
        refused(client.post("/api/v1/leads?on_duplicate=merge", IDA), 400, "invalid")
    refused(response, 409, "conflict")
    assert str(twin.pk) in response.json()["message"]
    other = {"first_name": "Ole", "last_name": "Dahl", "email": "ole@example.com"}
    response = client.post("/api/v1/leads?on_duplicate=reject", other)
    assert (response.status_code, response.json()["duplicates"]) == (201, [])


def test_creating_costs_the_same_whatever_is_found(max, client_of):
    client = client_of(max)

    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert client.post("/api/v1/leads", IDA).status_code == 201
        return len(captured)

    first = cost()
    LeadFactory.create_batch(30, **IDA)
    ContactFactory.create_batch(30, first_name="Ida", last_name="Berg")
    assert cost() == first


def test_out_of_sight_is_out_of_reach(ann, zoe, client_of):
    theirs = LeadFactory(assigned_to=zoe)
    refused(client_of(ann).get(f"/api/v1/leads/{theirs.pk}/duplicates"), 404, "not_found")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="locks need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_of_twelve_alike_at_once_one_is_taken(max, client_of):
    clients = [client_of(max) for _ in range(12)]
    url = "/api/v1/accounts?on_duplicate=reject"
    body = {"account_name": "Nordlicht"}
    answers = at_once(*(partial(client.post, url, body) for client in clients))
    assert statuses(answers) == [201] + [409] * 11
    assert Account.objects.count() == 1
    assert not Lead.objects.exists()
