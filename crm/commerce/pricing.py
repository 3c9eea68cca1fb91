"""Lines on orders and invoices, and what they add up to: the server's figures, always."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.core import money

from .models import Priced, Product

#: what the sums of a document are made from
INPUTS = frozenset({"items", "discount", "tax", "shipping_cost", "currency"})
SUMS = ("subtotal", "tax", "total")
MONEY = INPUTS | set(SUMS)


def priced(
    document: Priced, *, given: Collection[str], before: list | None = None
) -> tuple[dict[str, Any], list[str]]:
    """Return the lines and sums that a document is to have, and where it said otherwise.

    ``given`` names the amounts that the author wrote; ``before`` are the lines so far.
    Without lines the author's own sums stand. Raises ``ValidationError`` by name.
    """
    items = complete(document.items, before or [], document.currency)
    if not items:
        return _as_given(document, given, emptied=bool(before)), []
    found = money.totals(
        items,
        currency=document.currency,
        discount=document.discount,
        tax=document.tax,
        shipping=document.shipping_cost,
    )
    lines = [
        {**line, "total": float(sums.total)}
        for line, sums in zip(items, found.lines, strict=True)
    ]  # fmt: skip
    values = {
        "items": lines,
        "subtotal": found.subtotal,
        "discount": found.discount,
        "tax": found.tax,
        "shipping_cost": found.shipping,
        "total": found.total,
    }
    wrong = [
        _("%(name)s: %(sent)s was sent, %(right)s is right.")
        % {"name": name, "sent": f"{money.exact(sent):f}", "right": values[name]}
        for name in SUMS
        if name in given
        and (sent := getattr(document, name)) is not None
        and money.exact(sent) != values[name]
    ]
    return values, [*found.warnings, *wrong]


def put_price(document: Priced, *, before: list | None = None) -> list[str]:
    """Price a new document in place; returns what to warn of.

    ``before`` are lines that were agreed on already, such as those of a deal.
    """
    given = {name for name in SUMS if getattr(document, name) not in (None, 0)}
    values, warnings = priced(document, given=given, before=before)
    for name, value in values.items():
        setattr(document, name, value)
    return warnings


def repriced(stored: Priced, changed: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return a change with the sums that follow from it, and what to warn of."""
    if MONEY.isdisjoint(changed):
        return changed, []
    before = stored.items
    for name in MONEY & changed.keys():
        setattr(stored, name, changed[name])
    values, warnings = priced(stored, given=changed.keys(), before=before)
    return {**changed, **values}, warnings


def _as_given(document: Priced, given: Collection[str], *, emptied: bool) -> dict[str, Any]:
    values: dict[str, Any] = {"items": []}
    if emptied:
        for name, nothing in (("subtotal", None), ("tax", money.ZERO), ("total", None)):
            values[name] = getattr(document, name) if name in given else nothing
    subtotal = values.get("subtotal", document.subtotal)
    if subtotal is None:
        return values
    discount = money.exact(document.discount or 0)
    if discount > money.exact(subtotal):
        raise ValidationError(
            {
                "discount": _("The discount of %(discount)s exceeds the subtotal, %(subtotal)s.")
                % {"discount": discount, "subtotal": subtotal}
            }
        )
    if "total" not in given or document.total is None:
        tax = money.exact(values.get("tax", document.tax) or 0)
        freight = money.exact(document.shipping_cost or 0)
        values["total"] = money.exact(subtotal) - discount + tax + freight
    return values


def tax_groups_of(document: Any) -> tuple[money.TaxGroup, ...]:
    """Return what is taxed at which rate on a priced document or credit note.

    Nothing where its lines bear no rate, or don't add up to its tax, as loaded ones may not.
    """
    if not document.items:
        return ()
    try:
        found = money.totals(
            document.items, currency=document.currency, discount=document.discount or 0
        )
    except ValidationError:
        return ()
    return found.tax_groups if found.tax == document.tax else ()


# -- lines ---------------------------------------------------------------------------------


def complete(items: Any, before: list, currency: str) -> list[dict[str, Any]]:
    """Return lines with what their products fill in, each checked.

    A line that names a product gets its name and price where it lacks them. Lines are
    snapshots: products already on the document may since have gone or been discontinued.
    """
    field: Any = Priced._meta.get_field("items")
    try:
        items = field.clean(items or [], None)
    except ValidationError as error:
        raise ValidationError({"items": error.messages}) from error
    errors: dict[str, str] = {}
    products = _products(items, errors)
    known = {str(line.get("product_id")).lower() for line in before}
    lines = []
    for at, line in enumerate(items):
        path, product = f"items[{at}]", None
        if line.get("product_id"):
            product = products.get(str(line["product_id"]).lower())
            if str(line["product_id"]).lower() not in known:
                _check_product(product, f"{path}.product_id", errors)
        lines.append(_filled(line, product, path, currency, errors))
    if errors:
        raise ValidationError(errors)
    return lines


def product_ids(items: list[Mapping[str, Any]]) -> set[UUID]:
    """Return the products that lines name."""
    return {UUID(str(line["product_id"])) for line in items if line.get("product_id")}


def _products(items: list, errors: dict[str, str]) -> dict[str, Product]:
    ids = set()
    for at, line in enumerate(items):
        try:
            ids |= product_ids([line])
        except ValueError:
            errors[f"items[{at}].product_id"] = _("This is not an id.")
    return {str(product.pk): product for product in Product.objects.filter(pk__in=ids)}


def _check_product(product: Product | None, path: str, errors: dict[str, str]) -> None:
    if product is None:
        errors.setdefault(path, _("There is no product with this id."))
    elif product.status == Product.Status.DISCONTINUED:
        errors[path] = _("%(product)s is discontinued; choose another product.") % {
            "product": product.name
        }


def _filled(
    line: dict[str, Any],
    product: Product | None,
    path: str,
    currency: str,
    errors: dict[str, str],
) -> dict[str, Any]:
    filled = dict(line)
    if "name" not in line:
        if product is None:
            errors[f"{path}.name"] = _("A value is missing.")
        else:
            filled["name"] = product.name
    if "unit_price" not in line:
        base = money.base_currency()
        if product is None:
            errors[f"{path}.unit_price"] = _("A value is missing.")
        elif currency != base:
            errors[f"{path}.unit_price"] = _(
                "The product's price is in %(base)s; write the price in %(currency)s."
            ) % {"base": base, "currency": currency}
        else:
            filled["unit_price"] = float(product.price)
    return filled
