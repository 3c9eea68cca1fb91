"""What is done with orders: taking, moving, cancelling and invoicing them."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import events, records
from crm.core.errors import Conflict
from crm.core.numbering import next_number
from crm.core.wording import field_word, value_word

from .models import Invoice, Order
from .pricing import MONEY, put_price, repriced
from .products import give_back_stock, take_stock

Status = Order.Status
MOVES: dict[str, tuple[str, ...]] = {
    Status.PENDING: (Status.CONFIRMED, Status.CANCELLED),
    Status.CONFIRMED: (Status.PROCESSING, Status.CANCELLED),
    Status.PROCESSING: (Status.SHIPPED, Status.CANCELLED),
    Status.SHIPPED: (Status.DELIVERED,),
    Status.DELIVERED: (),
    Status.CANCELLED: (),
}
#: with these an order may begin
FIRST = (Status.PENDING, Status.CONFIRMED)
#: what stands once an order is confirmed
AGREED = (MONEY - {"shipping_cost"}) | {"customer"}
PAYMENT_TERM = timedelta(days=30)


@records.create.register
@transaction.atomic
def create_order(order: Order, *, by: Any) -> Order:
    """Take an order under a number of its own, priced by the server."""
    wanted = order.status
    if wanted not in FIRST:
        raise ValidationError(
            {
                "status": _("An order begins as %(allowed)s, and moves on from there.")
                % {"allowed": _(" or ").join(map(value_word, FIRST))}
            }
        )
    order.status = Status.PENDING
    take_order(order, by=by)
    return move_order(order, wanted, by=by) if wanted != Status.PENDING else order


def take_order(order: Order, *, by: Any, agreed: list | None = None) -> None:
    """Store a new order, priced and numbered; ``agreed`` are lines of the deal behind it."""
    warnings = put_price(order, before=agreed)
    order.order_number = next_number("order", prefix="ORD")
    records.save_new(order, by=by)
    records.warn(order, *warnings)


@records.change.register
@transaction.atomic
def change_order(
    order: Order, values: dict[str, Any], *, by: Any, if_revision: int | None = None
) -> Order:
    """Change an order; a new status runs the operation of that move.

    Raises :class:`Conflict` for what was agreed on by confirming it, and for an illegal
    move.
    """
    stored = records.lock(order, if_revision=if_revision)
    changed = records.differing(stored, values)
    status = changed.pop("status", None)
    _check_open(stored, changed)
    changed, warnings = repriced(stored, changed)
    records.save_changes(order, changed, by=by)
    records.warn(order, *warnings)
    return move_order(order, status, by=by) if status else order


def fixed_fields(order: Order) -> frozenset[str]:
    """Return the fields of an order that can't change any more, by their names in the model."""
    if order.status == Status.PENDING:
        return frozenset()
    may_reship = order.status in (Status.CONFIRMED, Status.PROCESSING)
    if may_reship and invoice_of(order) is None:
        return AGREED
    return AGREED | {"shipping_cost"}


def _check_open(order: Order, changed: dict[str, Any]) -> None:
    if order.status == Status.PENDING:
        return
    fixed = AGREED & changed.keys()
    if fixed:
        raise Conflict(
            _(
                "Order %(order)s is %(status)s: %(fields)s can't change any more. Cancel it and "
                "take a new order."
            )
            % {
                "order": order.order_number,
                "status": value_word(order.status),
                "fields": ", ".join(map(field_word, sorted(fixed))),
            }
        )
    if "shipping_cost" in changed:
        if order.status not in (Status.CONFIRMED, Status.PROCESSING):
            raise Conflict(
                _("Order %(order)s is %(status)s: its shipping_cost stands.")
                % {"order": order.order_number, "status": value_word(order.status)}
            )
        if invoice := invoice_of(order):
            raise Conflict(
                _("The shipping_cost stands: the order has its %(invoice)s.")
                % {"invoice": _named(invoice)}
            )


def moves_of(order: Order) -> tuple[str, ...]:
    """Return what an order can become next: by its status, and by the invoice it has."""
    moves = MOVES[order.status]
    if order.status == Status.CONFIRMED:
        moves = (*moves, Status.SHIPPED)  # ship_order passes through processing
    if Status.CANCELLED in moves:
        invoice = invoice_of(order)
        if invoice is not None and invoice.status != Invoice.Status.DRAFT:
            return tuple(move for move in moves if move != Status.CANCELLED)
    return moves


@transaction.atomic
def move_order(order: Order, status: str, *, by: Any, if_revision: int | None = None) -> Order:
    """Move an order on to ``status``.

    Confirming takes the stock, cancelling gives it back once. Raises :class:`Conflict`
    for an illegal move, naming the legal ones, for too little stock, and for cancelling
    what has an issued invoice.
    """
    stored = records.lock(order, if_revision=if_revision)
    before = stored.status
    if status not in MOVES[before]:
        raise Conflict(_refusal(stored, status))
    values: dict[str, Any] = {"status": Status(status)}
    if status == Status.CONFIRMED:
        values["stock_taken"] = take_stock(stored, by=by)
    elif status == Status.CANCELLED:
        invoice = invoice_of(stored)
        if invoice and invoice.status != Invoice.Status.DRAFT:
            raise Conflict(
                _(
                    "Order %(order)s has the %(invoice)s. Void it or credit it, then cancel the "
                    "order."
                )
                % {"order": stored.order_number, "invoice": _named(invoice)}
            )
        give_back_stock(stored, by=by)
        values["stock_taken"] = {}
    records.write(stored, values)
    events.record(status, stored, by=by, changes={"status": [before, status]})
    records.copy_values(stored, order)
    return order


def _refusal(order: Order, status: str) -> str:
    moves = MOVES[order.status]
    allowed = (
        _("From here it can go to: %(allowed)s.") % {"allowed": ", ".join(map(value_word, moves))}
        if moves
        else _("That is its end.")
    )
    if status == order.status:
        return _("Order %(order)s is %(wanted)s already. %(allowed)s") % {
            "order": order.order_number,
            "wanted": value_word(status),
            "allowed": allowed,
        }
    return _("Order %(order)s is %(status)s, it can't become %(wanted)s. %(allowed)s") % {
        "order": order.order_number,
        "status": value_word(order.status),
        "wanted": value_word(status),
        "allowed": allowed,
    }


@transaction.atomic
def ship_order(
    order: Order, *, by: Any, tracking_number: str = "", if_revision: int | None = None
) -> Order:
    """Ship an order; a confirmed one passes through processing on the way."""
    stored = records.lock(order, if_revision=if_revision)
    if stored.status == Status.CONFIRMED:
        move_order(order, Status.PROCESSING, by=by)
    move_order(order, Status.SHIPPED, by=by)
    if tracking_number:
        records.save_changes(order, {"tracking_number": tracking_number}, by=by)
    return order


def is_deletable(order: Order) -> bool:
    """Whether nothing came of an order, so that it can go into the recycle bin."""
    return order.status in (Status.PENDING, Status.CANCELLED) and invoice_of(order) is None


@records.remove.register
@transaction.atomic
def remove_order(order: Order, *, by: Any, if_revision: int | None = None) -> None:
    """Put an order into the recycle bin, if nothing came of it."""
    stored = records.lock(order, if_revision=if_revision)
    if stored.status not in (Status.PENDING, Status.CANCELLED):
        raise Conflict(
            _("Order %(order)s is %(status)s. Only pending and cancelled orders can be deleted.")
            % {"order": stored.order_number, "status": value_word(stored.status)}
        )
    if invoice := invoice_of(stored):
        raise Conflict(
            _("Order %(order)s has the %(invoice)s. Delete that first.")
            % {"order": stored.order_number, "invoice": _named(invoice)}
        )
    records.mark_deleted(order, by=by)


# -- the invoice of an order ---------------------------------------------------------------


@transaction.atomic
def invoice_order(order: Order, *, by: Any) -> tuple[Invoice, bool]:
    """Return the invoice of an order, and whether it was made just now.

    It is copied once, as a draft: the second call returns the same one. After that one was
    voided or deleted a new one is made. Raises :class:`Conflict` for a cancelled order.
    """
    if by is not None and not by.has_perm("crm.add_invoice"):
        raise PermissionDenied(
            _("You may not make invoices: the permission crm.add_invoice lacks.")
        )
    stored = records.lock(order)
    if invoice := invoice_of(stored):
        return invoice, False
    if stored.status == Status.CANCELLED:
        raise Conflict(
            _("Order %(order)s is cancelled, there is nothing to invoice.")
            % {"order": stored.order_number}
        )
    copied = (*sorted(MONEY), "payment_method", "customer_id", "assigned_to_id")
    invoice = Invoice(
        order=stored,
        due_date=timezone.now() + PAYMENT_TERM,
        **{name: getattr(stored, name) for name in copied},
    )
    records.save_new(invoice, by=by)  # priced already; its products may have gone since
    events.record("invoiced", stored, by=by, invoice=invoice.pk)
    return invoice, True


def invoice_of(order: Order) -> Invoice | None:
    """Return the invoice of an order that holds or is a draft: a void one is none.

    ``known_invoice`` is what a page has found out before it asks several questions.
    """
    if hasattr(order, "known_invoice"):
        return order.known_invoice
    rows = Invoice.objects.filter(order=order).exclude(status=Invoice.Status.CANCELLED)
    return rows.order_by("pk").first()


def _named(invoice: Invoice) -> str:
    if invoice.status == Invoice.Status.DRAFT:
        return _("draft of an invoice")
    return _("%(status)s invoice %(number)s") % {
        "status": value_word(invoice.status),
        "number": invoice.invoice_number,
    }
