"""The pages of orders: the way they go, who may push them on, and what it costs to show them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.commerce import operations
from crm.commerce.models import Invoice, Order
from crm.people.tests.factories import CustomerFactory

from .factories import OrderFactory, ProductFactory

pytestmark = pytest.mark.django_db


def browser_of(user):
    client = Client()
    client.force_login(user)
    return client


def labels(answer):
    return [action.label for action in answer.context["actions"]]


def test_an_order_goes_its_way_by_buttons(ann):
    browser, order = browser_of(ann), OrderFactory(assigned_to=ann)
    page = f"/orders/{order.pk}/"
    assert labels(browser.get(page)) == ["Confirm", "Create invoice", "Cancel order"]
    browser.post(f"{page}to/confirmed/")
    assert labels(browser.get(page)) == ["Ship", "Start work", "Create invoice", "Cancel order"]
    answer = browser.post(f"{page}ship/", {"tracking_number": "1Z 999"})
    assert answer["Location"] == page
    order.refresh_from_db()
    assert (order.status, order.tracking_number) == ("shipped", "1Z 999")
    assert labels(browser.get(page)) == ["Mark delivered", "Create invoice"]
    browser.post(f"{page}to/delivered/")
    order.refresh_from_db()
    assert order.status == "delivered"
    assert labels(browser.get(page)) == ["Create invoice"]


def test_too_little_stock_is_told_as_a_sentence_and_changes_nothing(ann):
    lamp = ProductFactory(name="Lamp", stock_quantity=1)
    line = {"product_id": str(lamp.pk), "name": "Lamp", "quantity": 2, "unit_price": 10}
    order = OrderFactory(assigned_to=ann, items=[line])
    answer = browser_of(ann).post(f"/orders/{order.pk}/to/confirmed/", follow=True)
    assert "There is not enough of Lamp (in stock: 1, ordered: 2)." in answer.content.decode()
    order.refresh_from_db()
    lamp.refresh_from_db()
    assert (order.status, lamp.stock_quantity) == ("pending", 1)


def test_a_move_that_was_decided_on_an_older_state_is_refused(ann):
    order = OrderFactory(assigned_to=ann)
    seen = str(order.revision)
    operations.move_order(order, "confirmed", by=ann)
    browser_of(ann).post(f"/orders/{order.pk}/to/cancelled/", {"revision": seen})
    order.refresh_from_db()
    assert order.status == "confirmed"


def test_an_order_is_invoiced_once(ann):
    browser, order = browser_of(ann), OrderFactory(assigned_to=ann, total=10)
    first = browser.post(f"/orders/{order.pk}/invoice/")
    invoice = Invoice.objects.get(order=order)
    assert first["Location"] == f"/invoices/{invoice.pk}/"
    assert browser.post(f"/orders/{order.pk}/invoice/")["Location"] == first["Location"]
    assert Invoice.objects.filter(order=order).count() == 1
    page = browser.get(f"/orders/{order.pk}/")
    assert "Create invoice" not in labels(page)
    assert f"/invoices/{invoice.pk}/" in page.content.decode()


def test_what_stands_is_not_offered_for_change(ann):
    browser = browser_of(ann)
    order = OrderFactory(assigned_to=ann, items=[{"name": "A", "quantity": 1, "unit_price": 5}])
    assert "items" in browser.get(f"/orders/{order.pk}/edit/").context["form"].fields
    operations.move_order(order, "confirmed", by=ann)
    fields = browser.get(f"/orders/{order.pk}/edit/").context["form"].fields
    assert not {"items", "discount", "currency", "customer"} & fields.keys()
    assert {"shipping_cost", "notes", "shipping_address"} <= fields.keys()
    form = {"shipping_cost": "4", "order_date": "2026-03-01", "payment_status": "pending"}
    browser.post(f"/orders/{order.pk}/edit/", form)
    order.refresh_from_db()
    assert (order.shipping_cost, order.total) == (4, 9)


def test_who_may_only_look_gets_no_buttons_and_no_way_around(sam, zoe, ann):
    order = OrderFactory(assigned_to=ann)
    answer = browser_of(sam).get(f"/orders/{order.pk}/")
    assert labels(answer) == []
    assert f"/orders/{order.pk}/edit/" not in answer.content.decode()
    for address in ("to/confirmed/", "ship/", "invoice/"):
        assert browser_of(sam).post(f"/orders/{order.pk}/{address}").status_code == 403
        assert browser_of(zoe).post(f"/orders/{order.pk}/{address}").status_code == 404
    assert browser_of(zoe).get(f"/orders/{order.pk}/").status_code == 404
    order.refresh_from_db()
    assert order.status == "pending"


def test_asking_changes_nothing(ann):
    order = OrderFactory(assigned_to=ann, status="confirmed")
    browser = browser_of(ann)
    assert browser.get(f"/orders/{order.pk}/ship/").status_code == 200
    assert browser.get(f"/orders/{order.pk}/to/cancelled/").status_code == 405
    order.refresh_from_db()
    assert order.status == "confirmed"


@pytest.mark.parametrize("page", ["", "edit/"])
def test_fifty_lines_cost_as_many_queries_as_one(ann, page):
    def queries(count):
        lines = [
            {"product_id": str(ProductFactory().pk), "name": "A", "quantity": 1, "unit_price": 5}
            for _ in range(count)
        ]
        order = OrderFactory(assigned_to=ann, items=lines, customer=CustomerFactory())
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert browser.get(f"/orders/{order.pk}/{page}").status_code == 200
        return len(found)

    browser = browser_of(ann)
    browser.get("/orders/")
    one = queries(1)
    assert queries(50) == one <= 15


def test_a_new_order_may_come_from_a_customer(ann):
    customer = CustomerFactory()
    answer = browser_of(ann).get(f"/orders/new/?customer_id={customer.pk}")
    assert customer.name in answer.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize("revision", ["²", "9" * 5000, "1\x00"], ids=["square", "endless", "nul"])
def test_a_revision_that_is_no_number_is_no_revision(ann, revision):
    order = OrderFactory(assigned_to=ann)
    answer = browser_of(ann).post(
        reverse("order-move", args=[order.pk, "confirmed"]), {"revision": revision}
    )
    assert answer.status_code == 302
