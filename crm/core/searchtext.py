"""How text is searched: folded, all words in any order, numbers however they are punctuated."""

import re
import unicodedata
from itertools import groupby

from django.db.models import Q

#: letters that are one character to Unicode, but an accented one to those who type
STROKES = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
NUMBER = re.compile(r"[\d()+\-./]+", re.ASCII)
FEWEST_DIGITS = 3
#: from so many digits on, a number may be a phone's, with a 0 before the area or 00 the country
DIGITS_OF_PHONE = 6


def folded(value: str) -> str:
    """Return text as search compares it: without case and without accents."""
    decomposed = unicodedata.normalize("NFKD", value.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return plain.translate(STROKES)


def digits_of(number: str) -> str:
    """Return only the digits."""
    return re.sub(r"\D", "", number, flags=re.ASCII)


def matching(text: str) -> Q:
    """Return the condition that a row holds all words of ``text``, in any order.

    Neighbouring words of digits may be the parts of one phone number, which is kept as bare
    digits besides.
    """
    found = Q()
    for is_number, words in groupby(folded(text).split(), key=_is_number):
        run = list(words)
        literally = Q()
        for word in run:
            literally &= Q(search_text__contains=word)
        digits = digits_of("".join(run)) if is_number else ""
        if len(digits) >= FEWEST_DIGITS:
            significant = digits.lstrip("0")
            if len(significant) >= DIGITS_OF_PHONE:
                digits = significant
            literally |= Q(search_text__contains=digits)
        found &= literally
    return found


def _is_number(word: str) -> bool:
    return NUMBER.fullmatch(word) is not None
