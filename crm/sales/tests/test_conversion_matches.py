"""Whom a converted lead turns out to be: accounts and contacts that are there already."""

import pytest

from crm.people.models import Account
from crm.people.tests.factories import AccountFactory, ContactFactory
from crm.sales.tests.conftest import IDA, convert, preview
from crm.sales.tests.factories import LeadFactory
from crm.tests.world import stored

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "account", "how"),
    [
        ({}, {"website": "https://www.nordlicht.example/en"}, "domain"),
        ({"website": "nordlicht.de"}, {"website": "http://NORDLICHT.de:80"}, "domain"),
        ({}, {"account_name": "NORDLICHT  optik"}, "name"),
        ({"company": ""}, {"website": "nordlicht.example"}, "domain"),
    ],
)
def test_the_account_that_is_there_is_found(values, account, how, ann, client_of):
    lead, client = LeadFactory(**{**IDA, **values}, assigned_to=ann), client_of(ann)
    account = AccountFactory(**account, assigned_to=ann)
    assert preview(client, lead)["account"]["by"] == how
    data = convert(client, lead).json()["data"]
    assert data["account"]["id"] == str(account.pk)
    assert data["contact"]["account_id"] == str(account.pk)
    assert Account.objects.count() == 1


def test_free_mail_is_no_company(ann, client_of):
    AccountFactory(website="https://gmail.com")
    lead = LeadFactory(**{**IDA, "email": "ida@gmail.com", "company": ""}, assigned_to=ann)
    data = convert(client_of(ann), lead).json()["data"]
    assert data["account"] is None
    assert data["contact"]["account_id"] is None
    assert Account.objects.count() == 1


def test_without_a_company_no_account_is_made(ann, client_of):
    lead = LeadFactory(**{**IDA, "company": "  "}, assigned_to=ann)
    assert preview(client_of(ann), lead)["account"]["action"] == "none"
    data = convert(client_of(ann), lead, {"create_deal": True}).json()["data"]
    assert data["account"] is None
    assert data["deal"]["deal_name"] == "Ida Berg"
    assert not Account.objects.exists()


def test_only_empty_fields_of_what_is_found_are_filled(ann, client_of):
    account = AccountFactory(
        account_name="Nordlicht Optik", industry="Glass", billing_country="Norway", assigned_to=ann
    )
    contact = ContactFactory(email=IDA["email"], title="Boss", assigned_to=ann)
    lead, client = LeadFactory(**IDA, assigned_to=ann), client_of(ann)
    told = preview(client, lead)
    assert told["account"]["values"] == {"employees": 40}
    assert told["contact"]["values"] == {
        "phone": IDA["phone"],
        "city": "Kiel",
        "country": "Germany",
    }

    convert(client, lead)

    account.refresh_from_db()
    contact.refresh_from_db()
    assert (account.industry, account.employees) == ("Glass", 40)
    assert (account.billing_country, account.billing_city) == ("Norway", "")
    assert (contact.first_name, contact.title) == ("Carla" + contact.first_name[5:], "Boss")
    assert (contact.phone, contact.city, contact.account) == (IDA["phone"], "Kiel", account)


def test_a_colleagues_records_are_linked_but_not_filled(ann, zoe, client_of):
    account = AccountFactory(account_name="Nordlicht Optik", assigned_to=zoe)
    contact = ContactFactory(email=IDA["email"], assigned_to=zoe)
    before = stored(account), stored(contact)
    lead = LeadFactory(**IDA, assigned_to=ann)
    data = convert(client_of(ann), lead).json()["data"]
    assert (data["account"]["id"], data["contact"]["id"]) == (str(account.pk), str(contact.pk))
    assert (stored(account), stored(contact)) == before


def test_a_known_persons_company_is_theirs(ann, client_of):
    account = AccountFactory(account_name="Nordlicht Holding")
    ContactFactory(email=IDA["email"], account=account)
    data = convert(client_of(ann), LeadFactory(**IDA, assigned_to=ann)).json()["data"]
    assert data["account"]["id"] == str(account.pk)


def test_chosen_records_come_first(ann, client_of):
    AccountFactory(account_name=IDA["company"])
    ContactFactory(email=IDA["email"])
    account, contact = AccountFactory(), ContactFactory()
    body = {"account_id": str(account.pk), "contact_id": str(contact.pk)}
    lead, client = LeadFactory(**IDA, assigned_to=ann), client_of(ann)
    query = f"?account_id={account.pk}&contact_id={contact.pk}"
    told = preview(client, lead, query)
    assert [told[side]["by"] for side in ("account", "contact")] == ["id", "id"]
    data = convert(client, lead, body).json()["data"]
    assert (data["account"]["id"], data["contact"]["id"]) == (str(account.pk), str(contact.pk))
