"""What typed lines add up to: the domain's own figures, for a form to show before it is saved."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from crm.core.company import ExchangeRate
from crm.core.lineforms import LinesField, LinesForm, in_rows
from crm.core.linerows import Sums, is_empty, rows_sent, written
from crm.core.money import base_currency
from crm.core.wording import field_label

from .models import Order, Product
from .pricing import put_price, tax_groups_of


class PricedForm(LinesForm):
    """The form of an order or invoice: lines, with the discount and the freight under them."""

    amount_names = ("discount", "shipping_cost")

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if "currency" in self.fields:
            known = {base_currency(), self.instance.currency}
            known |= set(ExchangeRate.objects.values_list("currency", flat=True).distinct())
            field: Any = self.fields["currency"]
            field.choices = [(code, code) for code in sorted(known)]
        for name in (*self.amount_names, "currency"):
            if name in self.fields:
                self.fields[name].widget.attrs["data-priced"] = "yes"

    @classmethod
    def declared(cls, name: str, column: models.Field) -> forms.Field | None:
        """Return the rows for the lines, and the currencies that there are rates of."""
        if name == "items":
            return LinesField(products=Product.objects.all(), label=field_label(name))
        if name == "currency":
            return forms.ChoiceField(choices=[], label=field_label(name))
        return super().declared(name, column)

    def clean(self) -> dict[str, Any]:
        """Take what was left empty among the amounts as nothing."""
        values = super().clean()
        for name in self.amount_names:
            if name in values and values[name] is None:
                values[name] = Decimal(0)
        return values


class SumsForm(forms.Form):
    """As much of a form with lines as its sums are made from."""

    currency = forms.CharField(max_length=3, required=False)
    discount = forms.DecimalField(required=False, localize=True, min_value=0)
    shipping_cost = forms.DecimalField(required=False, localize=True, min_value=0)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.fields["items"] = LinesField(products=Product.objects.all())


def sums_typed(data: Any, record: Any) -> Sums:
    """Return what the lines in ``data`` come to on ``record``, which may be a new one."""
    form = SumsForm(data)
    currency = data.get("currency") or record.currency
    if not form.is_valid():
        told = [str(message) for messages in form.errors.values() for message in messages]
        matches = form.fields["items"].widget.matches  # type: ignore[attr-defined]
        return Sums(currency=currency, told=told, matches=matches)
    given = form.cleaned_data
    document = Order(
        currency=currency,
        items=given["items"],
        discount=given["discount"] or 0,
        shipping_cost=given["shipping_cost"] or 0,
        tax=getattr(record, "tax", 0) or 0,
    )
    try:
        put_price(document, before=record.items)
    except ValidationError as refusal:
        widget: Any = form.fields["items"].widget
        refusal = in_rows(refusal, widget, name="items") if _by_name(refusal) else refusal
        return Sums(currency=currency, told=refusal.messages)
    sums = sums_of(document)
    _address(sums, data, given["items"], document.items)
    return sums


def sums_of(document: Any) -> Sums:
    """Return the figures of a priced document."""
    return Sums(
        currency=document.currency,
        lines=document.items,
        subtotal=document.subtotal,
        tax=document.tax,
        tax_groups=tax_groups_of(document),
        total=document.total,
        has_discounts=any(line.get("discount") for line in document.items),
        has_taxes=any(line.get("tax_rate") is not None for line in document.items),
    )


def _address(sums: Sums, data: Any, typed: list, priced: list) -> None:
    """Say in which row of the page each line's total and what was filled in belong."""
    names, rows = data.getlist("items-row"), rows_sent(data, "items")
    lines = iter(zip(typed, priced, strict=True))
    for name, row in zip(names, rows, strict=False):
        if is_empty(row):
            sums.by_row.append((name, None))
            continue
        before, after = next(lines)
        sums.by_row.append((name, after["total"]))
        for part in ("name", "unit_price"):
            if part in after and part not in before:
                text = after[part] if part == "name" else written(after[part])
                sums.filled.append((name, part, text, part != "name"))


def _by_name(refusal: ValidationError) -> bool:
    return hasattr(refusal, "error_dict")
