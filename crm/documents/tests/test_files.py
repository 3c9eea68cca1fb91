"""Files that are there: who may read them, their versions, and their end."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from crm.core import records
from crm.core.models import Event
from crm.documents import addresses
from crm.documents.models import Document, DocumentVersion, LooseFile
from crm.documents.sweeping import sweep
from crm.documents.tests import samples
from crm.documents.tests.conftest import UPLOAD
from crm.documents.tests.factories import DocumentFactory
from crm.documents.tests.forms import MULTIPART, file_form
from crm.sales.tests.factories import LeadFactory
from crm.tests.threads import statuses, times
from crm.tests.world import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(ann, send, keeper):
    """Give a document of Ann's with a file."""
    return Document.objects.get(pk=send(ann).json()["data"]["id"])


def url_of(document, path=""):
    return f"/api/v1/documents/{document.pk}{path}"


def follow(response):
    """Fetch what an address leads to, as somebody who is not signed in; over HTTP from S3."""
    while response.status_code == 302:
        location = response["Location"]
        if urlsplit(location).path.startswith("/api/"):
            response = APIClient().get(urlsplit(location).path)
        else:
            found = requests.get(location, timeout=10)
            return found.content, found.headers
    assert response.status_code == 200, response.content
    return b"".join(response), response.headers


def test_a_download_leads_to_the_bytes(ann, document, client_of, keeper):
    response = client_of(ann).get(url_of(document, "/download"))
    assert response.status_code == 302
    content, headers = follow(response)
    assert content == samples.PDF
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("attachment;")
    assert "no-store" in headers["Cache-Control"]
    if keeper.name == "s3":
        assert "X-Amz-Expires=300" in response["Location"]


def test_the_signed_address_of_a_record_leads_to_the_bytes(ann, document, client_of):
    row = client_of(ann).get(url_of(document)).json()["data"]
    (listed,) = client_of(ann).get("/api/v1/documents").json()["data"]
    assert listed["signed_url"]
    content, _ = follow(APIClient().get(urlsplit(row["signed_url"]).path))
    assert content == samples.PDF


def test_a_file_of_ours_is_handed_out_safely(ann, send, folder):
    for name, content, told, manner in (
        ("page.html", samples.HTML, "application/octet-stream", "attachment"),
        ("drawing.svg", samples.SVG, "application/octet-stream", "attachment"),
        ("data.xyz", b"\1\2\3", "application/octet-stream", "attachment"),
        ('Grüße "1".png', samples.PNG, "image/png", "inline"),
        ("note.txt", samples.TEXT, "text/plain; charset=utf-8", "inline"),
    ):
        row = send(ann, name.replace('"', "'"), content).json()["data"]
        response = APIClient().get(urlsplit(row["signed_url"]).path)
        assert response["Content-Type"] == told
        assert response["Content-Disposition"].startswith(f"{manner}; filename=")
        assert "filename*=UTF-8''" in response["Content-Disposition"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"].startswith("sandbox")
        assert "no-store" in response["Cache-Control"]
        assert b"".join(response) == content


@pytest.mark.parametrize(("name", "content"), [("page.html", samples.HTML), ("d.svg", samples.SVG)])
def test_pages_are_attachments_wherever_they_are_kept(name, content, ann, send, client_of, keeper):
    row = send(ann, name, content).json()["data"]
    response = client_of(ann).get(f"/api/v1/documents/{row['id']}/download")
    found, headers = follow(response)
    assert found == content
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment;")


def test_a_signed_address_expires_and_can_not_be_made_up(document, keeper, monkeypatch):
    path = addresses.signed_path(document.pk, 1)
    assert APIClient().get(path).status_code in (200, 302)
    token = path.rpartition("/")[2]
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), "x", token.replace(".", "-")):
        refused(APIClient().get(f"/api/v1/documents/files/{forged}"), 403, "permission_denied")
    now = addresses.time.time()
    monkeypatch.setattr(addresses.time, "time", lambda: now + addresses.LIFETIME)
    response = APIClient().get(path)
    refused(response, 403, "permission_denied")
    assert "expired" in response.json()["message"]


def test_a_signed_address_lives_five_minutes_at_most(document):
    _, _, left = addresses.read_token(addresses.signed_path(document.pk, 1).rpartition("/")[2])
    assert 200 < left <= 300


def test_a_deleted_document_is_handed_out_no_more_until_it_is_restored(ann, document, client_of):
    path, client = addresses.signed_path(document.pk, 1), client_of(ann)
    client.delete(url_of(document))
    refused(APIClient().get(path), 403, "permission_denied")
    refused(client.get(url_of(document, "/download")), 404, "not_found")
    client.post(url_of(document, "/restore"))
    assert follow(client.get(url_of(document, "/download")))[0] == samples.PDF


def test_a_row_without_a_file_says_so(ann, client_of, keeper):
    document = DocumentFactory(uploaded_by=ann)
    row = client_of(ann).get(url_of(document)).json()["data"]
    assert row["file_url"] == row["signed_url"] == ""
    response = client_of(ann).get(url_of(document, "/download"))
    refused(response, 404, "not_found")
    assert response.json()["message"] == "This document has no file."


def test_a_file_that_is_lost_is_told_and_not_a_fault(ann, document, client_of):
    default_storage.drop(document.s3_key)
    response = client_of(ann).get(url_of(document, "/download"))
    refused(response, 404, "not_found")
    assert "not in the storage" in response.json()["message"]


def test_what_is_computed_can_be_chosen_and_not_written(ann, document, client_of):
    client = client_of(ann)
    row = client.get(url_of(document, "?fields=file_url")).json()["data"]
    assert set(row) == {"id", "file_url"}
    whole = client.get(url_of(document)).json()["data"]
    assert client.put(url_of(document), {**whole, "signed_url": "x"}).status_code == 200
    document.refresh_from_db()
    assert document.revision == 1
    made = client.post(
        "/api/v1/documents", {"title": "A", "file_name": "a", "file_url": "http://x"}
    )
    refused(made, 400, "invalid")
    assert made.json()["errors"] == {"file_url": ["This field is read-only."]}
    refused(client.get("/api/v1/documents?sort=signed_url"), 400, "invalid")


# -- versions ------------------------------------------------------------------------------


def test_a_newer_file_keeps_the_older_one(ann, document, send, client_of, keeper):
    first = document.s3_key
    response = send(ann, "offer 2.txt", samples.TEXT, url=url_of(document, "/versions"))
    assert response.status_code == 201, response.content
    row = response.json()["data"]
    assert (row["version"], row["file_name"], row["revision"]) == (2, "offer 2.txt", 2)
    assert (row["file_type"], row["file_size"]) == ("text/plain", len(samples.TEXT))
    assert row["title"] == "offer"
    assert keeper.keys == {first, row["s3_key"]}
    client = client_of(ann)
    assert follow(client.get(url_of(document, "/download")))[0] == samples.TEXT
    assert follow(client.get(url_of(document, "/download?version=1")))[0] == samples.PDF
    refused(client.get(url_of(document, "/download?version=3")), 404, "not_found")
    refused(client.get(url_of(document, "/download?version=x")), 400, "invalid")
    rows = client.get(url_of(document, "/versions")).json()["data"]
    assert [(row["version"], row["file_name"]) for row in rows] == [
        (2, "offer 2.txt"),
        (1, "offer.pdf"),
    ]
    assert rows[1]["uploaded_by"]["id"] == str(ann.pk)
    assert follow(APIClient().get(urlsplit(rows[1]["signed_url"]).path))[0] == samples.PDF
    event = Event.objects.get(name="document.version_added")
    assert event.data["changes"]["version"] == [1, 2]
    assert not LooseFile.objects.exists()


def test_a_newer_file_that_is_refused_changes_nothing(ann, document, send, keeper):
    url, before = url_of(document, "/versions"), keeper.keys
    refused(send(ann, "offer.pdf", samples.HTML, url=url), 400, "invalid")
    refused(send(ann, "offer.pdf", samples.PDF, url=url, title="New"), 400, "invalid")
    document.refresh_from_db()
    assert (document.version, document.revision) == (1, 1)
    assert DocumentVersion.objects.count() == 1
    assert keeper.keys == before
    assert not LooseFile.objects.exists()


def test_a_stale_revision_stores_no_version(ann, document, client_of, keeper):
    before = keeper.keys
    response = client_of(ann).generic(
        "POST",
        url_of(document, "/versions"),
        file_form("b.txt", b"b"),
        content_type=MULTIPART,
        HTTP_IF_MATCH='"r7-abc"',
    )
    refused(response, 412, "precondition_failed")
    assert keeper.keys == before
    assert not LooseFile.objects.exists()


def test_a_row_without_a_file_can_get_one(ann, send, client_of, keeper):
    document = DocumentFactory(uploaded_by=ann)
    row = send(ann, url=url_of(document, "/versions")).json()["data"]
    assert row["version"] == 2
    assert follow(client_of(ann).get(url_of(document, "/download")))[0] == samples.PDF


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL")
def test_newer_files_sent_at_once_get_numbers_of_their_own(ann, document, client_of, keeper):
    client = client_of(ann)

    def send():
        body = file_form("b.txt", b"b")
        return client.generic("POST", url_of(document, "/versions"), body, content_type=MULTIPART)

    assert statuses(times(6, send)) == [201] * 6
    document.refresh_from_db()
    assert document.version == 7
    assert sorted(document.versions.values_list("version", flat=True)) == [1, 2, 3, 4, 5, 6, 7]
    assert len(keeper.keys) == 7
    assert document.s3_key == document.versions.get(version=7).key


# -- who may -------------------------------------------------------------------------------

#: may see, may change: (uploader, public, about a lead of the reader's) -> per reader
SITUATIONS = {
    "own": {},
    "colleague's": {"by": "zoe"},
    "colleague's, public": {"by": "zoe", "is_public": True},
    "teammate's": {"by": "tom"},
    "on a lead that Ann sees": {"by": "zoe", "lead": True},
}
SEES = {
    "max": set(SITUATIONS),
    "mia": {"own", "colleague's, public", "teammate's", "on a lead that Ann sees"},
    "ann": {"own", "colleague's, public", "on a lead that Ann sees"},
    "sam": {"own", "colleague's, public"},
}
CHANGES = {"max": set(SITUATIONS), "mia": {"own", "teammate's"}, "ann": {"own"}, "sam": {"own"}}


@pytest.mark.parametrize("reader", SEES)
def test_files_are_read_and_replaced_by_whom_the_row_allows(
    reader, request, send, client_of, folder, ann, tom, zoe
):
    who = request.getfixturevalue(reader)
    people, lead = {"tom": tom, "zoe": zoe}, LeadFactory(assigned_to=ann)
    for situation, case in SITUATIONS.items():
        public = str(case.get("is_public", False)).lower()
        row = send(people.get(case.get("by"), who), is_public=public).json()["data"]
        document = Document.objects.get(pk=row["id"])
        if case.get("lead"):
            document.related_to_type, document.related_to_id = "lead", lead.pk
            document.save()
        client, url = client_of(who), url_of(document, "/versions")
        download, versions = client.get(url_of(document, "/download")), client.get(url)
        before = folder.keys
        added = send(who, url=url)
        if situation not in SEES[reader]:
            for response in (download, versions, added):
                refused(response, 404, "not_found")
        else:
            assert follow(download)[0] == samples.PDF
            assert versions.status_code == 200
            if situation in CHANGES[reader]:
                assert added.status_code == 201
                continue
            refused(added, 403, "permission_denied")
        assert folder.keys == before
        document.refresh_from_db()
        assert document.version == 1


def test_strangers_get_nothing(document, send):
    client = APIClient()
    for path in ("/download", "/versions"):
        refused(client.get(url_of(document, path)), 401, "not_authenticated")
    refused(client.post(url_of(document, "/versions")), 401, "not_authenticated")
    refused(client.post(UPLOAD), 401, "not_authenticated")


# -- the end -------------------------------------------------------------------------------


def test_deleting_keeps_the_file_and_purging_leaves_it_to_the_sweep(
    ann, document, send, client_of, keeper
):
    send(ann, url=url_of(document, "/versions"))
    client_of(ann).delete(url_of(document))
    assert sweep() == 0
    assert len(keeper.keys) == 2
    records.purge(Document.all_objects.get())
    assert not Document.all_objects.exists()
    assert not DocumentVersion.objects.exists()
    assert {loose.key for loose in LooseFile.objects.all()} == keeper.keys
    assert sweep() == 2
    assert keeper.keys == set()
    assert not LooseFile.objects.exists()
    assert sweep() == 0


def test_the_sweep_takes_what_is_due_and_nothing_else(document, keeper):
    now = timezone.now()
    orphans = {}
    for name, sweep_at in (("old", now - timedelta(minutes=1)), ("new", now + timedelta(hours=1))):
        orphans[name] = LooseFile.objects.create(key=f"documents/{name}", sweep_at=sweep_at)
        default_storage.save(orphans[name].key, ContentFile(b"orphan"))
    assert sweep() == 1
    assert keeper.keys == {document.s3_key, "documents/new"}
    assert list(LooseFile.objects.all()) == [orphans["new"]]


def test_a_sweep_that_died_is_done_again(keeper):
    long_ago = timezone.now() - timedelta(hours=3)
    LooseFile.objects.create(key="documents/a", sweep_at=long_ago, swept_at=long_ago)
    running = LooseFile.objects.create(
        key="documents/b", sweep_at=long_ago, swept_at=timezone.now()
    )
    assert sweep() == 1
    assert list(LooseFile.objects.all()) == [running]


def test_twenty_small_files(ann, send, client_of, keeper):
    contents = {f"note {number}.txt": f"Note {number}".encode() for number in range(20)}
    for name, content in contents.items():
        assert send(ann, name, content).status_code == 201
    rows = client_of(ann).get("/api/v1/documents?limit=100").json()["data"]
    read = {
        row["file_name"]: follow(APIClient().get(urlsplit(row["signed_url"]).path))[0]
        for row in rows
    }
    assert read == contents
    assert len(keeper.keys) == 20
