"""Tables as CSV files, as spreadsheets like them."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from django.utils import timezone

#: tells a spreadsheet that the text is UTF-8
MARK = "\ufeff"
#: what a spreadsheet would run as a formula (OWASP, CSV injection)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def line_of(values: Iterable[Any]) -> str:
    """Return one line. Text that would pass for a formula gets an apostrophe in front."""
    text = StringIO()
    csv.writer(text).writerow([_plain(value) for value in values])
    return text.getvalue()


def csv_headers(name: str) -> dict[str, str]:
    """Return what makes an answer a file called after ``name`` and today."""
    file = f"{name}-{timezone.localdate():%Y-%m-%d}.csv"
    return {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{file}"',
    }


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return "" if value is None else value
