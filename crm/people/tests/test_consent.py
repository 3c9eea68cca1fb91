"""Who wants no mail, since when, and how we know."""

import pytest

from crm.core import records
from crm.people.models import Contact
from crm.people.tests.factories import ContactFactory

pytestmark = pytest.mark.django_db


def test_opting_out_is_kept_with_time_and_door_until_it_is_taken_back(max, client_of):
    contact, client = ContactFactory(), client_of(max)
    url = f"/api/v1/contacts/{contact.pk}"
    out = client.patch(url, {"email_opt_out": True}).json()["data"]
    assert out["opted_out_at"] is not None
    assert out["opted_out_source"] == "api"
    again = client.patch(url, {"email_opt_out": True, "title": "Head of lamps"}).json()["data"]
    assert again["opted_out_at"] == out["opted_out_at"]
    back = client.patch(url, {"email_opt_out": False}).json()["data"]
    assert (back["opted_out_at"], back["opted_out_source"]) == (None, "")


def test_whoever_never_wanted_mail_said_so_at_the_start():
    contact = Contact(first_name="Ida", last_name="Berg", email_opt_out=True)
    records.create(contact, by=None)
    assert contact.opted_out_at is not None
    assert contact.opted_out_source == "shell"


def test_nobody_writes_down_by_hand_when_it_was(max, client_of):
    contact = ContactFactory()
    answer = client_of(max).patch(
        f"/api/v1/contacts/{contact.pk}", {"opted_out_at": "2020-01-01T00:00:00Z"}
    )
    assert answer.status_code == 400
    assert "opted_out_at" in answer.json()["errors"]
