"""A person gets everything, as one archive."""

import io
import json
import zipfile

import pytest

from crm.core.models import Event
from crm.documents.tests import samples
from crm.privacy.tests.conftest import EMAIL
from crm.tests.world import refused

pytestmark = pytest.mark.django_db

URL = "/api/v1/privacy/export"
COUNTS = {
    "contacts": 1,
    "leads": 1,
    "customers": 1,
    "activities": 1,
    "calls": 1,
    "meetings": 2,
    "tasks": 1,
    "emails": 3,
    "documents": 1,
    "deals": 1,
    "tickets": 1,
    "ticket_comments": 1,
    "companies": 0,
    "orders": 1,
    "invoices": 1,
    "payments": 0,
    "credit_notes": 0,
    "campaign_recipients": 2,
    "clicks": 1,
    "suppressions": 1,
    "app_records": 0,
}


def archive_of(client, email=EMAIL):
    answer = client.post(URL, {"email": email})
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    return archive


def test_the_archive_holds_everything_about_the_person(ida, max, client_of):
    archive = archive_of(client_of(max), EMAIL.upper())

    files = {name for name in archive.namelist() if name.startswith("files/")}
    names = set(archive.namelist()) - files
    texts = {name: json.loads(archive.read(name)) for name in names}
    manifest = texts.pop("manifest.json")
    counts = {name.removesuffix(".json"): len(rows) for name, rows in texts.items()}
    events = counts.pop("events")
    assert counts == COUNTS
    assert manifest["counts"] == {**COUNTS, "events": events}
    assert manifest["about"] == [EMAIL]
    assert (manifest["files"], manifest["missing_files"]) == (1, [])
    (name,) = files
    assert name.startswith(f"files/{ida.document}/1-")
    assert archive.read(name) == samples.PDF
    ids = {row["id"] for row in texts["emails.json"]}
    assert ids == {str(ida.mail.pk), str(ida.draft.pk), str(ida.copy.pk)}
    assert texts["contacts.json"][0]["email"] == EMAIL
    assert texts["leads.json"][0]["deleted_at"]
    changed = [row for row in texts["events.json"] if row["name"] == "contact.updated"]
    assert "notes" in changed[0]["data"]["changes"]


def test_who_took_the_archive_is_kept(ida, max, client_of):
    archive_of(client_of(max))
    event = Event.objects.get(name="contact.exported")
    assert (event.record_id, event.actor, event.data) == (ida.contact.pk, max, {})


def test_a_file_that_the_storage_lost_is_told(ida, max, client_of, folder):
    for path in folder.folder.rglob("*"):
        if path.is_file():
            path.unlink()
    manifest = json.loads(archive_of(client_of(max)).read("manifest.json"))
    assert manifest["files"] == 0
    assert len(manifest["missing_files"]) == 1


def test_nobody_of_that_address(max, client_of):
    answer = client_of(max).post(URL, {"email": "nobody@example.com"})
    refused(answer, 404, "not_found")


@pytest.mark.parametrize("path", ["export", "erase"])
@pytest.mark.parametrize("who", ["mia", "ann", "sam"])
def test_only_administrators(path, who, request, client_of):
    client = client_of(request.getfixturevalue(who))
    answer = client.post(f"/api/v1/privacy/{path}", {"email": EMAIL})
    refused(answer, 403, "permission_denied")
    assert "crm.manage_privacy" in answer.json()["message"]


@pytest.mark.parametrize("path", ["export", "erase"])
@pytest.mark.parametrize("body", [{}, {"email": ""}, {"email": None}, {"email": "x"}, {"email": 1}])
def test_an_address_is_asked_for(path, body, max, client_of):
    answer = client_of(max).post(f"/api/v1/privacy/{path}", body)
    refused(answer, 400, "invalid")
    assert list(answer.json()["errors"]) == ["email"]
