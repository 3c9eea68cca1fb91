"""Files of this room's tests are kept in a folder of their own."""

import pytest

from crm.documents.tests.forms import MULTIPART, file_form
from crm.documents.tests.stores import Keeper, local

from .door import APP


@pytest.fixture
def folder(settings, tmp_path):
    """Keep files in an empty folder, and what is on its way in beside it."""
    place = tmp_path / "files"
    place.mkdir()
    settings.STORAGES = {**settings.STORAGES, "default": local(place)}
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return Keeper("local", folder=place)


@pytest.fixture
def send_file(client_of):
    """Send a file to an address of the app as somebody."""

    def send_file(user, path, name, content, **values):
        body = file_form(name, content, **values)
        return client_of(user).generic("POST", f"{APP}/{path}", body, content_type=MULTIPART)

    return send_file
