"""Orders: the server's sums, the moves, the stock, and the one invoice of each."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import connection

from crm.commerce import operations
from crm.commerce.models import Invoice, Order, Product
from crm.commerce.tests.factories import OrderFactory, ProductFactory
from crm.core.company import Company
from crm.core.errors import Conflict
from crm.core.models import Event
from crm.people.tests.factories import CustomerFactory
from crm.tests.threads import at_once
from crm.tests.world import refused

pytestmark = pytest.mark.django_db
URL = "/api/v1/orders"
STATUSES = list(Order.Status)
LEGAL = {
    ("pending", "confirmed"), ("confirmed", "processing"), ("processing", "shipped"),
    ("shipped", "delivered"), ("pending", "cancelled"), ("confirmed", "cancelled"),
    ("processing", "cancelled"),
}  # fmt: skip


@pytest.fixture
def client(max, client_of):
    return client_of(max)


@pytest.fixture
def lamp(db):
    return ProductFactory(name="Lamp", price="19.90", stock_quantity=10)


def line(product, quantity=1, **more):
    return {"product_id": str(product.pk), "quantity": quantity, **more}


def snapshot(record):
    return type(record).all_objects.values().get(pk=record.pk)


def test_the_server_adds_up_and_tells_what_was_wrong(client, lamp):
    rows = [
        line(lamp, 3, name="Lamp", unit_price=19.9, discount=9.7, tax_rate=19, total=1),
        {"name": "Advice", "quantity": 1.5, "unit_price": 80, "tax_rate": 7},
    ]
    body = {"items": rows, "discount": 10, "shipping_cost": 4.9, "total": 99, "tax": 1}

    answer = client.post(URL, body).json()

    data = answer["data"]
    assert [row["total"] for row in data["items"]] == [50, 120]
    found = {name: data[name] for name in ("subtotal", "discount", "tax", "shipping_cost", "total")}
    # 10.00 is spread 2.94 and 7.06; taxes are 19 % of 47.06 and 7 % of 112.94
    assert found == {
        "subtotal": 170, "discount": 10, "tax": 16.85, "shipping_cost": 4.9, "total": 181.75,
    }  # fmt: skip
    assert answer["warnings"] == [
        "items[0].total: 1 was sent, 50.00 is right.",
        "tax: 1.00 was sent, 16.85 is right.",
        "total: 99.00 was sent, 181.75 is right.",
    ]
    again = client.put(f"{URL}/{data['id']}", data).json()
    assert again["data"] == data
    assert "warnings" not in again


def test_without_lines_the_client_s_own_sums_stand(client):
    body = {"subtotal": 100, "discount": 5, "tax": 19, "shipping_cost": 6, "total": 120}
    answer = client.post(URL, body).json()
    assert "warnings" not in answer
    assert {name: answer["data"][name] for name in body} == body
    left_out = client.post(URL, {"subtotal": 100, "tax": 19}).json()["data"]
    assert left_out["total"] == 119


def test_a_line_is_a_snapshot(client, lamp):
    order = client.post(URL, {"items": [line(lamp, 2)]}).json()["data"]
    assert (order["items"][0]["name"], order["items"][0]["unit_price"]) == ("Lamp", 19.9)
    client.patch(f"/api/v1/products/{lamp.pk}", {"price": 30, "name": "Lantern"})
    client.patch(f"/api/v1/products/{lamp.pk}", {"status": "discontinued"})
    assert client.get(f"{URL}/{order['id']}").json()["data"] == order
    changed = client.patch(
        f"{URL}/{order['id']}", {"items": [{**order["items"][0], "quantity": 3}]}
    )
    assert changed.json()["data"]["total"] == 59.7
    refused(client.post(URL, {"items": [line(lamp)]}), 400, "invalid")


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"product_id": "0198c9a4-0000-7000-8000-000000000000", "quantity": 1}, "product_id"),
        ({"quantity": 1, "unit_price": 2}, "name"),
        ({"quantity": 1, "name": "x"}, "unit_price"),
        ({"quantity": 1, "name": "x", "unit_price": 2, "discount": 3}, "discount"),
    ],
)
def test_a_line_that_cannot_be_is_refused_by_name(client, row, field):
    answer = client.post(URL, {"items": [{"name": "a", "quantity": 1, "unit_price": 1}, row]})
    refused(answer, 400, "invalid")
    assert f"items[1].{field}" in answer.json()["errors"]
    assert not Order.objects.exists()


def test_a_product_has_no_price_in_another_currency(client, lamp):
    Company(name="Nexa", base_currency="EUR").save()
    answer = client.post(URL, {"items": [line(lamp)], "currency": "USD"})
    assert list(answer.json()["errors"]) == ["items[0].unit_price"]
    assert client.post(URL, {"items": [line(lamp)], "currency": "EUR"}).status_code == 201


def test_a_discount_above_the_subtotal_is_refused(client, lamp):
    answer = client.post(URL, {"items": [line(lamp)], "discount": 19.91})
    refused(answer, 400, "invalid")
    assert list(answer.json()["errors"]) == ["discount"]


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_orders_move_along_the_legal_ways_only(client, before, after):
    order = OrderFactory(status=before)
    stored = snapshot(order)
    answer = client.patch(f"{URL}/{order.pk}", {"status": after})
    if before == after:
        assert answer.status_code == 200
        assert snapshot(order) == stored
    elif (before, after) in LEGAL:
        assert answer.json()["data"]["status"] == after
        assert Event.objects.get(record_id=order.pk).name == f"order.{after}"
    else:
        refused(answer, 409, "conflict")
        message = answer.json()["message"]
        for allowed in (b for a, b in LEGAL if a == before):
            assert allowed in message
        assert snapshot(order) == stored
        assert not Event.objects.exists()


def test_the_verbs_walk_the_whole_way(client, lamp):
    order = client.post(URL, {"items": [line(lamp, 4)]}).json()["data"]
    url = f"{URL}/{order['id']}"
    for verb, body, status in (
        ("confirm", None, "confirmed"),
        ("ship", {"tracking_number": "TRK1"}, "shipped"),
        ("deliver", None, "delivered"),
    ):
        answer = client.post(f"{url}/{verb}", body)
        assert answer.json()["data"]["status"] == status, answer.content
        refused(client.post(f"{url}/confirm"), 409, "conflict")
    assert answer.json()["data"]["tracking_number"] == "TRK1"
    refused(client.post(f"{url}/cancel"), 409, "conflict")
    lamp.refresh_from_db()
    assert lamp.stock_quantity == 6
    titles = [row["title"] for row in client.get(f"{url}/timeline").json()["data"]]
    assert titles == [
        "order.delivered", "order.shipped", "order.processing", "order.confirmed", "order.created",
    ]  # fmt: skip


def test_a_confirmed_order_s_lines_stand(client, lamp):
    order = client.post(URL, {"items": [line(lamp)], "status": "confirmed"}).json()["data"]
    answer = client.patch(f"{URL}/{order['id']}", {"discount": 1})
    refused(answer, 409, "conflict")
    assert "discount" in answer.json()["message"]
    moved = client.patch(f"{URL}/{order['id']}", {"shipping_cost": 5}).json()["data"]
    assert moved["total"] == 24.9


def test_cancelling_gives_back_once_what_was_taken(client, lamp):
    service = ProductFactory(name="Help", stock_quantity=0, track_stock=False)
    rows = [line(lamp, 7), line(lamp, 3), line(service, 2)]
    order = client.post(URL, {"items": rows, "status": "confirmed"}).json()["data"]
    lamp.refresh_from_db()
    assert (lamp.stock_quantity, lamp.status) == (0, "out_of_stock")
    client.patch(f"/api/v1/products/{lamp.pk}", {"stock_quantity": 5})
    assert client.post(f"{URL}/{order['id']}/cancel").status_code == 200
    refused(client.post(f"{URL}/{order['id']}/cancel"), 409, "conflict")
    lamp.refresh_from_db()
    assert (lamp.stock_quantity, lamp.status) == (15, "active")
    service.refresh_from_db()
    assert service.stock_quantity == 0


def test_stock_never_falls_below_zero(client, lamp):
    chair = ProductFactory(name="Chair", stock_quantity=1)
    order = client.post(URL, {"items": [line(lamp, 2), line(chair, 2)]}).json()["data"]
    answer = client.post(f"{URL}/{order['id']}/confirm")
    refused(answer, 409, "conflict")
    assert "Chair (in stock: 1, ordered: 2)" in answer.json()["message"]
    assert "Lamp" not in answer.json()["message"]
    assert set(Product.objects.values_list("name", "stock_quantity")) == {
        ("Lamp", 10),
        ("Chair", 1),
    }
    assert client.get(f"{URL}/{order['id']}").json()["data"]["status"] == "pending"


def test_an_order_has_one_invoice(client, lamp):
    customer = CustomerFactory()
    body = {"items": [line(lamp, 2, tax_rate=19)], "shipping_cost": 5, "discount": 3}
    order = client.post(URL, {**body, "customer_id": str(customer.pk)}).json()["data"]

    first, second = (client.post(f"{URL}/{order['id']}/invoice") for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    invoice = first.json()["data"]
    assert second.json()["data"] == invoice
    copied = ("items", "subtotal", "discount", "tax", "shipping_cost", "total", "currency")
    assert {n: invoice[n] for n in copied} == {n: order[n] for n in copied}
    assert (invoice["status"], invoice["invoice_number"]) == ("draft", None)
    assert (invoice["order_id"], invoice["customer_id"]) == (order["id"], str(customer.pk))
    client.post(f"/api/v1/invoices/{invoice['id']}/issue")
    answer = client.post(f"{URL}/{order['id']}/cancel")
    refused(answer, 409, "conflict")
    client.post(f"/api/v1/invoices/{invoice['id']}/void", {"reason": "wrong"})
    assert client.post(f"{URL}/{order['id']}/cancel").status_code == 200
    refused(client.post(f"{URL}/{order['id']}/invoice"), 409, "conflict")


def test_only_what_led_to_nothing_is_deleted(client):
    for status, number in (("pending", 200), ("confirmed", 409), ("cancelled", 200)):
        order = OrderFactory(status=status)
        assert client.delete(f"{URL}/{order.pk}").status_code == number


def test_a_product_in_use_is_only_discontinued(client, lamp):
    order = client.post(URL, {"items": [line(lamp)]}).json()["data"]
    answer = client.delete(f"/api/v1/products/{lamp.pk}")
    refused(answer, 409, "conflict")
    assert order["order_number"] in answer.json()["message"]
    assert not Product.all_objects.get(pk=lamp.pk).is_deleted
    client.delete(f"{URL}/{order['id']}")
    assert client.delete(f"/api/v1/products/{lamp.pk}").status_code == 200


def test_a_rep_orders_within_her_own_reach(ann, zoe, client_of, lamp):
    order = client_of(ann).post(URL, {"items": [line(lamp)]}).json()["data"]
    assert client_of(zoe).post(f"{URL}/{order['id']}/confirm").status_code == 404
    assert client_of(ann).post(f"{URL}/{order['id']}/confirm").status_code == 200


@pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_a_hundred_confirmations_sell_the_last_ten_pieces():
    lamp = ProductFactory(name="Lamp", stock_quantity=10)
    chair = ProductFactory(name="Chair", stock_quantity=1000)
    both = [line(lamp, 1, name="a", unit_price=1), line(chair, 1, name="b", unit_price=1)]
    orders = [OrderFactory(items=both if n % 2 else both[::-1]) for n in range(100)]

    def confirm(order):
        try:
            return operations.move_order(order, "confirmed", by=None).status
        except Conflict:
            return "refused"

    found = []
    for start in range(0, 100, 20):
        found += at_once(*(partial(confirm, order) for order in orders[start : start + 20]))

    assert (found.count("confirmed"), found.count("refused")) == (10, 90)
    stock = dict(Product.objects.values_list("name", "stock_quantity"))
    assert stock == {"Lamp": 0, "Chair": 990}
    assert Order.objects.filter(status="confirmed").count() == 10


@pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_many_conversions_at_once_make_one_invoice():
    order = OrderFactory(subtotal=Decimal(5), total=Decimal(5))
    made = at_once(*[lambda: operations.invoice_order(order, by=None)] * 10)
    assert Invoice.objects.count() == 1
    assert len({invoice.pk for invoice, _ in made}) == 1
    assert [new for _, new in made].count(True) == 1
