"""How amounts of money and numbers are written on pages: in the reader's language and locale."""

from decimal import Decimal
from typing import Any

from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent
from django import template

from crm.core import locales
from crm.core.locales import reading_locale

register = template.Library()
register.filter(locales.exact)


@register.filter
def money(value: Any, currency: str) -> str:
    """Return an amount with its currency; nothing for None."""
    if value is None or value == "":
        return "–"
    return format_currency(Decimal(str(value)), currency or "USD", locale=reading_locale())


@register.filter
def whole_money(value: Any, currency: str) -> str:
    """Return an amount with its currency, without cents where there are none."""
    if value is None or value == "" or Decimal(str(value)) % 1:
        return money(value, currency)
    pattern = reading_locale().currency_formats["standard"].pattern.replace("0.00", "0")
    amount = Decimal(str(value))
    return format_currency(
        amount, currency, pattern, locale=reading_locale(), currency_digits=False
    )


@register.filter
def roughly(value: Any, currency: str) -> str:
    """Return an amount in few letters, such as $1.2M; the exact one belongs beside it."""
    amount = Decimal(str(value or 0))
    if abs(amount) < 1000:
        return whole_money(round(amount), currency)
    return format_compact_currency(amount, currency, locale=reading_locale(), fraction_digits=1)


@register.filter
def price(value: Any, currency: str) -> str:
    """Return the price of one piece, which may be finer than the currency's smallest coin."""
    if value is None or value == "":
        return "–"
    amount = Decimal(str(value))
    return format_currency(
        amount, currency or "USD", locale=reading_locale(), decimal_quantization=False
    )


@register.filter
def number(value: Any) -> str:
    """Return a number with the separators of the locale."""
    return "–" if value is None or value == "" else format_decimal(value, locale=reading_locale())


@register.filter
def round_money(value: Any, currency: str) -> str:
    """Return an amount without its cents: for large figures, whose list has them exactly."""
    if value is None or value == "":
        return "–"
    code = currency or "USD"
    return format_currency(
        round(Decimal(str(value))), code, "¤#,##0", locale=reading_locale(), currency_digits=False
    )


@register.filter
def percent(value: Any) -> str:
    """Return a number of per cent, to one digit."""
    if value is None or value == "":
        return "–"
    return format_percent(Decimal(str(value)) / 100, "#,##0.#%", locale=reading_locale())
