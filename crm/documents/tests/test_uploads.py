"""Files that come in: stored whole and described truly, or refused without a trace."""

import hashlib
import tracemalloc

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from crm.core.errors import TooLarge
from crm.core.models import Event
from crm.core.multipart import UploadParser
from crm.core.uploads import incoming
from crm.documents import operations
from crm.documents.models import Document, DocumentVersion, LooseFile
from crm.documents.tests import samples
from crm.documents.tests.conftest import UPLOAD
from crm.documents.tests.forms import BOUNDARY, MULTIPART, file_form, form, part
from crm.sales.tests.factories import DealFactory, LeadFactory
from crm.tests.world import refused

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


@pytest.fixture
def untouched(keeper, tmp_path):
    """Say that nothing of a refused upload is left anywhere."""

    def untouched():
        assert not Document.all_objects.exists()
        assert not DocumentVersion.objects.exists()
        assert not LooseFile.objects.exists()
        assert not Event.objects.exists()
        assert keeper.keys == set()
        assert not list(tmp_path.glob("*.upload"))

    return untouched


def test_a_file_is_stored_and_described(ann, send, keeper):
    lead = LeadFactory(assigned_to=ann)
    response = send(
        ann,
        "Angebot Köln.pdf",
        samples.PDF,
        folder="offers",
        related_to_type="lead",
        related_to_id=str(lead.pk),
        tags=["hot", "spring"],
        is_public="true",
        description="First draft",
    )
    assert response.status_code == 201, response.content
    row = response.json()["data"]
    document = Document.objects.get()
    assert row["id"] == str(document.pk)
    assert (row["title"], row["file_name"]) == ("Angebot Köln", "Angebot Köln.pdf")
    assert (row["file_type"], row["file_size"]) == ("application/pdf", len(samples.PDF))
    assert row["checksum_sha256"] == hashlib.sha256(samples.PDF).hexdigest()
    assert (row["folder"], row["tags"], row["is_public"]) == ("offers", ["hot", "spring"], True)
    assert row["related_to"]["id"] == str(lead.pk)
    assert (row["version"], row["uploaded_by"]) == (1, str(ann.pk))
    assert row["url"] == row["file_url"]
    assert row["file_url"].endswith(f"/api/v1/documents/{document.pk}/download")
    assert row["key"] == row["s3_key"] == document.s3_key
    assert keeper.keys == {document.s3_key}
    assert keeper.read(document.s3_key) == samples.PDF
    assert not LooseFile.objects.exists()
    assert Event.objects.get().name == "document.created"


@pytest.mark.parametrize(
    ("name", "content", "found"), samples.HONEST, ids=[name for name, *_ in samples.HONEST]
)
def test_the_type_is_told_from_the_bytes(name, content, found, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    with incoming(name, [content]) as file:
        assert operations.examine(file) == (name, found)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    samples.REFUSED,
    ids=[f"{number}: {name}" for number, (name, *_) in enumerate(samples.REFUSED)],
)
def test_what_is_not_what_it_says_is_refused(name, content, reason, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    with incoming(name, [content]) as file, pytest.raises(ValidationError) as refusal:
        operations.examine(file)
    (message,) = refusal.value.message_dict["file"]
    assert reason.lower() in message.lower()


def test_nothing_of_what_is_refused_is_stored(ann, send, untouched):
    for name, content, _ in samples.REFUSED:
        response = send(ann, name, content)
        refused(response, 400, "invalid")
        assert list(response.json()["errors"]) == ["file"], name
    untouched()


def test_names_lose_what_makes_them_look_like_others(ann, send, keeper):
    response = send(ann, "invoice\u202efdp\u200b  a\u0301.pdf", samples.PDF)
    assert response.json()["data"]["file_name"] == "invoicefdp á.pdf"
    long = send(ann, "x" * 230 + ".pdf", samples.PDF).json()["data"]["file_name"]
    assert long == "x" * 196 + ".pdf"


def test_the_key_is_never_what_a_client_says(ann, send, keeper):
    rows = [send(ann, "same.pdf").json()["data"] for _ in range(2)]
    assert rows[0]["s3_key"] != rows[1]["s3_key"]
    assert "same" not in rows[0]["s3_key"]
    assert keeper.keys == {row["s3_key"] for row in rows}


BROKEN = {
    "no file": (form(part("title", "Nothing")), 400, "file"),
    "no parts": (form(), 400, "file"),
    "a text instead": (form(part("file", "text")), 400, "file"),
    "an empty choice": (form(part("file", b"", "")), 400, "file"),
    "two files": (form(part("file", b"a", "a.txt"), part("file", b"b", "b.txt")), 400, "file"),
    "another file": (form(part("file", b"a", "a.txt"), part("more", b"b", "b.txt")), 400, "more"),
    "an unknown field": (file_form("a.txt", b"a", colour="red"), 400, "colour"),
    "the key": (file_form("a.txt", b"a", s3_key="documents/mine"), 400, "s3_key"),
    "the owner": (file_form("a.txt", b"a", uploaded_by="x"), 400, "uploaded_by"),
    "a title twice": (file_form("a.txt", b"a", title=["A", "B"]), 400, "title"),
    "a file as title": (form(part("file", b"a", "a.txt"), part("title", b"b", "b")), 400, "title"),
    "a path as folder": (file_form("a.txt", b"a", folder="../../etc"), 400, "folder"),
    "a folder in a folder": (file_form("a.txt", b"a", folder="a/b"), 400, "folder"),
    "a title too long": (file_form("a.txt", b"a", title="x" * 256), 400, "title"),
    "NUL in the title": (file_form("a.txt", b"a", title="a\0b"), 400, "title"),
    "no truth": (file_form("a.txt", b"a", is_public="perhaps"), 400, "is_public"),
    "half a link": (file_form("a.txt", b"a", related_to_type="lead"), 400, "related_to_id"),
    "tags that are none": (file_form("a.txt", b"a", tags='[{"a": 1}]'), 400, "tags"),
    "cut off in the file": (file_form("a.txt", b"a" * 999)[:-500], 400, "body"),
    "cut off after the file": (
        form(part("file", b"a", "a.txt"), part("description", "long"))[:-60],
        400,
        "body",
    ),
    "no multipart": (b"hello", 400, "body"),
    "nothing": (b"", 400, "file"),
}


def test_a_form_that_is_wrong_is_refused_by_the_name_of_the_field(ann, send, untouched):
    for what, (body, status, field) in BROKEN.items():
        response = send(ann, body=body)
        refused(response, status, "invalid")
        assert list(response.json()["errors"]) == [field], what
    untouched()


def test_only_forms_are_taken(ann, client_of, untouched):
    response = client_of(ann).post(UPLOAD, {"title": "JSON"})
    refused(response, 415, "unsupported_media_type")
    body = file_form("a.txt", b"a")
    other = client_of(ann).generic("POST", UPLOAD, body, content_type="multipart/form-data")
    refused(other, 400, "invalid")
    untouched()


def test_a_link_out_of_sight_stores_nothing(ann, zoe, send, untouched):
    deal = DealFactory(assigned_to=zoe)
    response = send(ann, related_to_type="deal", related_to_id=str(deal.pk))
    refused(response, 400, "invalid")
    assert list(response.json()["errors"]) == ["related_to_id"]
    untouched()


def test_more_than_the_limit_is_refused(ann, send, settings, untouched):
    settings.MAX_UPLOAD_MB = 1
    for size in (MEGABYTE + 1, 3 * MEGABYTE, 20 * MEGABYTE):
        response = send(ann, "big.txt", b"a" * size)
        refused(response, 413, "too_large")
        assert "1 MB" in response.json()["message"]
    untouched()


def test_exactly_the_limit_is_taken(ann, send, settings, keeper):
    settings.MAX_UPLOAD_MB = 1
    response = send(ann, "big.txt", b"a" * MEGABYTE)
    assert response.status_code == 201
    assert response.json()["data"]["file_size"] == MEGABYTE


def test_a_document_that_the_database_refuses_leaves_no_object(
    ann, send, keeper, untouched, monkeypatch
):
    def fail(**values):
        raise RuntimeError("just then")

    monkeypatch.setattr(DocumentVersion.objects, "create", fail)
    with pytest.raises(RuntimeError, match="just then"):
        send(ann)
    untouched()


def test_an_upload_that_the_sweep_was_faster_than_is_told_so(ann, send, untouched, monkeypatch):
    real = operations.begin

    def swept(*args, **options):
        loose = real(*args, **options)
        LooseFile.objects.update(swept_at=timezone.now())
        return loose

    monkeypatch.setattr(operations, "begin", swept)
    refused(send(ann), 409, "conflict")
    assert not Document.all_objects.exists()
    assert LooseFile.objects.count() == 1


class Body:
    """A form with one large file that exists only while it is read."""

    def __init__(self, size):
        closing = f"\r\n--{BOUNDARY}--\r\n".encode()
        self.pieces = self._pieces(part("file", b"", "big.bin")[:-2], size, closing)
        self.length = len(part("file", b"", "big.bin")) - 2 + size + len(closing)
        self.rest = b""

    @staticmethod
    def _pieces(head, size, closing):
        yield head
        block = bytes(range(256)) * 256
        for _ in range(size // len(block)):
            yield block
        yield closing

    def read(self, size=-1):
        while len(self.rest) < size and (piece := next(self.pieces, b"")):
            self.rest += piece
        data, self.rest = self.rest[:size], self.rest[size:]
        return data


class Parsed:
    def __init__(self, length):
        self._request = HttpRequest()
        self._request.META["CONTENT_LENGTH"] = str(length)


def test_a_large_file_is_never_held_in_memory(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    body = Body(12 * MEGABYTE)
    request = Parsed(body.length)
    tracemalloc.start()
    try:
        parsed = UploadParser().parse(body, MULTIPART, {"request": request})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    file = parsed.files["file"]
    assert file.size == 12 * MEGABYTE
    assert file.sha256 == hashlib.sha256(bytes(range(256)) * 256 * 192).hexdigest()
    assert peak < 3 * MEGABYTE
    file.close()
    assert not list(tmp_path.iterdir())


def test_listening_ends_at_the_limit(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.MAX_UPLOAD_MB = 2
    body = Body(8 * MEGABYTE)
    with pytest.raises(TooLarge):
        UploadParser().parse(body, MULTIPART, {"request": Parsed(body.length)})
    assert next(body.pieces, None) is not None
    assert not list(tmp_path.iterdir())
