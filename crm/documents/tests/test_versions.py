"""Newer files keep the older ones."""

from urllib.parse import urlsplit

import pytest
from django.db import connection
from rest_framework.test import APIClient

from crm.core.models import Event
from crm.documents.models import DocumentVersion, LooseFile
from crm.documents.tests import samples
from crm.documents.tests.conftest import follow, url_of
from crm.documents.tests.factories import DocumentFactory
from crm.documents.tests.forms import MULTIPART, file_form
from crm.tests.threads import statuses, times
from crm.tests.world import refused

pytestmark = pytest.mark.django_db


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
