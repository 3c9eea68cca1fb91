"""The line editor: what is typed, what the server makes of it, what is stored."""

from decimal import Decimal

import pytest
from django.test import Client

from crm.commerce.models import Order
from crm.people.tests.factories import CustomerFactory
from crm.sales.models import Deal

from .factories import OrderFactory, ProductFactory

pytestmark = pytest.mark.django_db

EMPTY = {
    "row": "",
    "product": "",
    "product_was": "",
    "product_text": "",
    "name": "",
    "quantity": "1",
    "unit_price": "",
    "discount": "",
    "tax_rate": "",
    "rest": "",
}


def typed(*rows, **values):
    """Return a form with rows of lines as a browser sends it."""
    whole = [EMPTY | {"row": str(at)} | row for at, row in enumerate(rows)]
    lists = {f"items-{part}": [row[part] for row in whole] for part in EMPTY}
    defaults = {"currency": "USD", "order_date": "2026-03-01", "payment_status": "pending"}
    return {**defaults, "discount": "0", "shipping_cost": "0", **lists, **values}


def picked(product, **values):
    """Return a row in which a product was picked from the list."""
    chosen = {"product": str(product.pk), "product_was": product.name}
    return {**chosen, "product_text": product.name, **values}


@pytest.fixture
def browser(ann):
    client = Client()
    client.force_login(ann)
    return client


def test_stored_lines_and_sums_equal_those_of_the_api(ann, browser, client_of):
    scanner = ProductFactory(name="Scanner", price=Decimal("149.90"))
    rows = (
        picked(scanner, quantity="3", tax_rate="19"),
        {},
        {"name": "Setup", "quantity": "1.5", "unit_price": "80", "discount": "5.50"},
    )
    answer = browser.post("/orders/new/", typed(*rows, discount="20", shipping_cost="7.5"))
    by_page = Order.objects.get()
    assert answer["Location"] == f"/orders/{by_page.pk}/"
    body = {
        "items": [
            {"product_id": str(scanner.pk), "quantity": 3, "tax_rate": 19},
            {"name": "Setup", "quantity": 1.5, "unit_price": 80, "discount": 5.5},
        ],
        "discount": 20,
        "shipping_cost": 7.5,
        "currency": "USD",
    }
    made = client_of(ann).post("/api/v1/orders", body, format="json").json()["data"]
    by_api = Order.objects.get(pk=made["id"])
    assert by_page.items == by_api.items
    assert by_page.items[0]["unit_price"] == 149.9
    for name in ("subtotal", "discount", "tax", "shipping_cost", "total"):
        assert getattr(by_page, name) == getattr(by_api, name), name


def test_the_preview_shows_what_would_be_stored_and_stores_nothing(browser):
    scanner = ProductFactory(name="Scanner", price=Decimal("149.90"))
    rows = (picked(scanner, quantity="2", tax_rate="10", row="new1"), {"row": "5"})
    answer = browser.post("/lines/preview/", {**typed(*rows), "items-of": "order:"})
    page = answer.content.decode()
    assert "$299.80" in page
    assert "$29.98" in page
    assert "$329.78" in page
    assert 'id="items-total-new1" hx-swap-oob="true">$299.80<' in page
    assert 'id="id_items-new1-name" value="Scanner"' in page
    assert 'id="id_items-new1-unit_price" value="149.9"' in page
    assert not Order.objects.exists()


def test_the_preview_names_what_is_missing(browser):
    answer = browser.post("/lines/preview/", {**typed({"name": "Setup"}), "items-of": "order:"})
    assert "Line 1, unit price: A value is missing." in answer.content.decode()


def test_the_preview_is_for_who_may_write(browser, zoe, sam):
    order = OrderFactory(assigned_to=zoe)
    body = {**typed({"name": "Setup", "unit_price": "1"}), "items-of": f"order:{order.pk}"}
    assert browser.post("/lines/preview/", body).status_code == 404
    assert browser.post("/lines/preview/", {"items-of": "lead:"}).status_code == 404
    support = Client()
    support.force_login(sam)
    assert support.post("/lines/preview/", {"items-of": "order:"}).status_code == 403
    assert Client().post("/lines/preview/", {"items-of": "order:"}).status_code != 200


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"name": "Setup", "unit_price": "ten"}, "Line 2, unit price: Enter a number."),
        ({"name": "Setup", "unit_price": "1", "quantity": "0"}, "Line 2, quantity: must be more"),
        (
            {"name": "Setup", "unit_price": "1", "discount": "2"},
            "Line 2, discount: The discount exceeds",
        ),
        ({"unit_price": "1"}, "Line 2, description: A value is missing."),
        ({"product_text": "Nothing like it"}, "Line 2, product: Nothing called"),
        ({"name": "Setup", "unit_price": "1", "tax_rate": "101"}, "Line 2, tax %: must be at most"),
    ],
)
def test_a_refusal_names_line_and_field_and_keeps_what_was_typed(browser, row, said):
    first = {"name": "First thing", "unit_price": "5"}
    page = browser.post("/orders/new/", typed(first, row, notes="Kept too")).content.decode()
    assert said in page
    assert 'value="First thing"' in page
    assert "Kept too" in page
    for value in row.values():
        assert f'value="{value}"' in page
    assert 'aria-invalid="true"' in page
    assert not Order.objects.exists()


def test_a_discontinued_product_enters_no_new_line_but_stays_on_its_old_one(ann, browser):
    gone = ProductFactory(name="Gone", status="discontinued")
    page = browser.post("/orders/new/", typed(picked(gone))).content.decode()
    assert "Line 1, product: Gone is discontinued" in page
    old = [{"product_id": str(gone.pk), "name": "Gone", "quantity": 1, "unit_price": 3}]
    order = OrderFactory(assigned_to=ann, items=old)
    row = picked(gone, name="Gone", unit_price="3", quantity="4")
    browser.post(f"/orders/{order.pk}/edit/", typed(row, shown_revision=str(order.revision)))
    order.refresh_from_db()
    assert order.items[0]["quantity"] == 4
    assert order.total == 12


def test_saving_untouched_lines_changes_nothing(ann, browser):
    line = {"name": "A", "quantity": 2.0, "unit_price": 5.0, "discount": 0, "colour": "red"}
    order = OrderFactory(assigned_to=ann, items=[line], subtotal=10, total=10)
    row = {"name": "A", "quantity": "2", "unit_price": "5", "rest": '{"colour": "red"}'}
    form = typed(row, shown_revision=str(order.revision), notes="Now with a note")
    browser.post(f"/orders/{order.pk}/edit/", form)
    order.refresh_from_db()
    assert order.notes == "Now with a note"
    assert order.items == [line]


def test_buttons_move_and_remove_rows_without_scripts(browser):
    rows = [{"name": name, "unit_price": "2"} for name in ("one", "two", "three")]
    page = browser.post("/orders/new/", typed(*rows, again="items:up:2")).content.decode()
    assert page.index('value="one"') < page.index('value="three"') < page.index('value="two"')
    assert "$6.00" in page
    page = browser.post("/orders/new/", typed(*rows, again="items:remove:0")).content.decode()
    assert 'value="one"' not in page
    assert "$4.00" in page
    assert not Order.objects.exists()


def test_the_same_form_sent_twice_makes_one_order(browser):
    once = browser.get("/orders/new/").context["once"]
    form = typed({"name": "Setup", "unit_price": "10"}, once=once)
    browser.post("/orders/new/", form)
    browser.post("/orders/new/", form)
    assert Order.objects.count() == 1


def test_what_somebody_else_changed_meanwhile_is_shown(ann, browser):
    order = OrderFactory(assigned_to=ann, items=[{"name": "A", "quantity": 1, "unit_price": 5}])
    shown = browser.get(f"/orders/{order.pk}/edit/").context["shown"]
    seen = order.revision
    row = {"name": "A", "unit_price": "5"}
    mine = typed({**row, "quantity": "3"}, shown_revision=str(seen), shown=shown)
    browser.post(f"/orders/{order.pk}/edit/", typed({**row, "quantity": "2"}))
    page = browser.post(f"/orders/{order.pk}/edit/", mine).content.decode()
    assert "2 × A" in page
    assert "3 × A" in page
    order.refresh_from_db()
    assert order.items[0]["quantity"] == 2


def test_a_customer_is_kept_with_the_lines(ann, browser):
    customer = CustomerFactory(assigned_to=ann)
    row = {"name": "Setup", "unit_price": "10"}
    browser.post("/orders/new/", typed(row, customer=str(customer.pk)))
    assert Order.objects.get().customer == customer


def test_a_deal_takes_lines_the_same_way(ann, browser):
    scanner = ProductFactory(name="Scanner", price=Decimal("149.90"))
    page = browser.get("/deals/new/")
    form = page.context["form"]
    known = {name: form[name].value() for name in ("pipeline", "stage", "currency", "amount")}
    rows = (picked(scanner, name="Scanner", unit_price="149.9", quantity="2"), {"name": "Setup"})
    answer = browser.post("/deals/new/", typed(*rows, deal_name="Scanners", **known))
    assert "Line 2, unit price" in answer.content.decode()
    assert not Deal.objects.exists()
    form = typed(rows[0], **{**known, "deal_name": "Scanners"})
    page = browser.post("/deals/new/", form, follow=True).content.decode()
    deal = Deal.objects.get()
    assert deal.amount == Decimal("299.80")
    assert deal.items[0]["product_id"] == str(scanner.pk)
    assert "was sent" not in page
    preview = {**typed(rows[0]), "items-of": f"deal:{deal.pk}"}
    assert "$299.80" in browser.post("/lines/preview/", preview).content.decode()
