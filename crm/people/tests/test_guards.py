"""A company goes only when nothing with it is open."""

import pytest

from crm.commerce.tests.factories import InvoiceFactory
from crm.people.models import Account
from crm.people.tests.factories import AccountFactory, ContactFactory, CustomerFactory
from crm.sales.tests.factories import DealFactory
from crm.support.tests.factories import TicketFactory

pytestmark = pytest.mark.django_db


def open_deal(account):
    DealFactory(account=account, deal_name="Fifty lamps")
    return "1 open deal (Fifty lamps)"


def unpaid_invoice(account):
    InvoiceFactory(customer=CustomerFactory(account=account), status="sent")
    return "1 open invoice ("


def ticket_of_a_customer(account):
    TicketFactory(customer=CustomerFactory(account=account))
    return "1 open ticket ("


def ticket_of_a_contact(account):
    TicketFactory(contact=ContactFactory(account=account))
    return "1 open ticket ("


@pytest.mark.parametrize(
    "hang", [open_deal, unpaid_invoice, ticket_of_a_customer, ticket_of_a_contact]
)
def test_open_business_keeps_an_account(hang, max, client_of):
    account = AccountFactory()
    reason = hang(account)
    answer = client_of(max).delete(f"/api/v1/accounts/{account.pk}")
    assert answer.status_code == 409
    assert reason in answer.json()["message"]
    assert Account.objects.filter(pk=account.pk).exists()


def test_settled_business_does_not(max, client_of):
    account = AccountFactory()
    customer = CustomerFactory(account=account)
    InvoiceFactory(customer=customer, status="paid")
    TicketFactory(customer=customer, status="closed")
    open_deal(AccountFactory())
    assert client_of(max).delete(f"/api/v1/accounts/{account.pk}").status_code == 200
    assert not Account.objects.filter(pk=account.pk).exists()


def test_an_account_has_one_customer(max, client_of):
    customer = CustomerFactory(account=AccountFactory())
    body = {
        "name": "Nordlicht",
        "email": "other@example.com",
        "account_id": str(customer.account_id),
    }
    answer = client_of(max).post("/api/v1/customers", body)
    assert answer.status_code == 409
    assert "already has its customer" in answer.json()["message"]
