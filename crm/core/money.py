"""Money: decimals in a currency's own digits, rounded half-up, never floats.

One calculator makes the totals of whatever has lines (behaviours.md, "Product, Order,
Invoice"), and one function brings amounts of several currencies to the base currency.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .company import Company, ExchangeRate

#: ISO 4217: currencies without a minor unit. Those with three digits are kept with two,
#: which is what an amount has room for.
WITHOUT_CENTS = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
ZERO = Decimal("0.00")
HUNDRED = Decimal(100)
LARGEST = Decimal("9999999999999.99")
PRECISION = 80  # of what lies between exact inputs and the rounding; nothing is lost on the way


@dataclass(frozen=True)
class LineTotal:
    """One line: its ``total``, its part of the discount on the whole, and its tax rate."""

    total: Decimal
    discount_share: Decimal
    tax_rate: Decimal | None


@dataclass(frozen=True)
class TaxGroup:
    """The lines of one tax rate: what is taxed, and the tax."""

    rate: Decimal
    base: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Totals:
    """What lines add up to. ``warnings`` says where the lines said otherwise."""

    currency: str
    lines: tuple[LineTotal, ...]
    subtotal: Decimal
    discount: Decimal
    tax: Decimal
    tax_groups: tuple[TaxGroup, ...]
    shipping: Decimal
    total: Decimal
    warnings: tuple[str, ...] = ()


def digits(currency: str) -> int:
    """Return how many digits after the point amounts of a currency have: 2 or 0."""
    return 0 if currency in WITHOUT_CENTS else 2


def exact(value: Any) -> Decimal:
    """Return a number as it was written; a float as the shortest text that means it."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def rounded(amount: Any, currency: str) -> Decimal:
    """Return ``amount`` half-up in the currency's digits; always two of them in print."""
    with localcontext(prec=PRECISION):
        unit = Decimal(1).scaleb(-digits(currency))
        whole = exact(amount).quantize(unit, ROUND_HALF_UP)
        return whole.quantize(Decimal("0.01")) + ZERO  # no minus before zero


def totals(
    lines: Iterable[Mapping[str, Any]],
    *,
    currency: str,
    discount: Any = 0,
    tax: Any = 0,
    shipping: Any = 0,
) -> Totals:
    """Return what ``lines`` of quantity, unit_price, discount?, tax_rate?, total? add up to.

    The discount on the whole is spread over the lines before tax. Without any tax rate
    the given ``tax`` stands; with one, the tax is computed. Raises ``ValidationError``
    naming a discount that is larger than what it is taken from, and a sum out of range.
    """
    lines = list(lines)
    with localcontext(prec=PRECISION):
        sums = [_line_total(line, at, currency) for at, line in enumerate(lines)]
        subtotal = sum(sums, ZERO)
        whole_discount = rounded(discount or 0, currency)
        if whole_discount > subtotal:
            raise ValidationError(
                {
                    "discount": _(
                        "The discount of %(discount)s exceeds the subtotal, %(subtotal)s."
                    )
                    % {"discount": whole_discount, "subtotal": subtotal}
                }
            )
        shares = spread(whole_discount, sums, currency)
        rates = [_rate(line) for line in lines]
        groups = _tax_groups(sums, shares, rates, currency)
        if groups:
            whole_tax = sum((group.tax for group in groups), ZERO)
        else:
            whole_tax = rounded(tax or 0, currency)
        freight = rounded(shipping or 0, currency)
        total = subtotal - whole_discount + whole_tax + freight
        for name, amount in (("items", subtotal), ("tax", whole_tax), ("total", total)):
            if amount > LARGEST:
                raise ValidationError({name: _("These amounts add up to more than can be stored.")})
        return Totals(
            currency=currency,
            lines=tuple(map(LineTotal, sums, shares, rates)),
            subtotal=subtotal,
            discount=whole_discount,
            tax=whole_tax,
            tax_groups=groups,
            shipping=freight,
            total=total,
            warnings=tuple(_wrong_line_totals(lines, sums)),
        )


def spread(amount: Decimal, weights: list[Decimal], currency: str) -> list[Decimal]:
    """Share ``amount`` out in proportion to ``weights``, to the last cent.

    What rounding down leaves over goes to the largest remainders, the earlier line first.
    """
    unit = Decimal(1).scaleb(-digits(currency))
    cents, parts = int(amount / unit), [int(weight / unit) for weight in weights]
    whole = sum(parts)
    if not whole:
        return [ZERO] * len(weights)
    shares = [cents * part // whole for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda at: -(cents * parts[at] % whole))
    for at in by_remainder[: cents - sum(shares)]:
        shares[at] += 1
    return [rounded(share * unit, currency) for share in shares]


def _line_total(line: Mapping[str, Any], at: int, currency: str) -> Decimal:
    gross = exact(line["quantity"]) * exact(line.get("unit_price") or 0)
    total = rounded(gross - exact(line.get("discount") or 0), currency)
    if total < 0:
        raise ValidationError(
            {
                f"items[{at}].discount": _(
                    "The discount exceeds the line's quantity times unit price."
                )
            }
        )
    return total


def _rate(line: Mapping[str, Any]) -> Decimal | None:
    rate = line.get("tax_rate")
    return None if rate is None else Decimal(f"{exact(rate).normalize():f}")


def _tax_groups(
    sums: list[Decimal], shares: list[Decimal], rates: list[Decimal | None], currency: str
) -> tuple[TaxGroup, ...]:
    bases: dict[Decimal, Decimal] = {}
    for total, share, rate in zip(sums, shares, rates, strict=True):
        if rate is not None:
            bases[rate] = bases.get(rate, ZERO) + total - share
    return tuple(
        TaxGroup(rate, base, rounded(base * rate / HUNDRED, currency))
        for rate, base in sorted(bases.items())
    )


def _wrong_line_totals(lines: list[Mapping[str, Any]], sums: list[Decimal]) -> Iterable[str]:
    for at, (line, total) in enumerate(zip(lines, sums, strict=True)):
        given = line.get("total")
        if given is not None and exact(given) != total:
            yield _("items[%(at)s].total: %(sent)s was sent, %(total)s is right.") % {
                "at": at,
                "sent": f"{exact(given):f}",
                "total": total,
            }


# -- the base currency ---------------------------------------------------------------------


def base_currency() -> str:
    """Return the currency in which the company adds up amounts of all currencies."""
    return Company.current().base_currency


def rate_of(currency: str, *, on: date, base: str | None = None) -> Decimal | None:
    """Return what one unit was worth in the base currency on a day, None where not known.

    That is the latest rate on or before the day. ``base`` spares looking it up.
    """
    if currency == (base or base_currency()):
        return Decimal(1)
    return (
        ExchangeRate.objects.filter(currency=currency, valid_from__lte=on)
        .order_by("-valid_from")
        .values_list("rate", flat=True)
        .first()
    )


def in_base(amount: Any, currency: str, *, on: date) -> Decimal | None:
    """Return an amount in the base currency at the rate of a day, None where there is none."""
    base = base_currency()
    rate = rate_of(currency, on=on, base=base)
    if rate is None:
        return None
    with localcontext(prec=PRECISION):
        return rounded(exact(amount) * rate, base)
