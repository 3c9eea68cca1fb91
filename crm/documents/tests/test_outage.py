"""The storage goes away and comes back: nothing is lost, and everybody is told the truth."""

import pytest
from django.utils import timezone

from crm.core import records
from crm.core.models import Event
from crm.documents.addresses import signed_path
from crm.documents.models import Document, LooseFile
from crm.documents.sweeping import sweep
from crm.documents.tests import samples
from crm.documents.tests.forms import MULTIPART, file_form
from crm.documents.tests.stores import remote
from crm.tests.serving import free_port
from crm.tests.world import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def outage(keeper, settings, tmp_path):
    """Switch the storage off and on: a port where nobody listens, a folder that is a file."""
    working = settings.STORAGES

    def outage(over=False):
        if over:
            settings.STORAGES = working
            return
        if keeper.name == "s3":
            broken = remote(f"http://127.0.0.1:{free_port()}", retries={"total_max_attempts": 1})
        else:
            (tmp_path / "no-folder").touch()
            broken = {**working["default"], "OPTIONS": {"location": str(tmp_path / "no-folder")}}
        settings.STORAGES = {**working, "default": broken}

    return outage


def unavailable(response):
    refused(response, 503, "unavailable")
    assert int(response["Retry-After"]) > 0
    assert "storage" in response.json()["message"]


def test_while_the_storage_is_down_rows_are_read_and_files_wait(
    ann, send, client_of, keeper, outage
):
    stored = send(ann).json()["data"]
    url, client = f"/api/v1/documents/{stored['id']}", client_of(ann)
    outage()

    unavailable(send(ann))
    unavailable(send(ann, url=f"{url}/versions"))
    unavailable(client.get(f"{url}/download"))
    if keeper.name == "local":
        unavailable(client.get(signed_path(stored["id"], 1)))
    assert client.get(url).status_code == 200
    assert client.get("/api/v1/documents").json()["pagination"]["total"] == 1
    assert client.put(url, {"description": "Still here"}).status_code == 200
    assert Document.objects.get().version == 1
    assert Event.objects.filter(name="document.created").count() == 1
    assert LooseFile.objects.count() == 2  # who knows what arrived

    outage(over=True)
    LooseFile.objects.update(sweep_at=timezone.now())
    assert sweep() == 2
    assert keeper.keys == {stored["s3_key"]}
    assert client.get(f"{url}/download").status_code == 302
    assert send(ann, url=f"{url}/versions").status_code == 201


def test_deletions_wait_for_the_storage(ann, send, client_of, keeper, outage):
    document = Document.objects.get(pk=send(ann).json()["data"]["id"])
    client_of(ann).delete(f"/api/v1/documents/{document.pk}")
    outage()
    records.purge(Document.all_objects.get())
    if keeper.name == "s3":  # of a folder that is gone, so are the files
        assert sweep() == 0
        assert LooseFile.objects.get().key == document.s3_key
    outage(over=True)
    sweep()
    if keeper.name == "s3":
        assert keeper.keys == set()
    assert not LooseFile.objects.exists()


def test_a_disk_without_room_is_no_fault_of_ours(ann, client_of, keeper, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "nowhere")
    response = client_of(ann).generic(
        "POST",
        "/api/v1/documents/upload",
        file_form("a.pdf", samples.PDF),
        content_type=MULTIPART,
    )
    refused(response, 503, "unavailable")
    assert not Document.objects.exists()
