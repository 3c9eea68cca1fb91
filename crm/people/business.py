"""What a customer means to us: orders and unpaid invoices, for their page.

Counted is what the reader may see. The records belong to a higher domain, so they are named,
not imported.
"""

from typing import Any

from django.apps import apps
from django.db.models import Count, Max, Q, Sum
from django.utils.translation import gettext as _

from crm.core.pages.cells import Cell

OPEN_ORDERS = ("pending", "confirmed", "processing", "shipped")
UNPAID = ("sent", "overdue")


def business_with(customer: Any, *, user: Any) -> list[Cell]:
    """Return orders, the latest of them, and what is unpaid in each currency."""
    cells: list[Cell] = []
    if (orders := _of("order", customer, user)) is not None:
        found = orders.exclude(status="cancelled").aggregate(
            count=Count("pk"),
            latest=Max("order_date"),
            open_ones=Count("pk", filter=Q(status__in=OPEN_ORDERS)),
        )
        cells.append(Cell("orders", _("Orders"), "number", found["count"]))
        cells.append(Cell("open_orders", _("Open orders"), "number", found["open_ones"]))
        if found["latest"]:
            cells.append(Cell("latest_order", _("Latest order"), "day", found["latest"]))
    if (invoices := _of("invoice", customer, user)) is not None:
        unpaid = invoices.filter(status__in=UNPAID).order_by("currency")
        sums = unpaid.values_list("currency").annotate(left=Sum("balance_due"))
        cells += [
            Cell("unpaid", _("Unpaid"), "money", left, currency) for currency, left in sums if left
        ]
    return cells


def _of(kind: str, customer: Any, user: Any) -> Any:
    """Return the customer's records of a kind as the reader sees them; None for no right."""
    if not user.has_perm(f"crm.view_{kind}"):
        return None
    model: Any = apps.get_model("crm", kind)
    return model.objects.visible_to(user).filter(customer=customer).order_by()
