"""The pages of products: what they cost us is for some only; of customers: what they mean to us."""

import pytest
from django.test import Client

from crm.people.tests.factories import CustomerFactory

from .factories import InvoiceFactory, OrderFactory, ProductFactory

pytestmark = pytest.mark.django_db


def browser_of(user):
    client = Client()
    client.force_login(user)
    return client


def text_of(answer):
    if answer.streaming:
        return b"".join(answer.streaming_content).decode()
    return answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/products/?columns=cost&columns=price",
        "/products/export/?columns=cost&columns=price",
        "/products/{pk}/",
        "/products/{pk}/?tab=details",
        "/products/{pk}/?tab=history",
    ],
)
def test_what_a_product_costs_us_is_shown_to_some_only(mia, ann, sam, address):
    product = ProductFactory(cost="73.31")
    browser = browser_of(mia)
    form = {"name": "Lamp", "price": "90", "cost": "77.13", "status": "active", "unit": "unit"}
    form |= {"stock_quantity": "1", "track_stock": "on"}
    assert browser.post(f"/products/{product.pk}/edit/", form).status_code == 302
    address = address.format(pk=product.pk)
    assert "77.13" in text_of(browser.get(address))
    for user in (ann, sam):
        text = text_of(browser_of(user).get(address))
        assert "Lamp" in text
        assert "77.13" not in text
        assert "73.31" not in text
        assert "Cost" not in text


def test_a_form_of_who_may_not_see_the_cost_has_no_such_field(mia, ann):
    product = ProductFactory()
    assert "cost" in browser_of(mia).get(f"/products/{product.pk}/edit/").context["form"].fields
    assert browser_of(ann).get(f"/products/{product.pk}/edit/").status_code == 403
    assert browser_of(ann).get(f"/products/{product.pk}/edit/cost/").status_code == 403


def test_a_product_is_discontinued_and_offered_again(mia, ann):
    product = ProductFactory()
    assert browser_of(ann).post(f"/products/{product.pk}/discontinue/").status_code == 403
    browser_of(mia).post(f"/products/{product.pk}/discontinue/")
    product.refresh_from_db()
    assert product.status == "discontinued"
    browser_of(mia).post(f"/products/{product.pk}/offer/")
    product.refresh_from_db()
    assert product.status == "active"


def test_a_picture_is_an_address_and_is_not_loaded(mia):
    product = ProductFactory(image_url="https://pictures.example.com/a.png")
    page = text_of(browser_of(mia).get(f"/products/{product.pk}/?tab=details"))
    assert "pictures.example.com/a.png" in page
    assert '<img src="https:' not in page


def test_a_customer_shows_what_was_ordered_and_is_unpaid_as_far_as_one_sees(max, ann, zoe):
    customer = CustomerFactory()
    OrderFactory(customer=customer, assigned_to=ann)
    OrderFactory(customer=customer, assigned_to=ann, status="delivered")
    OrderFactory(customer=customer, assigned_to=zoe, status="cancelled")
    InvoiceFactory(customer=customer, assigned_to=ann, status="sent", total=50, amount_paid=20)
    InvoiceFactory(customer=customer, assigned_to=zoe, status="overdue", total=5)
    InvoiceFactory(customer=customer, assigned_to=ann, status="draft", total=500)

    def figures(user):
        cells = browser_of(user).get(f"/customers/{customer.pk}/").context["figures"]
        return {cell.name: cell.value for cell in cells if cell.name != "latest_order"}

    assert figures(max) == {"orders": 2, "open_orders": 1, "unpaid": 35}
    assert figures(ann) == {"orders": 2, "open_orders": 1, "unpaid": 30}
    assert figures(zoe) == {"orders": 0, "open_orders": 0, "unpaid": 5}


def test_a_lookup_tells_products_of_one_name_apart(ann):
    ProductFactory(name="Lamp", sku="L-1")
    ProductFactory(name="Lamp", sku="")
    found = browser_of(ann).get("/lookup/products/?q=lamp").json()["found"]
    assert [(row["label"], row["more"]) for row in found] == [("Lamp", ""), ("Lamp", "L-1")]
    customer = CustomerFactory(name="Ida", email="ida@example.com", assigned_to=ann)
    found = browser_of(ann).get("/lookup/customers/?q=ida").json()["found"]
    assert found == [{"key": str(customer.pk), "label": "Ida", "more": "ida@example.com"}]
