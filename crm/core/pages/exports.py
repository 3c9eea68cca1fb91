"""A list as a file."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

from crm.core.company import Company
from crm.core.reading import Reader
from crm.core.wording import field_label

from .cells import Cell, cell_of, short_label

BATCH = 1000
MOST_ROWS = 100_000
#: what a spreadsheet would run as a formula (OWASP, CSV injection)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Line:
    """Gives back what a CSV writer writes."""

    def write(self, text: str) -> str:
        return text


def csv_of(shown: Any) -> StreamingHttpResponse:
    """Return all rows that a list selects, with the columns that it shows, row by row.

    Text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    name = f"{shown.pages.slug}-{timezone.localdate():%Y-%m-%d}.csv"
    response = StreamingHttpResponse(_lines(shown), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(shown: Any) -> Iterator[str]:
    entity, model = shown.entity, shown.entity.model
    writer = csv.writer(Line())
    title = field_label(model.label_fields[-1], shown.pages.kind)
    names = [field_label(name, shown.pages.kind) for name in shown.columns]
    yield "\ufeff" + writer.writerow([title, *names])  # type: ignore[operator]
    currency = Company.current().base_currency
    reader = Reader(entity, user=shown.request.user)
    for start in range(0, MOST_ROWS, BATCH):
        rows = reader.rows(shown.queryset[start : start + BATCH])
        for row in rows:
            cells = [cell_of(entity, name, row, currency=currency) for name in shown.columns]
            values = [safe(short_label(model, row)), *[_text(cell) for cell in cells]]
            yield writer.writerow(values)  # type: ignore[misc]
        if len(rows) < BATCH:
            return


def _text(cell: Cell) -> Any:
    match cell.value:
        case None:
            return ""
        case bool():
            return "yes" if cell.value else "no"
        case datetime():
            form = "%Y-%m-%d" if cell.look == "day" else "%Y-%m-%d %H:%M"
            return timezone.localtime(cell.value).strftime(form)
        case list():
            return safe(", ".join(str(part) for part in cell.value))
        case str():
            return safe(cell.value)
    return cell.value


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
