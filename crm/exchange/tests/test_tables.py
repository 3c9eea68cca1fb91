"""Reading tables as they are found in the field."""

import io
from decimal import Decimal

import pytest

from crm.core import jsonrows
from crm.exchange.tables import BadTable, rows_of
from crm.exchange.tests.exports import as_csv, as_jsonc

ROWS = [
    {"id": "1", "name": 'Lamps "and" more', "notes": "two\nlines, and a comma; yes"},
    {"id": "2", "name": "Größe ✓", "notes": ""},
]


def read(name, content):
    return list(rows_of(name, io.BytesIO(content)))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("quoting", [0, 1])
def test_csv_of_any_delimiter_with_and_without_a_mark(delimiter, bom, quoting):
    found = read("Lead.csv", as_csv(ROWS, delimiter=delimiter, bom=bom, quoting=quoting))
    assert [row.values for row in found] == ROWS
    assert [row.line for row in found] == [2, 4]


def test_csv_of_excel_in_utf_16():
    assert read("Lead.csv", as_csv(ROWS, delimiter="\t", bom=False).decode().encode("utf-16"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"id,,name\n", "no name"),
        (b"id,name,id\n", "called id"),
        (b"id,name\n1,\xff\xfe\n", "UTF-8"),
        (b'id,name\n1,"open\n', "line 2"),
    ],
)
def test_csv_that_can_not_be_read_says_where(content, reason):
    with pytest.raises(BadTable, match=reason):
        read("Lead.csv", content)


def test_a_row_with_other_cells_than_columns_spoils_only_itself():
    found = read("Lead.csv", b"id,name\n1,a,b\n\n2,c\n")
    assert [(row.line, row.values, bool(row.problem)) for row in found] == [
        (2, {}, True),
        (4, {"id": "2", "name": "c"}, False),
    ]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64, 100_000])
def test_jsonc_in_chunks_of_any_length(monkeypatch, chunk):
    monkeypatch.setattr(jsonrows, "CHUNK", chunk)
    tricky = [
        {"id": "1", "text": 'no // comment, no /* comment */ and a \\ " quote', "list": [1, [2]]},
        {"id": "2", "text": "✓ ] } ,", "empty": {}, "none": None, "yes": True},
    ]
    found = read("lead.jsonc", as_jsonc(tricky))
    assert [row.values for row in found] == tricky
    assert found[0].line == 5


def test_json_keeps_amounts_exact():
    (row,) = read("Deal.json", b'[{"id": "1", "value": 0.1, "more": [1.10,],},]')
    assert row.values == {"id": "1", "value": Decimal("0.1"), "more": [Decimal("1.10")]}
    assert str(row.values["more"][0]) == "1.10"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "ends too early"),
        (b'{"type": "object"}', "no list"),
        (b'[{"id": 1}', "ends too early"),
        (b'[{"id": 1}] []', "no list"),
        (b'[\n{"id": 1},\n{"id" 2}]', "line 3"),
        (b'[{"id": NaN}]', "NaN"),
        (b'["\xff"]', "UTF-8"),
        (b"[" * 5000 + b"]" * 5000, "JSON"),
        (b"[/ 1]", "ends too early"),
        (b"[1}]", "bracket"),
    ],
)
def test_json_that_can_not_be_read_says_where(content, reason):
    with pytest.raises(BadTable, match=reason):
        read("Lead.json", content)


def test_an_element_that_is_no_record_spoils_only_itself():
    found = read("Lead.json", b'[1, "two", {"id": "3"}, null]')
    assert [bool(row.problem) for row in found] == [True, True, False, True]


def test_a_value_longer_than_any_record_is_not_held(monkeypatch):
    monkeypatch.setattr(jsonrows, "LONGEST_ELEMENT", 1000)
    monkeypatch.setattr(jsonrows, "CHUNK", 100)
    for content in (b'["' + b"x" * 5000 + b'"]', b"[[" + b"1," * 5000 + b"]]"):
        with pytest.raises(BadTable, match="longer"):
            read("Lead.json", content)
