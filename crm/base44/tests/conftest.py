"""What the tests of the second wire format share: an app as its users see it, and its files."""

import json
from typing import Any

import pytest

from crm.documents.tests.forms import MULTIPART, file_form
from crm.documents.tests.stores import Keeper, local

from .compatibility import speak_base44
from .door import APP


class App:
    """A client of the second wire format, signed in as somebody."""

    def __init__(self, client: Any):
        self.client = client

    def address(self, entity: str, *rest: str) -> str:
        return "/".join([f"{APP}/entities/{entity}", *rest])

    def filter(self, entity: str, query: Any = None, **params: Any) -> list[dict]:
        """Return the records that match; the call has to succeed."""
        if query is not None:
            params["q"] = json.dumps(query)
        response = self.client.get(self.address(entity), params)
        assert response.status_code == 200, response.content
        return response.json()

    def create(self, entity: str, **values: Any) -> dict:
        """Store a record and return it; the call has to succeed."""
        response = self.client.post(self.address(entity), values)
        assert response.status_code == 201, response.content
        return response.json()

    def call(self, method: str, entity: str, *rest: str, body: Any = None) -> Any:
        """Return the whole answer of a call with a JSON body."""
        return getattr(self.client, method)(self.address(entity, *rest), body, format="json")


@pytest.fixture
def app_of(client_of):
    """Give the app as somebody sees it."""

    def app_of(user: Any) -> App:
        return App(client_of(user))

    return app_of


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


@pytest.fixture(params=["ours", "compat"])
def mode(request, settings):
    """Each mode of ``/api/v1`` in turn."""
    if request.param == "compat":
        speak_base44(settings)
    return request.param


@pytest.fixture
def compat(settings):
    """Let ``/api/v1`` speak as with ``API_COMPAT=base44``."""
    speak_base44(settings)
