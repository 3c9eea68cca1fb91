"""The small forms that stand before a verb: how it was shipped, what came in, and why not."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.formfields import DayField
from crm.core.widgets import MoneyInput

from .models import Invoice

LONGEST = 255


class RevisedForm(forms.Form):
    """A form that knows which state of the record its author saw."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ShipForm(RevisedForm):
    """How an order went out."""

    tracking_number = forms.CharField(
        label=gettext_lazy("Tracking number"),
        max_length=LONGEST,
        required=False,
        help_text=gettext_lazy("Leave it empty where there is none."),
    )


class PaymentForm(RevisedForm):
    """What came in for an invoice."""

    amount = forms.DecimalField(label=gettext_lazy("Amount"), localize=True, widget=MoneyInput)
    date = DayField(label=gettext_lazy("Date"))
    method = forms.CharField(
        label=gettext_lazy("Payment method"), max_length=LONGEST, required=False
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=LONGEST,
        required=False,
        help_text=gettext_lazy("Such as the bank's own number of the transfer."),
    )


class ReasonForm(RevisedForm):
    """Why something is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class CreditForm(ReasonForm):
    """Which lines of an invoice are taken back."""

    items = forms.MultipleChoiceField(
        label=gettext_lazy("Lines"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, invoice: Invoice, **options: Any):
        super().__init__(*args, **options)
        self.invoice = invoice
        lines: Any = self.fields["items"]
        lines.choices = [
            (str(at), f"{line['quantity']:g} × {line.get('name', '')}")
            for at, line in enumerate(invoice.items)
        ]
        lines.initial = [key for key, _label in lines.choices]
        if not lines.choices:
            del self.fields["items"]

    def clean(self) -> dict[str, Any]:
        """Refuse a credit note about nothing."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if "items" in self.fields and not values.get("items"):
            self.add_error("items", _("Choose what to credit."))
        return values

    def chosen_lines(self) -> list[dict[str, Any]] | None:
        """Return the lines to credit, None for the invoice as a whole."""
        chosen = {int(key) for key in self.cleaned_data.get("items", ())}
        lines = self.invoice.items
        if len(chosen) == len(lines) and not self.invoice.amount_credited:
            return None
        return [line for at, line in enumerate(lines) if at in chosen]


def today() -> Any:
    """Return the reader's day, for a payment that came in just now."""
    return timezone.localdate()
