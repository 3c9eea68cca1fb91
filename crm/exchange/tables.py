"""Rows out of a table, one after the other: CSV, or a JSON array with or without comments."""

import csv
import io
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext as _

from crm.core.csvtext import encoding_of, separator_of
from crm.core.jsonrows import json_rows
from crm.core.plain import MAX_DEPTH, is_too_deep

LONGEST_CELL = 16 * 1024 * 1024
SAMPLE = 64 * 1024


class BadTable(Exception):
    """The table can't be read from this line on."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)


class Row(NamedTuple):
    """One row: the line on which it begins, and its values by name. ``problem`` spoils it."""

    line: int
    values: dict[str, Any]
    problem: str = ""


def rows_of(name: str, file: IO[bytes]) -> Iterator[Row]:
    """Yield the rows of a table. Raises :class:`BadTable`."""
    if name.lower().endswith(".csv"):
        yield from _csv_rows(file)
        return
    try:
        for line, value in json_rows(file):
            if not isinstance(value, dict):
                yield Row(line, {}, _("This is no record: an object in braces."))
            elif is_too_deep(value):
                problem = _("Nested deeper than %(count)s levels.")
                yield Row(line, {}, problem % {"count": MAX_DEPTH})
            else:
                yield Row(line, value)
    except ValueError as error:
        raise BadTable(0, str(error)) from error


def is_text(name: str) -> bool:
    """Whether all values of a table are text, as CSV has it."""
    return name.lower().endswith(".csv")


def _csv_rows(file: IO[bytes]) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL)
    head = file.read(SAMPLE)
    encoding = encoding_of(head)
    separator = separator_of(head.decode(encoding, errors="replace"))
    text = io.TextIOWrapper(_Rejoined(head, file), encoding=encoding, newline="")  # type: ignore[type-var]
    reader = csv.reader(text, delimiter=separator, strict=True)
    try:
        names = next(reader, [])
        _check_names(names)
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cells):
                continue
            if len(cells) != len(names):
                problem = _("%(cells)s cells stand under %(names)s columns.")
                yield Row(line, {}, problem % {"cells": len(cells), "names": len(names)})
                continue
            yield Row(line, dict(zip(names, cells, strict=True)))
    except csv.Error as error:
        raise BadTable(reader.line_num, str(error)) from error
    except UnicodeDecodeError as error:
        raise BadTable(reader.line_num + 1, _("The file is not UTF-8 text.")) from error


class _Rejoined(io.RawIOBase):
    """What was read already, followed by the rest."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._head[: len(buffer)] if self._head else self._rest.read(len(buffer))
        self._head = self._head[len(chunk) :]
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _check_names(names: list[str]) -> None:
    stripped = [name.strip() for name in names]
    if not stripped:
        raise BadTable(1, _("The file is empty: it lacks even the line of column names."))
    if "" in stripped:
        raise BadTable(1, _("A column has no name."))
    for name in stripped:
        if stripped.count(name) > 1:
            raise BadTable(1, _("Two columns are called %(name)s.") % {"name": name})
    names[:] = stripped
