"""The pages of invoices: the paper, and what can be done with it."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from crm.core.pages import Action
from crm.core.plain import whole_number

from . import operations
from .display import paper_of
from .forms import CreditForm, PaymentForm, ReasonForm, today
from .invoices import NOTES, verbs_of
from .linepages import PricedPages
from .links import token_of
from .models import Invoice
from .orders import PAYMENT_TERM
from .pdf import credit_note_pdf, invoice_pdf
from .steps import Question, act, ask, sent
from .viewsets import InvoiceViewSet, paper

Status = Invoice.Status


class InvoicePages(PricedPages):
    viewset = InvoiceViewSet
    slug = "invoices"
    shown_with = ("customer",)
    icon = "receipt-text"
    columns = ("customer_id", "status", "total", "balance_due", "due_date", "assigned_to")
    facts = (
        "customer_id",
        "order_id",
        "issue_date",
        "due_date",
        "total",
        "amount_paid",
        "amount_credited",
        "balance_due",
        "assigned_to",
    )
    groups = (
        (
            gettext_lazy("Invoice"),
            ("customer_id", "order_id", "due_date", "currency", "assigned_to"),
        ),
        (gettext_lazy("Lines"), ("items", "discount", "shipping_cost")),
        (gettext_lazy("Terms"), ("payment_method", "terms", "notes")),
    )

    def more_urls(self) -> list[Any]:
        view, change = "view", "change"
        one = "invoices/<uuid:pk>/"
        return [
            path(
                f"{one}issue/", self._page(change, require_POST(self.issue)), name="invoice-issue"
            ),
            path(f"{one}pay/", self._page(change, self.pay), name="invoice-pay"),
            path(f"{one}void/", self._page(change, self.void), name="invoice-void"),
            path(f"{one}credit/", self._page(change, self.credit), name="invoice-credit"),
            path(f"{one}pdf/", self._page(view, require_safe(self.pdf)), name="invoice-pdf"),
            path(
                f"{one}credit-notes/<str:number>/",
                self._page(view, require_safe(self.note_pdf)),
                name="invoice-note-pdf",
            ),
            path(f"{one}link/", self._page(change, require_POST(self.link)), name="invoice-share"),
            path(
                f"{one}link/revoke/",
                self._page(change, require_POST(self.revoke)),
                name="invoice-unshare",
            ),
        ]

    def open_names(self, request: HttpRequest, record: Any) -> list[str]:
        """Return the fields that may still change: of an issued invoice those beside the paper."""
        names = self.form_names(request)
        if record.status == Status.DRAFT:
            return names
        return [name for name in names if name in NOTES]

    def _initial(self, request: HttpRequest) -> dict[str, Any]:
        return {"due_date": timezone.now() + PAYMENT_TERM, **super()._initial(request)}

    # -- list and detail -----------------------------------------------------------------

    def label_of(self, row: dict[str, Any]) -> str:
        """Return the number; a draft has none yet."""
        return str(row["invoice_number"] or _("Draft"))

    def list_views(self, request: HttpRequest) -> list[tuple[str, str]]:
        return [
            (_("Drafts"), "status=draft"),
            (_("Open"), "status=sent%2Coverdue&sort=due_date"),
            (_("Overdue"), "overdue=true&sort=due_date"),
            (_("Paid"), "status=paid"),
        ]

    def actions(self, request: HttpRequest, record: Any) -> list[Action]:
        """Return what the invoice's state and the reader's role allow."""
        verbs = verbs_of(record) if record.may_change else frozenset()

        def to(verb: str) -> str:
            return reverse(f"invoice-{verb}", args=[record.pk])

        found = []
        if "issue" in verbs:
            question = _("Issue this invoice? It gets its number and can't change from then on.")
            seen = {"revision": str(record.revision)}
            found.append(
                Action(_("Issue"), to("issue"), "stamp", "post", "primary", question, seen)
            )
        if "pay" in verbs:
            found.append(Action(_("Record payment"), to("pay"), "banknote", style="primary"))
        found.append(Action("PDF", to("pdf"), "file-down"))
        if record.status != Status.DRAFT and (mail := self._mail(request, record)):
            found.append(Action(_("Send by email"), mail, "mail"))
        if "credit" in verbs:
            found.append(Action(_("Credit note"), to("credit"), "undo-2"))
        if "void" in verbs:
            found.append(Action(_("Void"), to("void"), "ban"))
        return found

    def _mail(self, request: HttpRequest, record: Any) -> str:
        """Return the address of a mail to the customer that is written so far."""
        if record.customer is None or not request.user.has_perm("crm.add_email"):
            return ""
        try:
            compose = reverse("email-new")
        except NoReverseMatch:
            return ""
        text = _("Please find our invoice %(number)s here.") % {"number": record}
        if token := token_of(record):
            text += f"\n{_public(request, token)}"
        asked = {
            "to_email": record.customer.email,
            "subject": _("Invoice %(number)s") % {"number": record},
            "body": text,
            "related_to_type": "customer",
            "related_to_id": str(record.customer_id),
        }
        return f"{compose}?{urlencode(asked)}"

    def more(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """Return the paper, and the link where there is one."""
        is_issued = record.status != Status.DRAFT
        token = token_of(record) if is_issued else ""
        names = self.open_names(request, record) if record.may_change else []
        return {
            "paper": paper_of(record),
            "may_share": is_issued and self.may(request, "change"),
            "public_link": _public(request, token) if token else "",
            "editable": set(names) - {"items"},
        }

    # -- verbs ---------------------------------------------------------------------------

    def issue(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Make the draft a document."""
        invoice = self.get_for(request, "change", pk)
        revision = whole_number(request.POST.get("revision", ""))

        def do() -> str:
            operations.issue_invoice(invoice, by=request.user, if_revision=revision)
            return _("Invoice %(number)s is issued.") % {"number": invoice}

        return act(request, self, invoice, do)

    def pay(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Book money that came in; what is left to pay is proposed."""
        invoice = self.get_for(request, "change", pk)
        known = {
            "amount": invoice.balance,
            "date": today(),
            "method": invoice.payment_method,
            "revision": invoice.revision,
        }
        form = PaymentForm(sent(request), initial=known)

        def do() -> str:
            given = form.cleaned_data
            operations.add_payment(
                invoice,
                given["amount"],
                paid_at=given["date"],
                method=given["method"],
                reference=given["reference"],
                by=request.user,
                if_revision=given["revision"],
            )
            if invoice.status == Status.PAID:
                return _("Invoice %(number)s is paid.") % {"number": invoice}
            return _("The payment is booked.")

        title = _("Payment on %(number)s") % {"number": invoice}
        return ask(request, self, invoice, form, do, Question(title, _("Record payment")))

    def void(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Declare an issued invoice void, with the reason."""
        invoice = self.get_for(request, "change", pk)
        form = ReasonForm(sent(request), initial={"revision": invoice.revision})

        def do() -> str:
            given = form.cleaned_data
            operations.void_invoice(
                invoice, given["reason"], by=request.user, if_revision=given["revision"]
            )
            return _("Invoice %(number)s is void.") % {"number": invoice}

        question = Question(
            _("Void %(number)s") % {"number": invoice},
            _("Void the invoice"),
            _("It stays with its number, and says that it is void. This can't be taken back."),
            "danger",
        )
        return ask(request, self, invoice, form, do, question)

    def credit(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Take the invoice back by a credit note: whole, or some of its lines."""
        invoice = self.get_for(request, "change", pk)
        known = {"revision": invoice.revision}
        form = CreditForm(sent(request), initial=known, invoice=invoice)

        def do() -> str:
            note = operations.credit_invoice(
                invoice,
                reason=form.cleaned_data["reason"],
                items=form.chosen_lines(),
                by=request.user,
                if_revision=form.cleaned_data["revision"],
            )
            return _("Credit note %(number)s is written.") % {"number": note.number}

        question = Question(
            _("Credit note on %(number)s") % {"number": invoice},
            _("Write credit note"),
            _("A document of its own takes back the whole invoice, or the lines that you choose."),
        )
        return ask(request, self, invoice, form, do, question)

    # -- papers and the link -------------------------------------------------------------

    def pdf(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The invoice as a paper."""
        invoice = self.get_for(request, "view", pk)
        return paper(invoice_pdf(invoice), str(invoice))

    def note_pdf(self, request: HttpRequest, pk: Any, number: str) -> HttpResponse:
        """A credit note as a paper."""
        notes = self.get_for(request, "view", pk).credit_notes
        note = notes.filter(number=number.replace("\x00", "")).first()
        if note is None:
            raise Http404
        return paper(credit_note_pdf(note), note.number)

    def link(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Give the invoice an address for who has no account."""
        invoice = self.get_for(request, "view", pk)

        def do() -> str:
            operations.make_link(invoice, by=request.user)
            return _("The link is ready to be copied.")

        return act(request, self, invoice, do)

    def revoke(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Close that address."""
        invoice = self.get_for(request, "view", pk)

        def do() -> str:
            operations.revoke_link(invoice, by=request.user)
            return _("The link shows nothing any more.")

        return act(request, self, invoice, do)


def _public(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("invoice-link", args=[token]))
