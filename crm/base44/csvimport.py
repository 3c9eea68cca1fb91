"""Records out of a CSV file: all of them, or none (base44.md §2, §5)."""

import re
from typing import Any

from django.core import exceptions
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from crm.core.errors import DomainError
from crm.core.multipart import NO_FILE, UploadParser
from crm.core.plain import folded_name
from crm.core.uploads import IncomingFile

from .entities import Door
from .extraction import nested_value
from .tables import Table, Unreadable, check_size, read_csv
from .views import EntityView
from .writes import Writer

PLACED = re.compile(r"\[(\d+)\]\.?(.*)", re.DOTALL)
#: what is told of a file with many refusals
MOST_TOLD = 5


class Import(EntityView):
    """Records by file."""

    parser_classes = (UploadParser,)

    def post(self, request, **address):
        """Store a record for each row. What is wrong with the file is told with 200, as there."""
        door = self.door("add")
        file = request.data.get("file")
        if not isinstance(file, IncomingFile):
            return Response(_refused(NO_FILE))
        try:
            check_size(file.size or 0)
            table = read_csv(file.read())
            output = imported(door, table)
        except Unreadable as refusal:
            return Response(_refused(str(refusal)))
        finally:
            file.close()
        details = f"Records imported: {len(output)}."
        return Response({"status": "success", "details": details, "output": output})


def imported(door: Door, table: Table) -> list[dict[str, Any]]:
    """Store the rows of a table as new records. Raises :class:`Unreadable` with every refusal."""
    names = _paired(door, table.header)
    _check_required(door, set(names.values()))
    records = [
        {name: _cell(door, name, row[place]) for place, name in names.items() if row[place] != ""}
        for row in table.rows
    ]
    try:
        return Writer(door).create_many(records)
    except ValidationError as refusal:
        raise Unreadable(_sentence(refusal.detail, table)) from refusal
    except exceptions.ValidationError as refusal:
        raise Unreadable(" ".join(refusal.messages)) from refusal
    except DomainError as refusal:
        raise Unreadable(str(refusal)) from refusal


def _paired(door: Door, header: tuple[str, ...]) -> dict[int, str]:
    """Return which column is which field; columns of no field are left out."""
    fields: dict[str, str] = {}
    for name in sorted(door.fields.fillable()):
        fields.setdefault(folded_name(name), name)
    return {
        place: fields[folded_name(title)]
        for place, title in enumerate(header)
        if folded_name(title) in fields
    }


def _check_required(door: Door, given: set[str]) -> None:
    names = door.fields.names
    missing = []
    for name in door.required():
        others = {theirs for theirs, ours in names.aliases.items() if ours == name}
        others |= {half for pair, whole in names.halves.items() if whole == name for half in pair}
        if given.isdisjoint({name, *others}):
            missing.append(name)
    if missing:
        raise Unreadable(f"These columns are required and missing: {', '.join(missing)}.")


def _cell(door: Door, name: str, text: str) -> Any:
    """Cells with JSON text are arrays and objects, but where a column of ours holds text."""
    if not door.fields.holds_text(name) and text.lstrip().startswith(("[", "{")):
        try:
            return nested_value(text)
        except ValueError:
            return text
    return text


def _sentence(detail: Any, table: Table) -> str:
    """Return the first refusals, each with the row of the file that it is about."""
    if not isinstance(detail, dict):
        return " ".join(map(str, detail))
    told = []
    for name, reasons in detail.items():
        words = " ".join(map(str, reasons if isinstance(reasons, list) else [reasons]))
        match = PLACED.fullmatch(str(name))
        if match is None:
            row, field = (table.lines[0], name) if len(table.rows) == 1 else (None, name)
        else:
            row, field = table.lines[int(match[1])], match[2]
        place = f"Row {row}: " if row else ""
        told.append(f"{place}{words}" if field in ("", "body") else f"{place}{field}: {words}")
    more = f" ({len(told) - MOST_TOLD} more)" if len(told) > MOST_TOLD else ""
    return " ".join(told[:MOST_TOLD]) + more


def _refused(reason: str) -> dict[str, Any]:
    return {"status": "error", "details": reason, "output": None}
