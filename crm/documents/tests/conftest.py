"""Every test of this room runs on a folder and on a bucket."""

import pytest

from crm.documents.tests import samples
from crm.documents.tests.forms import MULTIPART, file_form
from crm.documents.tests.stores import Keeper, bucket_at, local, moto, remote

UPLOAD = "/api/v1/documents/upload"


@pytest.fixture(scope="session")
def amazon():
    with moto() as address:
        yield address


@pytest.fixture
def bucket(amazon):
    return bucket_at(amazon)


@pytest.fixture(params=["local", "s3"])
def keeper(request, settings, tmp_path):
    """Give the storage in use, empty."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    if request.param == "local":
        folder = tmp_path / "files"
        folder.mkdir()
        settings.STORAGES = {**settings.STORAGES, "default": local(folder)}
        return Keeper("local", folder=folder)
    found = request.getfixturevalue("bucket")
    address = request.getfixturevalue("amazon")
    settings.STORAGES = {**settings.STORAGES, "default": remote(address)}
    return Keeper("s3", bucket=found)


@pytest.fixture
def send(client_of):
    """Send a file as somebody, and whatever is said of it."""

    def send(user, name="offer.pdf", content=samples.PDF, url=UPLOAD, body=None, **values):
        body = file_form(name, content, **values) if body is None else body
        return client_of(user).generic("POST", url, body, content_type=MULTIPART)

    return send
