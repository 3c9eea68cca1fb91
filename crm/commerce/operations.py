"""The verbs of commerce, by the file in which each is told."""

from .invoices import issue_invoice, mark_overdue, void_invoice
from .links import make_link, revoke_link
from .orders import invoice_order, move_order, ship_order
from .payments import add_payment, credit_invoice
from .products import in_use_by
from .wondeals import customer_of, order_from_deal

__all__ = [
    "add_payment",
    "credit_invoice",
    "customer_of",
    "in_use_by",
    "invoice_order",
    "issue_invoice",
    "make_link",
    "mark_overdue",
    "move_order",
    "order_from_deal",
    "revoke_link",
    "ship_order",
    "void_invoice",
]
