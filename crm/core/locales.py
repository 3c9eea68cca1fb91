"""Numbers as the reader's language writes them."""

from decimal import Decimal

from babel.core import Locale, UnknownLocaleError
from babel.numbers import NumberFormatError, format_decimal, parse_decimal
from django.utils.translation import get_language, to_locale

from .plain import is_number

#: what has more digits is left in powers of ten
MOST_DIGITS = 30


def reading_locale() -> Locale:
    """Return the locale of the language that is spoken now."""
    try:
        return Locale.parse(to_locale(get_language() or "en"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def exact(value: Decimal | float) -> str:
    """Return a number with all its digits, in the manner of the locale."""
    number = Decimal(str(value))
    return format_decimal(number, locale=reading_locale(), decimal_quantization=False)


def number_in_words(text: str) -> str:
    """Return a number that somebody typed as :func:`exact` does, anything else as it is."""
    number = typed_number(text)
    if not is_number(number) or abs(Decimal(number).adjusted()) > MOST_DIGITS:
        return text
    return exact(Decimal(number))


def typed_number(text: str) -> str:
    """Return a number that somebody typed as the API writes it: ``12,5`` is ``12.5`` in German.

    Numbers as the API writes them mean the same in any language, and what is no number is
    returned as it is.
    """
    if is_number(text):
        return text
    try:
        return str(parse_decimal(text, locale=reading_locale(), strict=True))
    except NumberFormatError:
        return text
