"""The REST face of products, orders and invoices."""

import re

from django.http import Http404, HttpResponse
from rest_framework.decorators import action

from crm.core.filters import OwnedFilter
from crm.core.reading import Reader
from crm.core.schema import Contract
from crm.core.shapes import answered, array
from crm.core.views import body_of, ok
from crm.core.viewsets import RecordViewSet

from . import operations, papers
from .filters import InvoiceFilter
from .models import Invoice, Order, Product
from .pdf import credit_note_pdf, invoice_pdf
from .serializers import (
    CreditSerializer,
    InvoiceSerializer,
    OrderSerializer,
    PaymentSerializer,
    ProductSerializer,
    ReasonSerializer,
    ShipSerializer,
)

MOVE = Contract(message=True)
SHIP = Contract(body=ShipSerializer, optional_body=True, message=True)
INVOICE = answered(InvoiceSerializer.entity())
COPY = Contract(data=INVOICE, status=201, repeatable=True, message=True)
PDF = Contract(media="application/pdf")
PAYMENTS = {
    "GET": Contract(data=array(papers.PAYMENT)),
    "POST": Contract(
        body=PaymentSerializer, data=papers.PAYMENT, more={"invoice": INVOICE}, status=201
    ),
}
CREDIT = Contract(
    body=CreditSerializer, data=papers.CREDIT_NOTE, more={"invoice": INVOICE}, status=201
)


class ProductViewSet(RecordViewSet):
    queryset = Product.objects.all()
    serializer_class = ProductSerializer


class OrderViewSet(RecordViewSet):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    filterset_class = OwnedFilter

    def moved(self, id, status):
        """Move an order and answer with it."""
        order = self.get_for("change", id)
        order = operations.move_order(
            order, status, by=self.request.user, if_revision=self.expected_revision()
        )
        return self.shown(order, message=f"Order {order.order_number} is {order.status}")

    @action(detail=True, methods=["post"], verb="change", contract=MOVE)
    def confirm(self, request, id):
        """Confirm the order and take its pieces out of stock."""
        return self.moved(id, Order.Status.CONFIRMED)

    @action(detail=True, methods=["post"], verb="change", contract=SHIP)
    def ship(self, request, id):
        """Ship the order; a confirmed one passes through processing on the way."""
        order = self.get_for("change", id)
        body = body_of(request, ShipSerializer) if has_body(request) else {}
        order = operations.ship_order(
            order, **body, by=request.user, if_revision=self.expected_revision()
        )
        return self.shown(order, message=f"Order {order.order_number} is {order.status}")

    @action(detail=True, methods=["post"], verb="change", contract=MOVE)
    def deliver(self, request, id):
        """Note that the order has arrived."""
        return self.moved(id, Order.Status.DELIVERED)

    @action(detail=True, methods=["post"], verb="change", contract=MOVE)
    def cancel(self, request, id):
        """Cancel the order; what it took out of stock is given back once."""
        return self.moved(id, Order.Status.CANCELLED)

    @action(detail=True, methods=["post"], verb="change", contract=COPY)
    def invoice(self, request, id):
        """Copy the order onto a draft of an invoice; the second call answers the same one."""
        order = self.get_for("change", id)
        invoice, made = operations.invoice_order(order, by=request.user)
        message = "Invoice drafted" if made else "The order has this invoice already"
        return ok(invoice_row(invoice, request), message=message, status=201 if made else 200)


class InvoiceViewSet(RecordViewSet):
    queryset = Invoice.objects.all()
    serializer_class = InvoiceSerializer
    filterset_class = InvoiceFilter

    @action(detail=True, methods=["post"], verb="change", contract=MOVE)
    def issue(self, request, id):
        """Make the draft a document with the next number; it can't change from then on."""
        invoice = self.get_for("change", id)
        invoice = operations.issue_invoice(
            invoice, by=request.user, if_revision=self.expected_revision()
        )
        return self.shown(invoice, message=f"Invoice {invoice.invoice_number} issued")

    @action(
        detail=True,
        methods=["post"],
        verb="change",
        contract=Contract(body=ReasonSerializer, message=True),
    )
    def void(self, request, id):
        """Declare an issued invoice void, with the reason; it keeps its number."""
        invoice = self.get_for("change", id)
        reason = body_of(request, ReasonSerializer)["reason"]
        invoice = operations.void_invoice(
            invoice, reason, by=request.user, if_revision=self.expected_revision()
        )
        return self.shown(invoice, message=f"Invoice {invoice.invoice_number} is void")

    @action(detail=True, methods=["get"], verb="view", contracts=PAYMENTS)
    def payments(self, request, id):
        """What came in for the invoice, the earliest first."""
        self.take_only()
        rows = self.get_for("view", id).payments.select_related("created_by")
        return ok([papers.payment_row(payment) for payment in rows])

    @payments.mapping.post
    def add_payment(self, request, id):
        """Book money that came in; never more than is left to pay."""
        invoice = self.get_for("change", id)
        body = body_of(request, PaymentSerializer)
        payment = operations.add_payment(
            invoice,
            body["amount"],
            paid_at=body.get("date"),
            method=body.get("method", ""),
            reference=body.get("reference", ""),
            by=request.user,
            if_revision=self.expected_revision(),
        )
        return ok(papers.payment_row(payment), invoice=invoice_row(invoice, request), status=201)

    @action(detail=True, methods=["post"], verb="change", url_path="credit-note", contract=CREDIT)
    def credit_note(self, request, id):
        """Take the invoice back by a credit note: whole, or the lines that are sent."""
        invoice = self.get_for("change", id)
        body = body_of(request, CreditSerializer)
        note = operations.credit_invoice(
            invoice, **body, by=request.user, if_revision=self.expected_revision()
        )
        return ok(papers.credit_note_row(note), invoice=invoice_row(invoice, request), status=201)

    @action(
        detail=True,
        verb="view",
        url_path="credit-notes",
        contract=Contract(data=array(papers.CREDIT_NOTE)),
    )
    def credit_notes(self, request, id):
        """The credit notes on the invoice, the earliest first."""
        self.take_only()
        notes = self.get_for("view", id).credit_notes.select_related("created_by")
        return ok([papers.credit_note_row(note) for note in notes])

    @action(detail=True, verb="view", contract=PDF)
    def pdf(self, request, id):
        """The invoice as a paper: the same bytes for the same document."""
        invoice = self.get_for("view", id)
        self.take_only()
        return paper(invoice_pdf(invoice), str(invoice))

    @action(detail=True, verb="view", url_path="credit-notes/(?P<number>[^/]+)/pdf", contract=PDF)
    def credit_note_paper(self, request, id, number):
        """A credit note as a paper."""
        self.take_only()
        notes = self.get_for("view", id).credit_notes
        note = notes.filter(number=number.replace("\x00", "")).first()
        if note is None:
            raise Http404
        return paper(credit_note_pdf(note), note.number)


def has_body(request) -> bool:
    """Whether anything was sent."""
    return request.stream is not None


def invoice_row(invoice, request):
    """Return an invoice as its own address would answer it."""
    reader = Reader(InvoiceSerializer.entity(), user=request.user)
    return reader.rows(Invoice.all_objects.filter(pk=invoice.pk).order_by())[0]


def paper(content: bytes, name: str) -> HttpResponse:
    """Answer with a PDF, to look at or to keep under its name."""
    safe = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII)
    disposition = f'inline; filename="{safe}.pdf"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-cache"}
    return HttpResponse(content, "application/pdf", headers=headers)
