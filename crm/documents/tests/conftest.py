"""Every test of this room runs on a folder and on a bucket."""

from urllib.parse import urlsplit

import pytest
import requests
from rest_framework.test import APIClient

from crm.documents.models import Document
from crm.documents.tests import samples
from crm.documents.tests.forms import MULTIPART, file_form
from crm.documents.tests.stores import Keeper, bucket_at, local, moto, remote

UPLOAD = "/api/v1/documents/upload"


@pytest.fixture(scope="session")
def amazon():
    with moto() as address:
        yield address


@pytest.fixture
def folder(settings, tmp_path):
    """Keep files in an empty folder."""
    place = tmp_path / "files"
    place.mkdir()
    settings.STORAGES = {**settings.STORAGES, "default": local(place)}
    return Keeper("local", folder=place)


@pytest.fixture
def s3(settings, amazon):
    """Keep files in an empty bucket."""
    bucket = bucket_at(amazon)
    settings.STORAGES = {**settings.STORAGES, "default": remote(amazon)}
    return Keeper("s3", bucket=bucket)


@pytest.fixture(params=["folder", "s3"])
def keeper(request, settings, tmp_path):
    """Keep files in the one, then in the other."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return request.getfixturevalue(request.param)


@pytest.fixture
def send(client_of):
    """Send a file as somebody, and whatever is said of it."""

    def send(user, name="offer.pdf", content=samples.PDF, url=UPLOAD, body=None, **values):
        body = file_form(name, content, **values) if body is None else body
        return client_of(user).generic("POST", url, body, content_type=MULTIPART)

    return send


@pytest.fixture
def document(ann, send, keeper):
    """Give a document of Ann's with a file."""
    return Document.objects.get(pk=send(ann).json()["data"]["id"])


def url_of(document, path=""):
    """Return the address of a document, or of what is asked about it."""
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
