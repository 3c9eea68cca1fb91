"""How files are handed out: where addresses lead, how safely, and for how long."""

from urllib.parse import urlsplit

import pytest
from django.core.files.storage import default_storage
from rest_framework.test import APIClient

from crm.documents import addresses
from crm.documents.tests import samples
from crm.documents.tests.conftest import follow, url_of
from crm.documents.tests.factories import DocumentFactory
from crm.tests.world import refused

pytestmark = pytest.mark.django_db


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
