"""Who asked to be erased doesn't come back, whichever door they come by."""

import pytest
from rest_framework.test import APIClient

from crm.core.erasure import ErasedPerson
from crm.messaging.models import Suppression
from crm.messaging.suppression import refusal, suppress
from crm.messaging.tests.factories import EmailFactory
from crm.people.models import Contact, Customer
from crm.people.tests.factories import ContactFactory, CustomerFactory
from crm.privacy.operations import erase_person
from crm.privacy.tests.conftest import EMAIL
from crm.sales.models import Lead
from crm.sales.tests.factories import LeadFactory
from crm.tests.entities import CASES
from crm.tests.refusals import nothing_stored
from crm.tests.world import refused

pytestmark = pytest.mark.django_db

PERSONS = [case for case in CASES if case.model.is_person]


@pytest.fixture
def erased(max):
    erase_person(EMAIL, by=max)


def told(answer):
    refused(answer, 400, "invalid")
    assert "asked to be erased" in answer.json()["errors"]["email"][0]


def test_persons_are_known():
    assert {case.model for case in PERSONS} == {Contact, Lead, Customer}


@pytest.mark.parametrize("case", PERSONS, ids=lambda case: case.name)
@pytest.mark.parametrize("address", [EMAIL, EMAIL.upper()])
def test_they_are_not_stored_again(case, address, erased, max, client_of):
    client = client_of(max)
    with nothing_stored():
        told(client.post(case.url, {**case.body, "email": address}))


@pytest.mark.parametrize("make", [ContactFactory, LeadFactory, CustomerFactory])
def test_nobody_gets_their_address(make, erased, max, client_of):
    record = make()
    path = f"/api/v1/{record._meta.model_name}s/{record.pk}"
    told(client_of(max).patch(path, {"email": EMAIL}))
    assert client_of(max).patch(path, {"notes": "Else"}).status_code == 200


def test_a_domain_is_blocked_in_letters_and_in_punycode(max, client_of):
    erase_person("asa@exämple.com", by=max)
    for address in ("asa@exämple.com", "asa@xn--exmple-cua.com"):
        body = {"first_name": "A", "last_name": "Q", "email": address}
        told(client_of(max).post("/api/v1/contacts", body))


def test_a_lead_of_theirs_becomes_no_contact(erased, max, client_of):
    lead = LeadFactory(email=EMAIL)
    told(client_of(max).post(f"/api/v1/leads/{lead.pk}/convert", {}))
    assert not Contact.objects.exists()


def test_a_stranger_is_not_told_who_was_erased(erased, settings):
    settings.WEB_FORM_ORIGINS = ["*"]
    body = {"first_name": "I", "last_name": "Q", "message": "Hi", "consent": True}
    known = APIClient().post("/api/v1/forms/lead", {**body, "email": EMAIL})
    other = APIClient().post("/api/v1/forms/lead", {**body, "email": "new@example.com"})
    assert (known.status_code, known.json()) == (other.status_code, other.json())
    assert list(Lead.objects.values_list("email", flat=True)) == ["new@example.com"]


def test_no_mail_goes_there_and_no_list_learns_the_address(erased):
    assert "asked to be erased" in refusal(EmailFactory.build(to_email=EMAIL))
    assert suppress(EMAIL, "bounced") is None
    assert not Suppression.objects.exists()


def test_an_administrator_lifts_the_block(erased, max, client, client_of):
    client.force_login(max)
    row = ErasedPerson.objects.get()
    assert client.get("/admin/crm/erasedperson/").status_code == 200
    assert client.get(f"/admin/crm/erasedperson/{row.pk}/change/").status_code == 200
    client.post(f"/admin/crm/erasedperson/{row.pk}/delete/", {"post": "yes"})
    case = next(case for case in PERSONS if case.model is Contact)
    assert client_of(max).post(case.url, {**case.body, "email": EMAIL}).status_code == 201


def test_the_block_outlives_a_new_key(erased, settings, max, client_of):
    client, case = client_of(max), PERSONS[0]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-that-is-long-enough-for-this"
    told(client.post(case.url, {**case.body, "email": EMAIL}))
    assert EMAIL not in str(ErasedPerson.objects.values())
