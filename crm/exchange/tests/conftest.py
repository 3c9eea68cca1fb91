"""The small app as an export, and loaded."""

import pytest

from crm.exchange.tests.exports import write_csv
from crm.exchange.tests.importing import import_app


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    return write_csv(folder)


@pytest.fixture
def loaded(folder, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return import_app(folder)
