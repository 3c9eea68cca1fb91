"""Records out of uploaded files, in the types that a schema asks for."""

import io
import json
import zipfile

import pytest
from openpyxl import Workbook

from crm.base44 import tables
from crm.documents.models import Document

from .door import post, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

CORE = "integration-endpoints/Core"
TEXT, NUMBER = {"type": "string"}, {"type": "number"}
RECORD = {
    "type": "object",
    "properties": {
        "first_name": TEXT,
        "amount": NUMBER,
        "count": {"type": "integer"},
        "is_open": {"type": "boolean"},
        "tags": {"type": "array", "items": TEXT},
        "missing": TEXT,
    },
}
CSV = (
    "First Name,AMOUNT,count,Is-Open,tags,other\n"
    '"Ida, the first",12.50,3,true,"[""a"", ""b""]",x\n'
    "0042,,4,no,,\n"
)
ROWS = [
    {
        "first_name": "Ida, the first",
        "amount": 12.5,
        "count": 3,
        "is_open": True,
        "tags": ["a", "b"],
    },
    {"first_name": "0042", "amount": None, "count": 4, "is_open": False, "tags": None},
]


@pytest.fixture
def extract(ann, send_file, client_of):
    """Upload a file and read records out of it."""

    def extract(name, content, schema=RECORD, private=False):
        kind = "UploadPrivateFile" if private else "UploadFile"
        content = content.encode() if isinstance(content, str) else content
        answer = send_file(ann, f"{CORE}/{kind}", name, content)
        assert answer.status_code == 200, answer.content
        [address] = answer.json().values()
        return read(client_of(ann), address, schema)

    return extract


def read(client, address, schema=RECORD):
    body = {"file_url": address, "json_schema": schema}
    answer = post(f"{CORE}/ExtractDataFromUploadedFile", body, client=client)
    assert answer.status_code == 200, answer.content
    assert set(answer.json()) == {"status", "details", "output"}
    return answer.json()


def output(answer):
    assert answer["status"] == "success", answer
    return answer["output"]


def reason(answer):
    assert answer["status"] == "error", answer
    assert answer["output"] is None
    return answer["details"]


def workbook(*rows):
    book, buffer = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("change", [str, lambda text: text.replace("\n", "\r\n")])
def test_a_table_of_text(change, private, extract):
    assert output(extract("leads.csv", change(CSV), private=private)) == ROWS


@pytest.mark.parametrize("sign", [";", "\t"])
def test_other_separators(sign, extract):
    text = f"first_name{sign}amount\nIda{sign}1.5\n"
    assert output(extract("leads.csv", text)) == [{"first_name": "Ida", "amount": 1.5}]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings(encoding, extract):
    text = "first_name,amount\nJürgen,1\n".encode(encoding)
    assert output(extract("leads.csv", text)) == [{"first_name": "Jürgen", "amount": 1}]


def test_a_workbook(extract):
    content = workbook(
        ["First name", "amount", "count", "is open", "tags"],
        ["Ida", 12.5, 3, True, '["a"]'],
        [],
        [42, "7", 4.0, "false", None],
    )
    assert output(extract("leads.xlsx", content)) == [
        {"first_name": "Ida", "amount": 12.5, "count": 3, "is_open": True, "tags": ["a"]},
        {"first_name": "42", "amount": 7, "count": 4, "is_open": False, "tags": None},
    ]


def test_a_list_in_json(extract):
    content = json.dumps([{"FirstName": "Ida", "amount": "1.5", "other": 1}, {"count": None}])
    assert output(extract("leads.json", content)) == [
        {"first_name": "Ida", "amount": 1.5},
        {"count": None},
    ]


def test_one_object_stays_one(extract):
    assert output(extract("lead.json", '{"first_name": "Ida"}')) == {"first_name": "Ida"}


def test_the_output_has_the_form_of_the_schema(extract):
    inside = {"type": "object", "properties": {"leads": {"type": "array", "items": RECORD}}}
    listed = {"type": "array", "items": RECORD}
    text = "first_name\nIda\n"
    assert output(extract("a.csv", text, listed)) == [{"first_name": "Ida"}]
    assert output(extract("a.csv", text, inside)) == {"leads": [{"first_name": "Ida"}]}
    content = '{"leads": [{"first_name": "Ida"}]}'
    assert output(extract("a.json", content, inside)) == {"leads": [{"first_name": "Ida"}]}
    assert output(extract("a.json", '{"first_name": "Ida"}', listed)) == [{"first_name": "Ida"}]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("first_name,amount\nIda,much\n", "Row 2, amount: 'much' is not of type number"),
        ("first_name,count\nIda,1.5\n", "Row 2, count"),
        ("first_name,count\n\n\nIda,1\nIda,1_000\n", "Row 5, count"),
        ("first_name,is_open\nIda,maybe\n", "Row 2, is_open"),
        ("first_name,tags\nIda,a;b\n", "Row 2, tags"),
        ("name\nIda\n", "No column"),
        ("first_name,First Name\na,b\n", "there twice"),
        ("first_name,,amount\na,b,1\n", "Column 2 has no name"),
        ("first_name\nIda,1\n", "more cells"),
        (" \n", "empty"),
        ('first_name\n"Ida\n', "not sound CSV"),
    ],
)
def test_a_table_that_is_wrong_says_where(text, words, extract):
    assert words in reason(extract("leads.csv", text))


def test_limits_of_rows_and_size(extract, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    rows = [["first_name"], ["a"], ["b"]]
    assert len(output(extract("leads.xlsx", workbook(*rows)))) == 2
    assert "more than 2 rows" in reason(extract("leads.xlsx", workbook(*rows, ["c"])))
    assert "more than 2 rows" in reason(extract("leads.csv", "first_name\na\nb\nc\n"))
    monkeypatch.setattr(tables, "LARGEST_FILE", 10)
    assert "larger" in reason(extract("leads.csv", "first_name\na\n"))


def replaced(content, part, change):
    """Return a workbook with one part of it changed."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info.filename, change(data) if info.filename == part else data)
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_a_cell_far_out_takes_no_room(extract):
    content = replaced(
        workbook(["first_name"], ["Ida"]),
        SHEET,
        lambda data: data.replace(
            b"</sheetData>",
            b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        ),
    )
    assert output(extract("leads.xlsx", content)) == [{"first_name": "Ida"}]


def test_a_workbook_that_unpacks_to_much_is_refused(extract):
    much = replaced(workbook(["first_name"]), SHEET, lambda data: data + b" " * (31 << 20))
    assert len(much) < 1 << 20
    assert "too large" in reason(extract("leads.xlsx", much))


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"<not xml",
        lambda data: data.replace(b"<v>", b"<v>9999999"),
        lambda data: b'<!DOCTYPE x [<!ENTITY a "b">]>' + data,
        lambda data: b"",
    ],
)
def test_a_broken_workbook_is_refused_in_words(change, extract):
    answer = extract("leads.xlsx", replaced(workbook(["first_name"], ["Ida"]), SHEET, change))
    assert set(answer) == {"status", "details", "output"}
    if answer["status"] == "error":
        assert answer["details"]


def test_other_files_are_not_read(extract):
    assert "CSV, Excel" in reason(extract("note.md", "first_name\nIda\n"))


@pytest.mark.parametrize(
    "schema", [{}, {"type": "object"}, {"type": "array", "items": 1}, {"properties": []}]
)
def test_a_schema_has_to_ask_for_something(schema, extract):
    assert "json_schema" in reason(extract("leads.csv", CSV, schema))


# -- whose files ---------------------------------------------------------------------------

ELSEWHERE = (
    "https://example.net/leads.csv",
    "http://169.254.169.254/latest/meta-data/",
    "file:///etc/passwd",
    "/etc/passwd",
    "http://[",
    "private/x",
)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nothing_is_fetched_from_elsewhere(address, ann, client_of):
    assert "uploaded here" in reason(read(client_of(ann), address))


def test_only_ones_own_files_are_read(ann, zoe, max, send_file, client_of):
    answer = send_file(ann, f"{CORE}/UploadPrivateFile", "leads.csv", CSV.encode())
    uri = answer.json()["file_uri"]
    document = Document.objects.get()
    stable = f"/api/v1/documents/{document.pk}/download"
    for address in (uri, stable):
        assert "uploaded here" in reason(read(client_of(zoe), address))
        assert output(read(client_of(max), address)) == ROWS
    foreign = f"https://example.net{stable}"
    assert "uploaded here" in reason(read(client_of(ann), foreign))
    body = {"file_url": uri, "json_schema": RECORD}
    assert refused(post(f"{CORE}/ExtractDataFromUploadedFile", body))[0] == 401
