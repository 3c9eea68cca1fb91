"""The end of files: what no document holds is removed, and nothing else."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from crm.core import records
from crm.documents.models import Document, DocumentVersion, LooseFile
from crm.documents.sweeping import sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(ann, send, keeper):
    """Give a document of Ann's with a file."""
    return Document.objects.get(pk=send(ann).json()["data"]["id"])


def test_deleting_keeps_the_file_and_purging_leaves_it_to_the_sweep(
    ann, document, send, client_of, keeper
):
    send(ann, url=f"/api/v1/documents/{document.pk}/versions")
    client_of(ann).delete(f"/api/v1/documents/{document.pk}")
    assert sweep() == 0
    assert len(keeper.keys) == 2
    records.purge(Document.all_objects.get())
    assert not Document.all_objects.exists()
    assert not DocumentVersion.objects.exists()
    assert {loose.key for loose in LooseFile.objects.all()} == keeper.keys
    assert sweep() == 2
    assert keeper.keys == set()
    assert not LooseFile.objects.exists()
    assert sweep() == 0


def test_the_sweep_takes_what_is_due_and_nothing_else(document, keeper):
    now = timezone.now()
    orphans = {}
    for name, sweep_at in (("old", now - timedelta(minutes=1)), ("new", now + timedelta(hours=1))):
        orphans[name] = LooseFile.objects.create(key=f"documents/{name}", sweep_at=sweep_at)
        default_storage.save(orphans[name].key, ContentFile(b"orphan"))
    assert sweep() == 1
    assert keeper.keys == {document.s3_key, "documents/new"}
    assert list(LooseFile.objects.all()) == [orphans["new"]]


def test_a_sweep_that_died_is_done_again(keeper):
    long_ago = timezone.now() - timedelta(hours=3)
    LooseFile.objects.create(key="documents/a", sweep_at=long_ago, swept_at=long_ago)
    running = LooseFile.objects.create(
        key="documents/b", sweep_at=long_ago, swept_at=timezone.now()
    )
    assert sweep() == 1
    assert list(LooseFile.objects.all()) == [running]
