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
