"""How a CSV file is written, told by its beginning: its encoding, and what is between its cells."""

import codecs
import csv
import io
from collections.abc import Sequence

SEPARATORS = ",;\t"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(head: bytes) -> str:
    """Return the encoding that the mark at the beginning says; UTF-8 where there is none."""
    return next((name for mark, name in MARKS if head.startswith(mark)), "utf-8")


def separator_of(text: str) -> str:
    """Return what parts the first row into the most cells: a comma, a semicolon or a tab."""
    return max(SEPARATORS, key=lambda sign: len(_first_row(text, sign)))


def _first_row(text: str, separator: str) -> Sequence[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    except csv.Error:
        return []
