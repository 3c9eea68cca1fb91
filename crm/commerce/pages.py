"""The pages of products."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from crm.core import records
from crm.core.pages import Action, RecordPages

from .models import Product
from .steps import act
from .viewsets import ProductViewSet

Status = Product.Status


class ProductPages(RecordPages):
    viewset = ProductViewSet
    slug = "products"
    icon = "package"
    columns = ("sku", "category", "price", "stock_quantity", "status")
    facts = ("sku", "category", "price", "cost", "stock_quantity", "unit", "status")
    groups = (
        (
            gettext_lazy("Product"),
            ("name", "sku", "category", "status", "description", "tags", "image_url"),
        ),
        (
            gettext_lazy("Price and stock"),
            ("price", "cost", "unit", "track_stock", "stock_quantity"),
        ),
    )
    quick = ("name", "sku", "price")
    note = "sku"

    def more_urls(self) -> list[Any]:
        one = "products/<uuid:pk>/"
        return [
            path(
                f"{one}discontinue/",
                self._page("change", require_POST(self.discontinue)),
                name="product-discontinue",
            ),
            path(
                f"{one}offer/", self._page("change", require_POST(self.offer)), name="product-offer"
            ),
        ]

    def actions(self, request: HttpRequest, record: Any) -> list[Action]:
        """Return the way out of what we sell, or back."""
        if not record.may_change:
            return []
        if record.status == Status.DISCONTINUED:
            back = reverse("product-offer", args=[record.pk])
            return [Action(_("Offer again"), back, "undo-2", "post", "primary")]
        out = reverse("product-discontinue", args=[record.pk])
        question = _("Discontinue this product? It then enters no new lines; old ones stay.")
        return [Action(_("Discontinue"), out, "ban", "post", confirm=question)]

    def discontinue(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Take the product out of what we sell."""
        return self._set(request, pk, Status.DISCONTINUED, _("%(product)s is discontinued."))

    def offer(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Sell the product again."""
        return self._set(request, pk, Status.ACTIVE, _("%(product)s is offered again."))

    def _set(self, request: HttpRequest, pk: Any, status: str, told: str) -> HttpResponse:
        product = self.get_for(request, "change", pk)

        def do() -> str:
            records.change(product, {"status": status}, by=request.user)
            return told % {"product": self.name_of(product)}

        return act(request, self, product, do)
