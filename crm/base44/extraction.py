"""Records out of uploaded files, in the shape that a JSON schema asks for (base44.md §8)."""

from collections.abc import Callable
from typing import Any

from rest_framework.exceptions import ParseError, ValidationError

from crm.core.plain import LARGEST_NUMBER, folded_name, is_number
from crm.core.wire import parse

from .tables import MOST_ROWS, Table, Unreadable, check_size, decoded, read_csv, read_xlsx

CSV_TYPES = {"text/csv", "text/plain", "text/tab-separated-values"}
XLSX_TYPES = {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
JSON_TYPES = {"application/json"}
TRUE, FALSE = {"true", "yes", "1"}, {"false", "no", "0"}
ODD_SCHEMA = "json_schema has to describe an object, or an array of objects."


class Wanted:
    """The records that a schema asks for. Raises :class:`Unreadable` for one that asks for none.

    Schemas are written in three ways: the record itself, an array of records, or an object with
    one array of records in it.
    """

    def __init__(self, schema: Any):
        self.inside = ""  # the name under which the array stands
        self.is_list = False
        found = _object(schema)
        if found.get("type") == "array" or "items" in found:
            self.is_list, found = True, _object(found.get("items"))
        properties = _object(found.get("properties"))
        arrays = [name for name, of in properties.items() if _is_array_of_objects(of)]
        if not self.is_list and len(properties) == 1 and arrays:
            self.inside = arrays[0]
            properties = _object(properties[self.inside]["items"].get("properties"))
        self.properties: dict[str, dict[str, Any]] = {
            name: of if isinstance(of, dict) else {} for name, of in properties.items()
        }
        if not self.properties:
            raise Unreadable(ODD_SCHEMA)

    def output(self, records: list[dict[str, Any]], *, single: bool) -> Any:
        """Return records as the schema holds them; one alone where the file held one alone."""
        if self.inside:
            return {self.inside: records}
        return records[0] if single and not self.is_list else records


def extract(file: Any, size: int, file_type: str, name: str, schema: Any) -> Any:
    """Return what a file holds, in the types of a schema. Raises :class:`Unreadable`."""
    check_size(size)
    wanted = Wanted(schema)
    ending = name.rpartition(".")[2].lower()
    if file_type in XLSX_TYPES or ending == "xlsx":
        return wanted.output(_of_table(read_xlsx(file), wanted), single=False)
    if file_type in JSON_TYPES or ending == "json":
        return _of_json(file.read(), wanted)
    if file_type in CSV_TYPES or ending in ("csv", "tsv"):
        return wanted.output(_of_table(read_csv(file.read()), wanted), single=False)
    raise Unreadable("Data can be read from CSV, Excel (.xlsx) and JSON files only.")


def _of_table(table: Table, wanted: Wanted) -> list[dict[str, Any]]:
    places = {folded_name(name): place for place, name in enumerate(table.header)}
    pairs = {
        name: places[folded_name(name)] for name in wanted.properties if folded_name(name) in places
    }
    if not pairs:
        raise Unreadable("No column of the file has a name that the schema asks for.")
    found = []
    for line, row in zip(table.lines, table.rows, strict=True):
        cells = {name: row[place] for name, place in pairs.items()}
        found.append(_typed(cells, wanted, f"Row {line}"))
    return found


def _of_json(raw: bytes, wanted: Wanted) -> Any:
    try:
        value = parse(decoded(raw).encode())
    except (ParseError, ValidationError) as error:
        raise Unreadable("The file is not sound JSON.") from error
    if wanted.inside and isinstance(value, dict) and isinstance(value.get(wanted.inside), list):
        value = value[wanted.inside]
    single = isinstance(value, dict)
    items = [value] if single else value
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Unreadable("The file has to hold an object, or a list of objects.")
    if len(items) > MOST_ROWS:
        raise Unreadable(f"The file has more than {MOST_ROWS} records; split it.")
    found = []
    for place, item in enumerate(items, start=1):
        by_name = {folded_name(name): value for name, value in item.items()}
        known = {n: by_name[folded_name(n)] for n in wanted.properties if folded_name(n) in by_name}
        found.append(_typed(known, wanted, f"Record {place}"))
    return wanted.output(found, single=single)


def _typed(values: dict[str, Any], wanted: Wanted, where: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        kind = wanted.properties[name].get("type", "")
        kind = next((k for k in kind if k != "null"), "") if isinstance(kind, list) else kind
        if value is None or (isinstance(value, str) and not value.strip()):
            found[name] = None
            continue
        try:
            found[name] = READERS.get(str(kind), lambda value: value)(value)
        except ValueError as error:
            shown = str(value)[:60]
            raise Unreadable(f"{where}, {name}: '{shown}' is not of type {kind}.") from error
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict | list):
        raise ValueError
    return str(value)


def _number(value: Any) -> int | float:
    if isinstance(value, bool):
        raise ValueError
    if isinstance(value, str):
        if not is_number(value):
            raise ValueError
        number = float(value)
        if abs(number) <= LARGEST_NUMBER and value.strip().lstrip("+-").isdigit():
            number = int(value)
    elif isinstance(value, int | float):
        number = value
    else:
        raise ValueError
    if not abs(number) <= LARGEST_NUMBER:  # nor is what is no number at all
        raise ValueError
    return number


def _integer(value: Any) -> int:
    number = _number(value)
    if number != int(number):
        raise ValueError
    return int(number)


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = _text(value).strip().lower()
    if word not in TRUE | FALSE:
        raise ValueError
    return word in TRUE


def _nested(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if isinstance(value, str):
            value = nested_value(value)
        if not isinstance(value, kind):
            raise ValueError
        return value

    return read


def nested_value(text: str) -> Any:
    """Return the array or object that a cell holds as JSON text. Raises ``ValueError``."""
    try:
        return parse(text.encode())
    except (ParseError, ValidationError) as error:
        raise ValueError from error


READERS: dict[str, Callable[[Any], Any]] = {
    "string": _text,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "array": _nested(list),
    "object": _nested(dict),
}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_array_of_objects(schema: Any) -> bool:
    items = _object(_object(schema).get("items"))
    return bool(_object(items.get("properties")))
