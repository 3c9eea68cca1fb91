"""A won deal makes a customer, never two, and an order once."""

from functools import partial

import pytest
from django.db import connection

from crm.commerce import operations, reactions, sales
from crm.commerce.models import Order
from crm.commerce.tests.factories import ProductFactory
from crm.core import events
from crm.core.outbox import deliver_all
from crm.people.models import Customer
from crm.people.tests.factories import AccountFactory, ContactFactory, CustomerFactory
from crm.sales.tests.factories import DealFactory
from crm.tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(db):
    return AccountFactory(account_name="Berg Ltd")


@pytest.fixture
def contact(account):
    return ContactFactory(
        first_name="Ida", last_name="Berg", email="ida@example.com", account=account
    )


@pytest.fixture
def lines(monkeypatch):
    product = ProductFactory(name="Lamp", price=10)
    rows = [{"product_id": str(product.pk), "name": "Lamp", "quantity": 2, "unit_price": 9}]
    for place in (sales, reactions):
        monkeypatch.setattr(place, "lines_of", lambda deal: [dict(row) for row in rows])
    return rows


def test_a_won_deal_makes_a_customer_once(account, contact, ann):
    deal = DealFactory(account=account, contact=contact, assigned_to=ann)
    for _ in range(2):
        events.record("won", deal, by=ann)
        deliver_all()
    customer = Customer.objects.get()
    assert (customer.name, customer.email, customer.customer_type) == (
        "Berg Ltd", "ida@example.com", "business",
    )  # fmt: skip
    assert (customer.account, customer.contact, customer.assigned_to) == (account, contact, ann)


def test_a_known_customer_is_taken_by_account_then_by_email(account, contact):
    known = CustomerFactory(email="ida@example.com")
    deal = DealFactory(account=account, contact=contact)
    assert operations.customer_of(deal, by=None) == known
    known.refresh_from_db()
    assert (known.account, known.contact) == (account, contact)
    other = DealFactory(account=account)
    assert operations.customer_of(other, by=None) == known


def test_a_person_who_bought_for_another_company_stays_there(account, contact):
    elsewhere = CustomerFactory(email="ida@example.com", account=AccountFactory())
    found = operations.customer_of(DealFactory(account=account, contact=contact), by=None)
    assert found != elsewhere
    assert (found.account, found.email) == (account, "")


def test_a_deal_with_nobody_makes_nobody(db):
    assert operations.customer_of(DealFactory(), by=None) is None
    assert not Customer.objects.exists()


def test_a_won_deal_with_lines_drafts_its_order_once(account, contact, ann, lines):
    deal = DealFactory(account=account, contact=contact, assigned_to=ann, currency="EUR")
    for _ in range(2):
        events.record("won", deal, by=ann)
        deliver_all()
    order = Order.objects.get()
    assert (order.status, order.total, order.currency) == ("pending", 18, "EUR")
    assert (order.deal, order.customer, order.assigned_to) == (deal, Customer.objects.get(), ann)
    assert operations.order_from_deal(deal, by=ann) == (order, False)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_deals_won_at_once_share_one_customer_and_have_one_order_each(lines):
    account = AccountFactory()
    deals = [DealFactory(account=account) for _ in range(4)]
    at_once(*(partial(operations.order_from_deal, deal, by=None) for deal in deals * 3))
    assert Customer.objects.count() == 1
    assert Order.objects.count() == 4
    assert {order.deal for order in Order.objects.all()} == set(deals)
