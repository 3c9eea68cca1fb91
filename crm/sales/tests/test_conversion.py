"""A lead becomes a contact, an account and a deal, once."""

import pytest

from accounts.backends import RoleBackend
from crm.activities.tests.factories import (
    ActivityFactory,
    CallFactory,
    MeetingFactory,
    TaskFactory,
)
from crm.core.models import Event
from crm.documents.tests.factories import DocumentFactory
from crm.messaging.tests.factories import EmailFactory
from crm.people.models import Account, Contact
from crm.sales.models import Deal
from crm.sales.tests.conftest import IDA, convert, preview
from crm.sales.tests.factories import LeadFactory
from crm.tests.refusals import nothing_stored
from crm.tests.world import refused

pytestmark = pytest.mark.django_db

MOVED = (ActivityFactory, CallFactory, DocumentFactory, EmailFactory, MeetingFactory, TaskFactory)


def test_everything_is_made_where_nothing_is_there(ann, client_of):
    lead, client = LeadFactory(**IDA, assigned_to=ann), client_of(ann)

    response = convert(client, lead, {"create_deal": True, "amount": "1200.50"})

    assert response.status_code == 200, response.content
    data = response.json()["data"]
    assert set(data) == {"lead", "contact", "account", "deal", "already_converted"}
    account, contact, deal = Account.objects.get(), Contact.objects.get(), Deal.objects.get()
    assert (account.account_name, account.billing_city, account.domain) == (
        "Nordlicht Optik",
        "Kiel",
        "",
    )
    assert account.account_number == "ACC-00001"
    assert (contact.email, contact.title, contact.account) == (IDA["email"], IDA["title"], account)
    assert contact.source == "other"
    assert (deal.deal_name, str(deal.amount), deal.lead_source) == (
        "Nordlicht Optik",
        "1200.50",
        "cold_call",
    )
    assert (deal.account, deal.contact) == (account, contact)
    assert {account.assigned_to, contact.assigned_to, deal.assigned_to} == {ann}
    lead.refresh_from_db()
    assert lead.status == "converted"
    assert lead.converted_date is not None
    assert (lead.converted_account, lead.converted_contact, lead.converted_deal) == (
        account,
        contact,
        deal,
    )
    assert data["lead"]["converted_contact_id"] == data["contact"]["id"] == str(contact.pk)
    assert data["already_converted"] is False
    told = {"lead.converted"} | {f"{k}.lead_converted" for k in ("account", "contact", "deal")}
    assert told <= set(Event.objects.values_list("name", flat=True))
    for kind, record in (("contacts", contact), ("accounts", account), ("deals", deal)):
        rows = client.get(f"/api/v1/{kind}/{record.pk}/timeline").json()["data"]
        assert f"{record._meta.model_name}.lead_converted" in {row["title"] for row in rows}


def test_again_gives_the_first_result(ann, client_of):
    lead, client = LeadFactory(**IDA, assigned_to=ann), client_of(ann)
    first = convert(client, lead, {"create_deal": True}).json()["data"]
    with nothing_stored():
        again = convert(client, lead, {"create_deal": True, "deal_name": "Another"})
    assert again.status_code == 200
    assert again.json()["data"] == {**first, "already_converted": True}
    assert preview(client, lead)["already_converted"] is True


def test_a_preview_writes_nothing(ann, client_of):
    lead = LeadFactory(**IDA, assigned_to=ann)
    TaskFactory.create_batch(2, related_to_type="lead", related_to_id=lead.pk)
    client = client_of(ann)
    with nothing_stored():
        told = preview(client, lead)
    assert told["account"]["action"] == told["contact"]["action"] == "made"
    assert told["account"]["values"]["account_name"] == "Nordlicht Optik"
    assert told["moves"] == {"task": 2}


def test_what_hangs_on_the_lead_moves_to_the_contact(ann, client_of):
    lead, other = LeadFactory(**IDA, assigned_to=ann), LeadFactory()
    about = {"related_to_type": "lead", "related_to_id": lead.pk}
    rows = [make(**about) for make in MOVED]
    kept = TaskFactory(related_to_type="lead", related_to_id=other.pk)

    convert(client_of(ann), lead)

    contact = Contact.objects.get()
    for row in rows:
        row.refresh_from_db()
        assert (row.related_to_type, row.related_to_id) == ("contact", contact.pk)
        assert row.revision == 2
        event = Event.objects.get(record_id=row.pk)
        assert event.data["changes"]["related_to_type"] == ["lead", "contact"]
    assert rows[4].contact == contact
    kept.refresh_from_db()
    assert kept.related_to_id == other.pk


def test_the_new_records_go_to_the_leads_owner(mia, ann, client_of):
    lead = LeadFactory(**IDA, assigned_to=ann)
    convert(client_of(mia), lead)
    assert Contact.objects.get().assigned_to == ann
    assert Contact.objects.get().created_by == mia


def test_the_staff_site_converts_too(max, client):
    lead, lost = LeadFactory(**IDA), LeadFactory(status="unqualified")
    client.force_login(max, backend="accounts.backends.RoleBackend")
    body = {"action": "convert_selected", "_selected_action": [str(lead.pk), str(lost.pk)]}
    response = client.post("/admin/crm/lead/", body, follow=True)
    assert b"Converted: 1." in response.content
    assert b"Not done" in response.content
    lead.refresh_from_db()
    lost.refresh_from_db()
    assert (lead.status, lost.status) == ("converted", "unqualified")


# -- refusals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"account_id": "01900000-0000-7000-8000-000000000000"}, "account_id"),
        ({"contact_id": 5}, "contact_id"),
        ({"create_deal": True, "amount": -1}, "amount"),
        ({"create_deal": True, "stage": "Nowhere"}, "stage"),
        ({"create_deal": "perhaps"}, "create_deal"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_wish_leaves_no_trace(body, field, ann, client_of):
    lead, client = LeadFactory(**IDA, assigned_to=ann), client_of(ann)
    with nothing_stored():
        response = convert(client, lead, body)
    refused(response, 400, "invalid")
    assert list(response.json()["errors"]) == [field]


def test_an_unqualified_lead_is_reopened_first(ann, client_of):
    lead, client = LeadFactory(**IDA, assigned_to=ann, status="unqualified"), client_of(ann)
    with nothing_stored():
        response = convert(client, lead)
    refused(response, 409, "conflict")
    assert "contacted" in response.json()["message"]


def test_who_may_not_change_the_lead_may_not_convert_it(ann, zoe, sam, client_of):
    theirs, free = LeadFactory(assigned_to=zoe), LeadFactory()
    callers = {name: client_of(person) for name, person in {"ann": ann, "sam": sam}.items()}
    with nothing_stored():
        refused(convert(callers["ann"], theirs), 404, "not_found")
        refused(convert(callers["ann"], free), 403, "permission_denied")
        refused(convert(callers["sam"], theirs), 403, "permission_denied")
        response = callers["ann"].get(f"/api/v1/leads/{free.pk}/convert")
        refused(response, 403, "permission_denied")


def test_the_right_to_add_what_is_made_is_needed(ann, client_of, monkeypatch):
    held = RoleBackend.get_all_permissions

    def all_but_accounts(self, user, obj=None):
        return held(self, user, obj) - {"crm.add_account"}

    monkeypatch.setattr(RoleBackend, "get_all_permissions", all_but_accounts)
    lead, client = LeadFactory(**IDA, assigned_to=ann), client_of(ann)
    with nothing_stored():
        response = convert(client, lead)
    refused(response, 403, "permission_denied")
    assert "crm.add_account" in response.json()["message"]
