"""The staff site runs the same verbs, and tells what they refuse."""

from datetime import UTC, datetime

import pytest

from crm.commerce.models import Invoice
from crm.commerce.tests.factories import InvoiceFactory, OrderFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, max):
    client.force_login(max)
    return client


def run(staff, entity, action, *records):
    body = {"action": action, "_selected_action": [str(record.pk) for record in records]}
    answer = staff.post(f"/admin/crm/{entity}/", body, follow=True)
    assert answer.status_code == 200
    return [str(message) for message in answer.context["messages"]]


def test_many_invoices_are_issued_at_once(staff):
    drafts = [InvoiceFactory(total=5), InvoiceFactory(), InvoiceFactory(total=7)]
    told = run(staff, "invoice", "issue", *drafts)
    assert Invoice.objects.filter(status="sent").count() == 2
    assert any("nothing to pay" in text for text in told)
    assert "Done: 2." in told


def test_an_order_walks_by_actions(staff):
    line = {"product_id": str(ProductFactory(stock_quantity=1).pk), "name": "x", "quantity": 1}
    order = OrderFactory(items=[{**line, "unit_price": 5}], subtotal=5, total=5)
    other = OrderFactory(items=[{**line, "unit_price": 5}], subtotal=5, total=5)
    assert any("not enough" in text for text in run(staff, "order", "confirm", order, other))
    done = order if type(order).objects.get(pk=order.pk).status == "confirmed" else other
    for action, status in (("ship", "shipped"), ("deliver", "delivered")):
        run(staff, "order", action, done)
        done.refresh_from_db()
        assert done.status == status
    assert any("can't become cancelled" in text for text in run(staff, "order", "cancel", done))
    run(staff, "order", "invoice", done)
    assert Invoice.objects.get().order == done


def test_payments_are_booked_in_the_invoice_s_page(staff):
    due = datetime(2030, 1, 1, tzinfo=UTC)
    invoice = InvoiceFactory(status="sent", total=100, due_date=due)
    url = f"/admin/crm/invoice/{invoice.pk}/change/"
    for amount, expected in (("60", 60), ("60", 60), ("40", 100)):
        page = staff.get(url)
        form = page.context["adminform"].form
        values = {f"{name}": form[name].value() for name in form.fields}
        values |= {
            "issue_date_0": "2026-01-01", "due_date_0": "2030-01-01", "due_date_1": "00:00:00",
            "issue_date_1": "00:00:00", "issue_date": "", "due_date": "",
            "items": "[]", "custom_fields": "{}",
        }  # fmt: skip
        invoice.refresh_from_db()
        values["issue_date_0"] = f"{invoice.issue_date:%Y-%m-%d}"
        values["issue_date_1"] = f"{invoice.issue_date:%H:%M:%S.%f}"
        values = {name: "" if value is None else value for name, value in values.items()}
        formset = page.context["inline_admin_formsets"][0].formset
        booked = formset.initial_form_count()
        prefix = formset.prefix
        values |= {
            f"{prefix}-TOTAL_FORMS": booked + 1, f"{prefix}-INITIAL_FORMS": booked,
            f"{prefix}-{booked}-amount": amount, f"{prefix}-{booked}-method": "cash",
            f"{prefix}-{booked}-paid_at_0": "2026-01-02", f"{prefix}-{booked}-paid_at_1": "10:00",
        }  # fmt: skip
        values |= {
            f"{other.formset.prefix}-{part}": 0
            for other in page.context["inline_admin_formsets"][1:]
            for part in ("TOTAL_FORMS", "INITIAL_FORMS")
        }
        answer = staff.post(url, values, follow=True)
        told = [str(message) for message in answer.context["messages"]]
        invoice.refresh_from_db()
        assert invoice.amount_paid == expected, (told, answer.context.get("errors"))
    assert invoice.status == "paid"
