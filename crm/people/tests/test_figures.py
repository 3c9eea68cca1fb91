"""What an account or a contact tells of what goes on with it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.activities.tests.factories import ActivityFactory, CallFactory, MeetingFactory, TaskFactory
from crm.people.tests.factories import AccountFactory, ContactFactory, CustomerFactory
from crm.sales.tests.factories import DealFactory
from crm.support.tests.factories import TicketFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
FIGURES = ("open_deals", "open_tickets", "next_activity_at", "last_activity_at")


def figures(client, record, name):
    data = client.get(f"/api/v1/{name}/{record.pk}").json()["data"]
    return tuple(data[figure] for figure in FIGURES)


def written(moment):
    return moment.isoformat().replace("+00:00", "Z")


def about(record, kind):
    return {"related_to_type": kind, "related_to_id": record.pk}


def test_an_account_counts_what_is_open_and_tells_the_next_and_the_last(max, client_of):
    account = AccountFactory()
    customer = CustomerFactory(account=account)
    contact = ContactFactory(account=account)
    DealFactory(account=account), DealFactory(account=account, stage="Closed Won")
    DealFactory()
    TicketFactory(customer=customer, contact=contact), TicketFactory(contact=contact)
    TicketFactory(customer=customer, status="closed"), TicketFactory()
    soon, later = NOW + timedelta(days=1), NOW + timedelta(days=2)
    TaskFactory(due_date=later, **about(account, "account"))
    CallFactory(start_time=soon, status="scheduled", **about(account, "account"))
    TaskFactory(due_date=soon - timedelta(hours=1), status="completed", **about(account, "account"))
    ActivityFactory(created_at=NOW - timedelta(days=3), **about(account, "account"))
    ended = NOW - timedelta(days=1)
    CallFactory(start_time=ended, status="completed", **about(account, "account"))
    assert figures(client_of(max), account, "accounts") == (1, 2, written(soon), written(ended))


def test_a_contact_counts_its_own(max, client_of):
    contact = ContactFactory()
    DealFactory(contact=contact), DealFactory()
    soon = NOW + timedelta(days=1)
    MeetingFactory(contact=contact, start_time=soon, end_time=soon + timedelta(hours=1))
    assert figures(client_of(max), contact, "contacts") == (1, 0, written(soon), None)


def test_only_what_the_reader_sees_is_counted(ann, zoe, sam, client_of):
    account = AccountFactory()
    DealFactory(account=account, assigned_to=ann), DealFactory(account=account, assigned_to=zoe)
    assert figures(client_of(ann), account, "accounts")[0] == 1
    assert figures(client_of(sam), account, "accounts")[0] is None


def test_figures_come_by_name_with_one_record_and_are_no_fields_of_a_body(max, client_of):
    account, client = AccountFactory(), client_of(max)
    url = f"/api/v1/accounts/{account.pk}"
    asked = client.get(f"{url}?fields=open_deals").json()["data"]
    assert asked == {"id": str(account.pk), "open_deals": 0}
    assert "open_deals" not in client.get("/api/v1/accounts").json()["data"][0]
    whole = client.get(url).json()["data"]
    assert client.put(url, whole).status_code == 200
    made = client.post("/api/v1/accounts", {"account_name": "Nordlicht", "open_deals": 3})
    assert made.status_code == 400
    assert made.json()["errors"] == {"open_deals": ["This field is read-only."]}
