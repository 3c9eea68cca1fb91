"""A list as a file."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.core.company import Company

from .cells import Cell
from .csvfiles import MARK, csv_headers, line_of
from .texts import in_words

BATCH = 1000
MOST_ROWS = 100_000


def csv_of(shown: Any) -> StreamingHttpResponse:
    """Return all rows that a list selects, with the columns that it shows, row by row."""
    # The lines are made after the view is left, and with it the reader's zone and language.
    zone, language = timezone.get_current_timezone(), translation.get_language() or "en"
    lines = _lines(shown, zone, language)
    return StreamingHttpResponse(lines, headers=csv_headers(shown.pages.slug))


def _lines(shown: Any, zone: Any, language: str) -> Iterator[str]:
    currency = Company.current().base_currency
    with translation.override(language):
        head = [_("Name"), *map(shown.pages.label, shown.columns)]
    yield MARK + line_of(head)
    for start in range(0, MOST_ROWS, BATCH):
        rows = shown.read(shown.queryset[start : start + BATCH])
        with translation.override(language), timezone.override(zone):
            lines = [line_of(_values(shown, row, currency)) for row in rows]
        yield from lines
        if len(rows) < BATCH:
            return


def _values(shown: Any, row: dict[str, Any], currency: str) -> list[Any]:
    cells = [shown.pages.cell(name, row, currency=currency) for name in shown.columns]
    return [shown.pages.label_of(row), *map(_plain, cells)]


def _plain(cell: Cell) -> Any:
    match cell.value:
        case bool():
            return _("Yes") if cell.value else _("No")
        case datetime():
            form = "%Y-%m-%d" if cell.look == "day" else "%Y-%m-%d %H:%M"
            return timezone.localtime(cell.value).strftime(form)
        case list() if not any(isinstance(part, list | dict) for part in cell.value):
            return ", ".join("" if part is None else in_words(part) for part in cell.value)
        case list() | dict():
            return json.dumps(cell.value, ensure_ascii=False)
    return cell.value
