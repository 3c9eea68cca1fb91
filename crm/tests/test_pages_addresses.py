"""Addresses somebody typed or made up: no page fails of them, and none tells a name by them."""

import pytest
from django.test import Client

from crm.sales.tests.factories import DealFactory, LeadFactory

pytestmark = pytest.mark.django_db
#: whatever stands where a page expects an id, a number, a day or one of its own words
ODD = [
    "/?range=zzz",
    "/home/figures/?range=zzz",
    "/reports/revenue/?range=zzz",
    "/reports/revenue/?from=zzz&to=1",
    "/search/?q=%00",
    "/search/palette/?q=%00",
    "/lookup/accounts/?q=%00",
    "/lookup/any/?q=a&kinds=zzz",
    "/leads/?assigned_to=zzz",
    "/leads/?columns=zzz",
    "/leads/?page=999999999999",
    "/leads/?limit=0",
    "/leads/?created_at=%00",
    "/leads/?search=%00",
    "/leads/?sort=zzz",
    "/leads/?custom_fields.a=1",
    "/leads/?account__industry=1",
    "/leads/trash/?page=zzz",
    "/leads/export/?columns=zzz&sort=zzz",
    "/links/?campaign_id=zzz",
    "/tickets/?mine=zzz",
    "/documents/?folder=%00",
    "/tasks/new/?related_to_type=lead&related_to_id=zzz",
    "/tasks/new/?related_to_type=zzz&related_to_id=1",
    "/tasks/new/?due_date=zzz",
    "/deals/new/?account_id=zzz",
    "/deals/new/?assigned_to=zzz",
    "/meetings/new/?start_time=zzz",
    "/calls/new/?start_time=zzz&status=zzz",
    "/orders/new/?customer_id=zzz",
    "/invoices/new/?order_id=zzz",
    "/emails/new/?to=zzz:zzz",
    "/emails/new/?to=contact:zzz",
    "/emails/new/?template=zzz",
    "/emails/new/?related_to_type=lead&related_to_id=zzz",
    "/calendar/?date=zzz",
    "/calendar/?date=9999-12-31",
    "/calendar/?date=0001-01-01&view=week",
    "/calendar/?view=zzz",
    "/board/?pipeline=zzz",
    "/board/?owner=zzz",
    "/board/?closing=zzz",
    "/forecast/?months=zzz",
]


def browser_of(person, **options):
    client = Client(**options)
    client.force_login(person, backend="accounts.backends.RoleBackend")
    return client


@pytest.mark.parametrize("address", ODD)
def test_an_odd_address_is_answered(address, max):
    answer = browser_of(max).get(address)
    assert answer.status_code == 200


def test_an_id_in_an_address_tells_no_name_that_is_out_of_sight(ann, zoe):
    lead = LeadFactory(last_name="Unseen", assigned_to=zoe, created_by=zoe)
    deal = DealFactory(deal_name="Unseen deal", assigned_to=zoe, created_by=zoe)
    typed = f"related_to_type=lead&related_to_id={lead.pk}"
    for address in (
        f"/tasks/new/?{typed}",
        f"/emails/new/?{typed}",
        f"/emails/new/?to=lead:{lead.pk}",
        f"/orders/new/?deal_id={deal.pk}",
        f"/orders/?deal_id={deal.pk}",
    ):
        for person, is_told in ((ann, False), (zoe, True)):
            page = browser_of(person).get(address).content.decode()
            assert ("Unseen" in page) is is_told, (address, person)
