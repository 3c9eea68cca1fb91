"""The pages of orders: the lines, how far one is, and what can be done with it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from crm.core.pages import Action
from crm.core.pages.editing import column_name
from crm.core.plain import whole_number
from crm.core.wording import choice_label, in_sentence

from . import operations
from .forms import ShipForm
from .lineforms import sums_of
from .linepages import PricedPages
from .models import Invoice, Order
from .orders import fixed_fields, invoice_of, is_deletable, moves_of
from .steps import Question, act, ask, sent
from .viewsets import OrderViewSet

Status = Order.Status
#: the way of an order that goes well
WAY = (
    Status.PENDING,
    Status.CONFIRMED,
    Status.PROCESSING,
    Status.SHIPPED,
    Status.DELIVERED,
)
#: the moves that a click makes; shipping asks for the tracking number first
CLICKS = (Status.CONFIRMED, Status.PROCESSING, Status.DELIVERED, Status.CANCELLED)


class OrderPages(PricedPages):
    viewset = OrderViewSet
    slug = "orders"
    shown_with = ("customer",)
    icon = "shopping-cart"
    columns = ("customer_id", "status", "payment_status", "total", "order_date", "assigned_to")
    facts = (
        "customer_id",
        "deal_id",
        "order_date",
        "payment_status",
        "payment_method",
        "tracking_number",
        "assigned_to",
    )
    groups = (
        (
            gettext_lazy("Order"),
            ("customer_id", "deal_id", "order_date", "currency", "assigned_to"),
        ),
        (gettext_lazy("Lines"), ("items", "discount", "shipping_cost")),
        (gettext_lazy("Delivery"), ("shipping_address", "billing_address", "tracking_number")),
        (gettext_lazy("Payment"), ("payment_method", "payment_status", "notes")),
    )

    def more_urls(self) -> list[Any]:
        return [
            path("orders/<uuid:pk>/ship/", self._page("change", self.ship), name="order-ship"),
            path(
                "orders/<uuid:pk>/invoice/",
                self._page("change", require_POST(self.invoice)),
                name="order-invoice",
            ),
            path(
                "orders/<uuid:pk>/to/<slug:status>/",
                self._page("change", require_POST(self.move)),
                name="order-move",
            ),
        ]

    def open_names(self, request: HttpRequest, record: Any) -> list[str]:
        """Return the fields that may still change on an order."""
        fixed, named = fixed_fields(record), column_name(self.model)
        return [name for name in self.form_names(request) if named(name) not in fixed]

    def list_views(self, request: HttpRequest) -> list[tuple[str, str]]:
        return [
            (_("To confirm"), "status=pending"),
            (_("To ship"), "status=confirmed%2Cprocessing&sort=order_date"),
            (_("Under way"), "status=shipped"),
        ]

    # -- detail --------------------------------------------------------------------------

    def with_rights(self, request: HttpRequest, pk: Any) -> Any:
        record = super().with_rights(request, pk)
        record.known_invoice = invoice_of(record)
        return record

    def actions(self, request: HttpRequest, record: Any) -> list[Action]:
        """Return the moves that the order's state and the reader's role allow."""
        if not record.may_change:
            return []
        moves, found = moves_of(record), []
        if Status.CONFIRMED in moves:
            found.append(self._move(record, Status.CONFIRMED, _("Confirm"), "check", "primary"))
        if Status.SHIPPED in moves:
            ship = reverse("order-ship", args=[record.pk])
            found.append(Action(_("Ship"), ship, "truck", style="primary"))
        if Status.DELIVERED in moves:
            found.append(
                self._move(
                    record, Status.DELIVERED, _("Mark delivered"), "package-check", "primary"
                )
            )
        if Status.PROCESSING in moves:
            found.append(self._move(record, Status.PROCESSING, _("Start work"), "play"))
        if self._may_invoice(request, record):
            draft = reverse("order-invoice", args=[record.pk])
            found.append(Action(_("Create invoice"), draft, "receipt-text", method="post"))
        if Status.CANCELLED in moves:
            question = _("Cancel this order? What it took out of stock is given back.")
            found.append(
                self._move(record, Status.CANCELLED, _("Cancel order"), "ban", ask=question)
            )
        return found

    def _move(
        self, record: Any, status: str, label: str, icon: str, style: str = "light", ask: str = ""
    ) -> Action:
        url = reverse("order-move", args=[record.pk, status])
        hidden = {"revision": str(record.revision)}
        return Action(label, url, icon, "post", style, ask, hidden)

    def _may_invoice(self, request: HttpRequest, record: Any) -> bool:
        may = request.user.has_perm("crm.add_invoice") and record.status != Status.CANCELLED
        return may and invoice_of(record) is None

    def more(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """Return the lines, how far the order is, and its invoices."""
        at = WAY.index(record.status) if record.status in WAY else -1
        invoices: Any = Invoice.objects.none()
        if request.user.has_perm("crm.view_invoice"):
            invoices = Invoice.objects.visible_to(request.user).filter(order=record)
        names = self.open_names(request, record) if record.may_change else []
        return {
            "steps": [
                (choice_label(status), place < at, place == at) for place, status in enumerate(WAY)
            ],
            "is_over": at < 0,
            "sums": sums_of(record),
            "may_see_products": request.user.has_perm("crm.view_product"),
            "invoices": list(invoices.order_by("-created_at")),
            "editable": set(names) - {"items"},
            "may_delete": record.may_delete and is_deletable(record),
        }

    # -- verbs ---------------------------------------------------------------------------

    def move(self, request: HttpRequest, pk: Any, status: str) -> HttpResponse:
        """Move the order on; too little stock and the like are told as sentences."""
        order = self.get_for(request, "change", pk)
        if status not in CLICKS:
            return redirect(self.address(pk))
        revision = whole_number(request.POST.get("revision", ""))

        def do() -> str:
            operations.move_order(order, status, by=request.user, if_revision=revision)
            state = in_sentence(choice_label(status))
            return _("%(order)s is %(state)s.") % {"order": order, "state": state}

        return act(request, self, order, do)

    def ship(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Ask for the tracking number, then ship."""
        order = self.get_for(request, "change", pk)
        form = ShipForm(sent(request), initial={"revision": order.revision})

        def do() -> str:
            operations.ship_order(
                order,
                by=request.user,
                tracking_number=form.cleaned_data["tracking_number"],
                if_revision=form.cleaned_data["revision"],
            )
            return _("%(order)s is shipped.") % {"order": order}

        title = _("Ship %(order)s") % {"order": order}
        return ask(request, self, order, form, do, Question(title, _("Ship")))

    def invoice(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Copy the order onto a draft of an invoice, and lead there."""
        order = self.get_for(request, "change", pk)
        drafted: list[Any] = []

        def do() -> str:
            invoice, made = operations.invoice_order(order, by=request.user)
            drafted.append(invoice)
            return _("The invoice is drafted.") if made else _("The order has this invoice.")

        answer = act(request, self, order, do)
        return redirect("invoice-detail", drafted[0].pk) if drafted else answer
