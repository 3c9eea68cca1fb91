"""Large files go straight to the bucket; what arrived is looked at before it is a document."""

import hashlib
from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from crm.core.models import Event
from crm.documents.models import Document, DocumentVersion, LooseFile
from crm.documents.sweeping import hash_files, sweep
from crm.documents.tests import samples
from crm.tests.world import refused

pytestmark = pytest.mark.django_db
UPLOADS = "/api/v1/documents/uploads"


@pytest.fixture
def begun(ann, client_of, s3):
    """Begin an upload of Ann's."""

    def begun(name="film.pdf", size=None):
        body = {"file_name": name, "file_size": size or len(samples.PDF)}
        response = client_of(ann).post(UPLOADS, body)
        assert response.status_code == 201, response.content
        return response.json()["data"]

    return begun


def put(ticket, content):
    return requests.put(ticket["url"], data=content, headers=ticket["headers"], timeout=10)


def test_a_file_sent_directly_becomes_a_document(ann, client_of, s3, begun):
    ticket = begun()
    assert ticket["method"] == "PUT"
    assert "content-length" in ticket["url"]
    assert ticket["headers"]["x-amz-server-side-encryption"] == "AES256"
    assert put(ticket, samples.PDF).status_code == 200
    complete = f"{UPLOADS}/{ticket['upload_id']}/complete"
    response = client_of(ann).post(complete, {"folder": "films", "tags": ["big"]})
    assert response.status_code == 201, response.content
    row = response.json()["data"]
    assert (row["title"], row["file_name"], row["folder"]) == ("film", "film.pdf", "films")
    assert (row["file_type"], row["file_size"]) == ("application/pdf", len(samples.PDF))
    assert row["checksum_sha256"] == ""
    assert s3.read(row["s3_key"]) == samples.PDF
    assert not LooseFile.objects.exists()

    assert hash_files() == 1
    checksum = hashlib.sha256(samples.PDF).hexdigest()
    assert Document.objects.get().checksum_sha256 == checksum
    assert DocumentVersion.objects.get().checksum_sha256 == checksum
    assert hash_files() == 0
    refused(client_of(ann).post(complete, {}), 404, "not_found")


def test_an_address_takes_one_file_only(begun):
    ticket = begun()
    assert put(ticket, samples.PDF).status_code == 200
    assert put(ticket, b"x" * len(samples.PDF)).status_code == 412


def test_what_has_not_arrived_can_not_be_completed(ann, client_of, begun):
    ticket = begun()
    complete = f"{UPLOADS}/{ticket['upload_id']}/complete"
    refused(client_of(ann).post(complete, {}), 409, "conflict")
    put(ticket, samples.PDF)
    assert client_of(ann).post(complete, {}).status_code == 201


@pytest.mark.parametrize(
    ("name", "announced", "content", "reason"),
    [
        ("film.pdf", len(samples.HTML), samples.HTML, "HTML"),
        ("film.png", len(samples.SVG), samples.SVG, "SVG"),
        ("film.xyz", len(samples.EXE), samples.EXE, "program"),
        ("film.pdf", 7, samples.PDF, "announced"),
        ("film.png", len(samples.PNG + samples.ZIP), samples.PNG + samples.ZIP, "two things"),
    ],
)
def test_what_is_refused_is_removed(name, announced, content, reason, ann, client_of, s3, begun):
    ticket = begun(name, announced)
    key = LooseFile.objects.get().key
    s3.bucket.put_object(Key=key, Body=content)
    response = client_of(ann).post(f"{UPLOADS}/{ticket['upload_id']}/complete", {})
    refused(response, 400, "invalid")
    assert list(response.json()["errors"]) == ["file"]
    assert reason in response.json()["message"]
    assert s3.keys == set()
    assert not LooseFile.objects.exists()
    assert not Document.all_objects.exists()
    assert not Event.objects.exists()


def test_a_wrong_word_about_it_can_be_put_right(ann, client_of, begun):
    ticket = begun()
    put(ticket, samples.PDF)
    complete = f"{UPLOADS}/{ticket['upload_id']}/complete"
    refused(client_of(ann).post(complete, {"folder": "a/b"}), 400, "invalid")
    refused(client_of(ann).post(complete, {"related_to_type": "lead"}), 400, "invalid")
    assert client_of(ann).post(complete, {}).status_code == 201


def test_the_uploads_of_others_do_not_exist(ann, zoe, max, client_of, begun):
    ticket = begun()
    put(ticket, samples.PDF)
    for other in (zoe, max):
        complete = f"{UPLOADS}/{ticket['upload_id']}/complete"
        refused(client_of(other).post(complete, {}), 404, "not_found")


def test_what_is_never_completed_is_swept(begun, s3):
    put(begun(), samples.PDF)
    assert sweep() == 0
    LooseFile.objects.update(sweep_at=timezone.now() - timedelta(seconds=1))
    assert sweep() == 1
    assert s3.keys == set()


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"file_name": "../../etc/passwd", "file_size": 9}, 400, "file_name"),
        ({"file_name": "run.exe", "file_size": 9}, 400, "file_name"),
        ({"file_name": "a.txt", "file_size": 0}, 400, "file_size"),
        ({"file_name": "a.txt"}, 400, "file_size"),
        ({"file_size": 9}, 400, "file_name"),
        ({"file_name": "a.txt", "file_size": 9, "key": "mine"}, 400, "key"),
        ({"file_name": "a.txt", "file_size": 5001 * 1024 * 1024}, 413, None),
    ],
)
def test_a_wrong_beginning_is_refused(body, status, field, ann, client_of, s3):
    response = client_of(ann).post(UPLOADS, body)
    refused(response, status, "invalid" if status == 400 else "too_large")
    assert field is None or list(response.json()["errors"]) == [field]
    assert not LooseFile.objects.exists()


def test_a_folder_takes_no_direct_uploads(ann, client_of, folder):
    response = client_of(ann).post(UPLOADS, {"file_name": "a.txt", "file_size": 9})
    refused(response, 409, "not_supported")
    assert "documents/upload" in response.json()["message"]
