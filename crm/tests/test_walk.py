"""One customer's whole story over REST, from the first enquiry to a solved ticket."""

import pytest
from rest_framework.test import APIClient

from crm.commerce.tests.factories import ProductFactory
from crm.core import outbox
from crm.sales.rulemodels import AssignmentRule

pytestmark = pytest.mark.django_db
ENQUIRY = {
    "first_name": "Ida",
    "last_name": "Berg",
    "email": "ida@nordlicht.example.com",
    "company": "Nordlicht Optik",
    "message": "We need fifty lamps.",
    "consent": True,
}


class Caller:
    """Somebody at their client; every call is expected to succeed, and the workers follow it."""

    def __init__(self, client):
        self.client = client

    def __call__(self, method, path, body=None):
        answer = getattr(self.client, method)(f"/api/v1/{path}", body)
        assert answer.status_code in (200, 201, 202), (path, answer.content)
        while outbox.deliver_all():
            pass
        return answer.json().get("data")


def stories(caller, path):
    """Return what a timeline tells, the oldest first: the kind, and what it was."""
    rows = caller("get", f"{path}/timeline?limit=100")
    return [(row["kind"], row["title"]) for row in reversed(rows)]


def test_from_the_first_enquiry_to_the_solved_ticket(ann, mia, sam, max, client_of, settings):
    settings.WEB_FORM_ORIGINS = ["*"]
    rep, manager, support = (Caller(client_of(person)) for person in (ann, mia, sam))
    AssignmentRule.objects.create(name="All to Ann", how="user", user=ann)
    lamp = ProductFactory(name="Lamp", price=100, stock_quantity=60)

    # Somebody asks through the web form, and the rules give the lead to Ann.
    Caller(APIClient())("post", "forms/lead", ENQUIRY)
    (lead,) = rep("get", "leads?search=nordlicht")
    assert (lead["status"], lead["owner"]["id"]) == ("new", str(ann.pk))
    lead_path = f"leads/{lead['id']}"

    # Ann calls, which moves the lead, and qualifies it.
    about_lead = {"related_to_type": "lead", "related_to_id": lead["id"]}
    call = {"subject": "First talk", "status": "completed", "duration": 300, **about_lead}
    rep("post", "calls", {**call, "start_time": "2026-03-02T09:00:00Z"})
    lead = rep("get", lead_path)
    assert lead["status"] == "contacted"
    assert lead["last_contact_date"] is not None
    rep("patch", lead_path, {"status": "qualified"})

    # The lead becomes a company, a person and a deal; the call goes with the person.
    wanted = {"create_deal": True, "deal_name": "Fifty lamps"}
    made = rep("post", f"{lead_path}/convert", wanted)
    account, contact, deal = made["account"], made["contact"], made["deal"]
    assert rep("get", lead_path)["status"] == "converted"
    assert ("call", "First talk") in stories(rep, f"contacts/{contact['id']}")
    again = rep("post", f"{lead_path}/convert", wanted)
    assert again["already_converted"] is True
    assert again["deal"]["id"] == deal["id"]

    # The deal is agreed on and won: there is a customer, and an order drafted from its lines.
    deal_path = f"deals/{deal['id']}"
    line = {"product_id": str(lamp.pk), "name": "Lamp", "quantity": 50, "unit_price": 100}
    deal = rep("patch", deal_path, {"items": [{**line, "tax_rate": 20}]})
    assert deal["amount"] == 5000
    rep("put", f"{deal_path}/stage", {"stage": "Proposal/Price Quote"})
    deal = rep("put", f"{deal_path}/stage", {"stage": "Closed Won"})
    assert (deal["probability"], deal["close_date"] is not None) == (100, True)
    assert rep("get", f"accounts/{account['id']}")["type"] == "customer"
    (customer,) = rep("get", f"customers?account_id={account['id']}")
    (order,) = rep("get", f"orders?deal_id={deal['id']}")
    assert (order["status"], order["subtotal"], order["total"]) == ("pending", 5000, 6000)

    # The order is confirmed, which takes the lamps, and billed.
    order_path = f"orders/{order['id']}"
    assert rep("post", f"{order_path}/confirm")["status"] == "confirmed"
    assert rep("get", f"products/{lamp.pk}")["stock_quantity"] == 10
    invoice = rep("post", f"{order_path}/invoice")
    assert invoice["invoice_number"] is None
    invoice_path = f"invoices/{invoice['id']}"
    rep("patch", invoice_path, {"due_date": "2099-01-01"})
    invoice = rep("post", f"{invoice_path}/issue")
    assert (invoice["status"], invoice["total"], invoice["balance_due"]) == ("sent", 6000, 6000)
    assert invoice["invoice_number"].endswith("00001")

    # It is paid in two parts, and the customer's total follows.
    manager("post", f"{invoice_path}/payments", {"amount": 2000})
    invoice = rep("get", invoice_path)
    assert (invoice["status"], invoice["balance_due"]) == ("sent", 4000)
    assert rep("get", f"customers/{customer['id']}")["total_spent"] == 0
    manager("post", f"{invoice_path}/payments", {"amount": 4000})
    invoice = rep("get", invoice_path)
    assert (invoice["status"], invoice["balance_due"]) == ("paid", 0)
    assert rep("get", f"customers/{customer['id']}")["total_spent"] == 6000
    assert rep("get", order_path)["payment_status"] == "paid"

    # One lamp stays dark: support answers and solves it.
    ticket = support(
        "post",
        "tickets",
        {
            "subject": "One lamp is dark",
            "description": "Since this morning.",
            "customer_id": customer["id"],
            "contact_id": contact["id"],
        },
    )
    ticket_path = f"tickets/{ticket['id']}"
    assert ticket["first_response_due"] is not None
    support("post", f"{ticket_path}/comments", {"body": "A new one is on its way."})
    assert support("get", ticket_path)["first_responded_at"] is not None
    ticket = support("post", f"{ticket_path}/resolve", {"resolution": "Replaced the lamp."})
    assert ticket["status"] == "resolved"
    assert rep("get", f"accounts/{account['id']}")["open_tickets"] == 0

    # The timelines read like the story.
    told = [title for kind, title in stories(rep, lead_path) if kind == "event"]
    assert_in_order(told, ["lead.created", "lead.submitted", "lead.status_changed"])
    assert_in_order(told, ["lead.status_changed", "lead.converted"])
    told = [title for kind, title in stories(rep, deal_path) if kind == "event"]
    assert_in_order(told, ["deal.created", "deal.stage_changed", "deal.won"])
    told = [title for kind, title in stories(rep, invoice_path) if kind == "event"]
    assert_in_order(told, ["invoice.issued", "invoice.payment_received", "invoice.paid"])
    told = [title for kind, title in stories(support, ticket_path) if kind == "event"]
    assert_in_order(told, ["ticket.created", "ticket.commented", "ticket.resolved"])
    told = " · ".join(title for _, title in stories(rep, f"customers/{customer['id']}"))
    assert order["order_number"] in told
    assert invoice["invoice_number"] in told
    assert "One lamp is dark" in told


def assert_in_order(told, wanted):
    """Check that all of ``wanted`` were told, in this order, whatever else was."""
    places = [told.index(title) for title in wanted]
    assert places == sorted(places), told
