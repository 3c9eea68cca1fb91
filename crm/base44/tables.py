"""Tables that people upload: read whole, within limits, and refused in words they understand."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from crm.core.csvtext import encoding_of, separator_of
from crm.core.plain import flaw_of_text, folded_name
from crm.core.uploads import MEGABYTE

LARGEST_FILE = 10 * MEGABYTE
#: what a workbook, which is an archive, may unpack to
LARGEST_UNPACKED = 30 * MEGABYTE
MOST_PARTS = 500
MOST_ROWS = 5000
MOST_COLUMNS = 300
NOT_A_WORKBOOK = "The file is not a workbook (.xlsx) that can be read."


class Unreadable(Exception):
    """What is wrong with an uploaded table, for whoever uploaded it."""


@dataclass(frozen=True)
class Table:
    """A header, and rows as long as it. ``lines`` are their numbers in the file, from 1."""

    header: tuple[str, ...]
    rows: list[list[Any]]
    lines: list[int]


def check_size(size: int) -> None:
    """Raise :class:`Unreadable` for a file that is too large to be read whole."""
    if size > LARGEST_FILE:
        raise Unreadable(f"The file is larger than {LARGEST_FILE // MEGABYTE} MB.")


def read_csv(raw: bytes) -> Table:
    """Read a table of text, separated by commas, semicolons or tabs. Raises Unreadable."""
    text = decoded(raw)
    try:
        lines = io.StringIO(text, newline="")
        return _table(csv.reader(lines, delimiter=separator_of(text), strict=True))
    except csv.Error as error:
        raise Unreadable(f"The file is not sound CSV: {error}.") from error


def read_xlsx(file: BinaryIO) -> Table:
    """Read the first sheet of a workbook, row by row. Raises :class:`Unreadable`.

    Formulas count by the value that was stored with them.
    """
    _check_archive(file)
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        with closing(book):
            if not book.worksheets:
                raise Unreadable("The workbook has no sheet.")
            sheet = book.worksheets[0]
            # Cells say themselves where they stand: what is far out is never made room for.
            cells = sheet.iter_rows(
                max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1, values_only=True
            )
            return _table([_plain(value) for value in row] for row in cells)
    except Unreadable:
        raise
    except (InvalidFileException, zipfile.BadZipFile, MemoryError, RecursionError) as error:
        raise Unreadable(NOT_A_WORKBOOK) from error
    except Exception as error:  # the reader raises whatever a broken part makes it stumble over
        raise Unreadable(NOT_A_WORKBOOK) from error


def decoded(raw: bytes) -> str:
    """Return bytes as text: UTF-8, what a mark at the beginning says, or as Windows writes it."""
    try:
        text = raw.decode(encoding_of(raw))
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if flaw := flaw_of_text(text):
        raise Unreadable(f"The file can't be read as text: {flaw}")
    return text


def _table(rows: Iterable[Sequence[Any]]) -> Table:
    filled = _filled(rows)
    _, first = next(filled, (0, []))
    header = tuple(str(cell or "").strip() for cell in first)
    while header and not header[-1] and isinstance(first, list):
        header = header[:-1]
    if not header:
        raise Unreadable("The file is empty: the first row has to name the columns.")
    if len(header) > MOST_COLUMNS:
        raise Unreadable(f"The file has more than {MOST_COLUMNS} columns.")
    if "" in header:
        raise Unreadable(f"Column {header.index('') + 1} has no name in the first row.")
    names = [folded_name(name) or name for name in header]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise Unreadable(f"The column '{header[place][:60]}' is there twice.")
    found: list[list[Any]] = []
    lines: list[int] = []
    for line, row in filled:
        if any(cell not in ("", None) for cell in row[len(header) :]):
            raise Unreadable(f"Row {line} has more cells than the first row names.")
        if len(found) == MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS} rows; split it.")
        found.append([*row[: len(header)], *[""] * (len(header) - len(row))])
        lines.append(line)
    return Table(header, found, lines)


def _filled(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, list[Any]]]:
    for line, row in enumerate(rows, start=1):
        if any(cell not in ("", None) for cell in row):
            yield line, list(row)


def _check_archive(file: BinaryIO) -> None:
    """Refuse what unpacks to too much; the reader itself unpacks no more than is declared."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Unreadable(NOT_A_WORKBOOK) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unreadable("The workbook is too large.")


def _plain(value: Any) -> Any:
    match value:
        case None:
            return ""
        case datetime() | date() | time():
            return value.isoformat()
        case bool() | int() | float():
            return value
    return str(value)
