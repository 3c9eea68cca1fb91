"""What happens to orders and invoices beyond being stored."""

from typing import Any

from django.db import transaction

from crm.core import records
from crm.core.numbering import next_number

from .models import Order


@records.create.register
@transaction.atomic
def create_order(order: Order, *, by: Any) -> Order:
    """Take an order under a number of its own."""
    order.order_number = next_number("order", prefix="ORD")
    return records.save_new(order, by=by)
