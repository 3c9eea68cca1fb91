"""What happens to products: their stock, and why a used one stays."""

from collections import defaultdict
from decimal import ROUND_CEILING, Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from crm.core import events, money, records
from crm.core.errors import Conflict
from crm.core.wording import noun
from crm.sales.models import Deal

from .models import Invoice, Order, Product
from .querysets import with_product

Status = Product.Status
NAMED = 3  # of the documents that a refusal names


@records.change.register
@transaction.atomic
def change_product(
    product: Product, values: dict[str, Any], *, by: Any, if_revision: int | None = None
) -> Product:
    """Change a product; its status follows a stock that runs out or is filled up."""
    stored = records.lock(product, if_revision=if_revision)
    changed = records.differing(stored, values)
    if "stock_quantity" in changed and "status" not in changed:
        changed |= _status_at(stored, changed["stock_quantity"])
    return records.save_changes(product, changed, by=by)


@records.remove.register
@transaction.atomic
def remove_product(product: Product, *, by: Any, if_revision: int | None = None) -> None:
    """Put a product into the recycle bin. Raises :class:`Conflict` where it is in use."""
    stored = records.lock(product, if_revision=if_revision)
    names = in_use_by(stored)
    if names:
        more = _(" and others") if len(names) > NAMED else ""
        raise Conflict(
            _(
                "%(product)s is in use by %(names)s%(more)s. Set its status to discontinued "
                "instead: it then enters no new lines."
            )
            % {"product": stored.name, "names": ", ".join(names[:NAMED]), "more": more}
        )
    records.mark_deleted(product, by=by)


def in_use_by(product: Product) -> list[str]:
    """Return the names of some orders, invoices and deals that have a line of the product."""
    found: list[str] = []
    for model in (Order, Invoice, Deal):
        if not hasattr(model, "items"):
            continue
        rows = with_product(model.objects.all(), product.pk).order_by("pk")
        found += [f"{noun(model)} {row}" for row in rows[: NAMED + 1]]
    return found


# -- stock ---------------------------------------------------------------------------------


def take_stock(order: Order, *, by: Any) -> dict[str, int]:
    """Take an order's pieces out of stock and return what was taken, by product.

    The rows are locked in the order of their ids. Raises :class:`Conflict` naming the
    products that are too few, and takes nothing then.
    """
    needed: dict[UUID, Decimal] = defaultdict(Decimal)
    for line in order.items:
        if line.get("product_id"):
            needed[UUID(str(line["product_id"]))] += money.exact(line["quantity"])
    pieces = {key: int(need.to_integral_value(ROUND_CEILING)) for key, need in needed.items()}
    products = [product for product in _locked(pieces) if product.track_stock]
    short = [
        _("%(product)s (in stock: %(stock)s, ordered: %(pieces)s)")
        % {"product": product.name, "stock": product.stock_quantity, "pieces": pieces[product.pk]}
        for product in products
        if product.stock_quantity < pieces[product.pk]
    ]
    if short:
        raise Conflict(_("There is not enough of %(products)s.") % {"products": ", ".join(short)})
    for product in products:
        _move(product, -pieces[product.pk], order, by=by)
    return {str(product.pk): pieces[product.pk] for product in products}


def give_back_stock(order: Order, *, by: Any) -> None:
    """Put back what the order took."""
    taken = {UUID(key): pieces for key, pieces in order.stock_taken.items()}
    for product in _locked(taken):
        _move(product, taken[product.pk], order, by=by)


def _locked(ids: Any) -> list[Product]:
    rows = Product.all_objects.filter(pk__in=list(ids)).order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))


def _move(product: Product, pieces: int, order: Order, *, by: Any) -> None:
    before = product.stock_quantity
    values: dict[str, Any] = {"stock_quantity": before + pieces}
    values |= _status_at(product, before + pieces)
    changes = {name: [getattr(product, name), value] for name, value in values.items()}
    records.write(product, values)
    name = "stock_taken" if pieces < 0 else "stock_returned"
    events.record(name, product, by=by, changes=changes, order=order.order_number)


def _status_at(product: Product, stock: Any) -> dict[str, str]:
    """Return the status that a stock brings about, if it is another one."""
    if not isinstance(stock, int) or not product.track_stock:
        return {}
    if stock <= 0 and product.status == Status.ACTIVE:
        return {"status": Status.OUT_OF_STOCK}
    if stock > 0 and product.status == Status.OUT_OF_STOCK:
        return {"status": Status.ACTIVE}
    return {}
