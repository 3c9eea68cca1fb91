"""The staff site takes files in and hands them out by the same operations."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from crm.core.models import Event
from crm.documents.models import Document, LooseFile
from crm.documents.tests import samples

pytestmark = pytest.mark.django_db
LIST = "admin:crm_document_changelist"


@pytest.fixture
def staff(client, max, folder):
    """Sign the administrator in to the staff site."""
    client.force_login(max, backend="accounts.backends.RoleBackend")
    return client


def file(name, content):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def upload(staff):
    """Give the address of the upload page, as the list links to it."""
    url = reverse("admin:crm_document_upload")
    assert url in staff.get(reverse(LIST)).content.decode()
    return url


def test_a_file_is_uploaded_downloaded_and_replaced(staff, upload, max, folder):
    assert staff.get(upload).status_code == 200
    sent = {"file": file("offer.pdf", samples.PDF), "title": "", "folder": "offers"}
    response = staff.post(upload, sent)
    document = Document.objects.get()
    assert response["Location"] == reverse("admin:crm_document_change", args=[document.pk])
    assert (document.title, document.file_type) == ("offer", "application/pdf")
    assert (document.folder, document.uploaded_by) == ("offers", max)
    assert Event.objects.get().door == "admin"

    page = staff.get(response["Location"]).content.decode()
    newer = reverse("admin:crm_document_newer", args=[document.pk])
    download = reverse("admin:crm_document_download", args=[document.pk])
    assert newer in page
    assert download in page
    assert staff.get(newer).status_code == 200
    staff.post(newer, {"file": file("offer 2.txt", samples.TEXT)})
    document.refresh_from_db()
    assert (document.version, document.file_name) == (2, "offer 2.txt")
    for version, content in (("", samples.TEXT), ("?version=1", samples.PDF)):
        sent_on = staff.get(f"{download}{version}")
        assert b"".join(staff.get(sent_on["Location"])) == content


def test_what_is_refused_stands_beside_the_file(staff, upload, folder, settings):
    settings.MAX_UPLOAD_MB = 1
    for name, content, reason in (
        ("picture.png", samples.HTML, "holds HTML"),
        ("empty.txt", b"", "empty"),
        ("big.txt", b"a" * 1024 * 1025, "larger than 1 MB"),
    ):
        response = staff.post(upload, {"folder": "documents", "file": file(name, content)})
        assert response.status_code == 200
        (message,) = response.context["form"].errors["file"]
        assert reason in message
    assert not Document.objects.exists()
    assert not LooseFile.objects.exists()
    assert folder.keys == set()


def test_the_files_of_others_do_not_exist_here_either(client, zoe, folder):
    User.objects.filter(pk=zoe.pk).update(staff_access=True)
    client.force_login(zoe, backend="accounts.backends.RoleBackend")
    other = Document.objects.create(title="Another's", file_name="a.txt")
    for name in ("newer", "download"):
        url = reverse(f"admin:crm_document_{name}", args=[other.pk])
        assert client.get(url).status_code == 404
    Document.objects.filter(pk=other.pk).update(is_public=True)
    newer = reverse("admin:crm_document_newer", args=[other.pk])
    assert client.post(newer, {"file": file("a.txt", b"a")}).status_code == 403
