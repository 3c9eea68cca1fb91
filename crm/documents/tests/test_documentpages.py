"""Files on pages: what is stored, what is refused, who may read them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.documents.models import Document, DocumentVersion
from crm.documents.tests.factories import DocumentFactory
from crm.people.tests.factories import ContactFactory

pytestmark = pytest.mark.django_db
NEW = "/documents/new/"
PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\x9d\xa4"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def page(client):
    """A browser that is signed in as somebody."""

    def page(user):
        client.force_login(user, backend="accounts.backends.RoleBackend")
        return client

    return page


def text(name="offer.txt", content=b"an offer"):
    return SimpleUploadedFile(name, content)


def test_several_files_become_documents_of_their_own(page, ann):
    files = [text("a.txt"), text("b.txt", b"another")]
    page(ann).post(NEW, {"files": files, "folder": "offers", "title": "Both", "tags": "x, y"})
    found = Document.objects.order_by("title")
    assert [row.title for row in found] == ["a", "b"]
    assert {row.folder for row in found} == {"offers"}
    assert found[0].tags == ["x", "y"]
    assert found[0].uploaded_by == ann


def test_a_form_sent_twice_stores_a_file_once(page, ann):
    browser = page(ann)
    once = browser.get(NEW).context["once"]
    for _ in range(2):
        answer = browser.post(NEW, {"files": text(), "folder": "documents", "once": once})
        assert answer.status_code == 302
    assert Document.objects.count() == 1


def test_what_is_refused_is_named_and_the_rest_is_stored(page, ann):
    files = [text("a.txt"), text("run.exe", b"MZ")]
    answer = page(ann).post(NEW, {"files": files, "folder": "documents"})
    told = answer.content.decode()
    assert "run.exe: Programs and scripts" in told
    assert [row.file_name for row in Document.objects.all()] == ["a.txt"]


def test_a_folder_is_a_plain_label(page, ann):
    answer = page(ann).post(NEW, {"files": text(), "folder": "../etc"})
    assert "A folder is a plain label" in answer.content.decode()
    assert not Document.objects.exists()


def test_a_file_that_is_too_large_is_told_of(page, ann, settings):
    settings.MAX_UPLOAD_MB = 0
    answer = page(ann).post(NEW, {"folder": "documents", "files": text()})
    assert "MB at most" in answer.content.decode()
    assert not Document.objects.exists()


def test_a_script_sends_one_at_a_time_and_is_answered_shortly(page, ann):
    sent = {"folder": "documents"}
    answer = page(ann).post(NEW, {**sent, "files": text()}, HTTP_X_UPLOAD="yes")
    assert answer.status_code == 201
    assert answer.json() == {"title": "offer", "url": f"/documents/{Document.objects.get().pk}/"}
    refused = page(ann).post(NEW, {**sent, "files": text("x.exe")}, HTTP_X_UPLOAD="yes")
    assert "url" not in refused.json()
    assert "Programs and scripts" in refused.json()["message"]


def test_a_file_is_added_to_a_record_in_place(page, ann):
    ida = ContactFactory(assigned_to=ann)
    address = f"/contacts/{ida.pk}/add/document/"
    shown = page(ann).get(address).content.decode()
    assert f'name="related_to" value="contact:{ida.pk}"' in shown
    answer = page(ann).post(
        address, {"files": text(), "folder": "documents", "related_to": f"contact:{ida.pk}"}
    )
    assert answer["Location"] == f"/contacts/{ida.pk}/"
    document = Document.objects.get()
    assert (document.related_to_type, document.related_to_id) == ("contact", ida.pk)


def test_a_newer_file_takes_the_place_and_the_old_one_can_be_had(page, ann):
    browser = page(ann)
    browser.post(NEW, {"files": text(), "folder": "documents"})
    document = Document.objects.get()
    browser.post(f"/documents/{document.pk}/newer/", {"file": text("offer2.txt", b"better")})
    document.refresh_from_db()
    assert (document.version, document.file_name) == (2, "offer2.txt")
    for version, content in (("1", b"an offer"), ("2", b"better"), ("", b"better")):
        sent = browser.get(f"/documents/{document.pk}/download/?version={version}", follow=True)
        assert b"".join(sent.streaming_content) == content
    refused = browser.post(f"/documents/{document.pk}/newer/", {"file": text("x.exe")}, follow=True)
    assert "Programs and scripts" in refused.content.decode()
    assert DocumentVersion.objects.count() == 2


def test_a_picture_is_shown_and_other_files_are_offered(page, ann):
    browser = page(ann)
    browser.post(NEW, {"files": SimpleUploadedFile("p.png", PIXEL), "folder": "documents"})
    picture = Document.objects.get()
    shown = browser.get(f"/documents/{picture.pk}/").content.decode()
    assert f'<img class="picture" src="/documents/{picture.pk}/download/"' in shown
    browser.post(NEW, {"files": text(), "folder": "documents"})
    plain = Document.objects.exclude(pk=picture.pk).get()
    assert "<img class" not in browser.get(f"/documents/{plain.pk}/").content.decode()


def test_files_out_of_sight_are_not_found_and_those_of_others_not_replaced(page, ann, zoe):
    hers = DocumentFactory(uploaded_by=zoe, title="Secret", folder="kept-away")
    for part in ("", "download/", "edit/"):
        assert page(ann).get(f"/documents/{hers.pk}/{part}").status_code == 404
    shown = page(ann).get("/documents/").content.decode()
    assert "Secret" not in shown
    assert "kept-away" not in shown
    Document.objects.filter(pk=hers.pk).update(is_public=True)
    assert page(ann).get(f"/documents/{hers.pk}/").status_code == 200
    answer = page(ann).post(f"/documents/{hers.pk}/newer/", {"file": text()})
    assert answer.status_code == 403
    assert not DocumentVersion.objects.exists()


def test_folders_lead_to_their_lists_and_a_document_moves(page, ann):
    document = DocumentFactory(uploaded_by=ann, folder="plans")
    DocumentFactory.create_batch(2, uploaded_by=ann, folder="offers")
    assert 'href="?folder=plans"' in page(ann).get("/documents/").content.decode()
    listed = page(ann).get("/documents/?folder=offers").content.decode()
    assert document.title not in listed
    page(ann).post(f"/documents/{document.pk}/edit/folder/", {"folder": "offers"})
    document.refresh_from_db()
    assert document.folder == "offers"


def test_pages_take_few_queries(page, ann, django_assert_max_num_queries):
    browser = page(ann)
    DocumentFactory.create_batch(30, uploaded_by=ann)
    document = Document.objects.first()
    for address in ("/documents/", NEW, f"/documents/{document.pk}/"):
        browser.get(address)
        with django_assert_max_num_queries(15):
            assert browser.get(address).status_code == 200
