"""What commerce does when something happened elsewhere, and how people read of its own doings."""

from typing import Any

from crm.activities.models import Activity
from crm.core import records
from crm.core.models import Event
from crm.sales.models import Deal

from .models import Invoice, Order
from .sales import customer_of, lines_of, order_from_deal

#: what stands on the customer's timeline, by event
STORY = {
    "order.confirmed": "Order {name} confirmed",
    "order.shipped": "Order {name} shipped",
    "order.delivered": "Order {name} delivered",
    "order.cancelled": "Order {name} cancelled",
    "invoice.issued": "Invoice {name} issued: {total}",
    "invoice.payment_received": "Payment received on invoice {name}",
    "invoice.paid": "Invoice {name} paid",
    "invoice.overdue": "Invoice {name} is overdue",
    "invoice.voided": "Invoice {name} declared void",
    "invoice.credited": "Invoice {name} credited",
}


def serve_won_deal(event: Event) -> None:
    """See to it that the deal's party is a customer, and draft the order from its lines."""
    deal = Deal.objects.filter(pk=event.record_id).first()
    if deal is None:
        return
    if lines_of(deal):
        order_from_deal(deal, by=None)
    else:
        customer_of(deal, by=None)


def tell_customer_story(event: Event) -> None:
    """Write onto the customer's timeline what happened to an order or invoice of theirs."""
    model: Any = Order if event.record_type == "order" else Invoice
    document = model.all_objects.select_related("customer").filter(pk=event.record_id).first()
    if document is None or document.customer is None or document.customer.is_deleted:
        return
    total = f"{document.total or 0:,.2f} {document.currency}"
    story = Activity(
        activity_type=Activity.Type.STATUS_CHANGE,
        title=STORY[event.name].format(name=document, total=total),
        related_to_type="customer",
        related_to_id=document.customer_id,
        user=event.actor,
        created_at=event.happened_at,
        metadata={"event": event.name, event.record_type: str(document.pk)},
    )
    records.create(story, by=None)


def mark_order_paid(event: Event) -> None:
    """Let the payment status of an order follow its invoice."""
    invoice = Invoice.objects.select_related("order").filter(pk=event.record_id).first()
    if invoice is None or invoice.order is None or invoice.status != Invoice.Status.PAID:
        return
    paid = {"payment_status": Order.PaymentStatus.PAID}
    if not invoice.order.is_deleted:
        records.change(invoice.order, paid, by=None)
