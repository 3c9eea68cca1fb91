"""Only the app says from where a file is fetched; whoever may write a document here does not."""

import json

import pytest

from crm.documents.models import Document
from crm.exchange.migration.drafts import FILE_ADDRESS
from crm.exchange.tests import exports
from crm.exchange.tests.exports import stamped, write_csv
from crm.exchange.tests.importing import import_app
from crm.exchange.tests.liveapp import import_live, served
from crm.exchange.tests.test_live_files import TEXT, document, documents, files_asked, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("waits")]
SECRET = "/files/secret.txt"


def plant(client, stored, address):
    """Let somebody write an address into a document of theirs."""
    answer = client.patch(
        f"/api/v1/documents/{stored.pk}",
        json.dumps({"custom_fields": {FILE_ADDRESS: address}}),
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content


def test_a_document_that_did_not_come_with_the_run_is_left_alone(tmp_path, client_of, ann):
    with served(files={SECRET: b"Inside."}) as (app, url):
        app.data = documents()
        mine = Document.objects.create(
            title="Mine", file_name="mine.txt", external_id="zz", created_by=ann, uploaded_by=ann,
            custom_fields={FILE_ADDRESS: url + SECRET},
        )  # fmt: skip
        report = import_live(url, tmp_path)
    assert report["files"] == {}
    assert files_asked(app) == []
    mine.refresh_from_db()
    assert mine.s3_key == ""


def test_an_address_that_was_changed_here_is_not_asked(tmp_path, client_of, ann):
    with served(files={SECRET: b"Inside."}) as (app, url):
        app.data = documents(f"{url}/files/a.txt")
        import_live(url, tmp_path)
        Document.objects.update(created_by=ann, uploaded_by=ann)
        plant(client_of(ann), document(), url + SECRET)
        app.files["/files/a.txt"] = TEXT
        app.asked.clear()
        report = import_live(url, tmp_path)
        assert files_asked(app) == []
        assert report["files"] == {"changed here, kept as addresses": 1}
        (note,) = told(report)["notes"]
        assert note["id"] == exports.legacy(exports.DOCUMENTS, 1)

        plant(client_of(ann), document(), f"{url}/files/a.txt")
        report = import_live(url, tmp_path)
    assert report["files"] == {"to fetch": 1, "stored": 1}
    assert document().file_size == len(TEXT)


def test_nobody_takes_an_upload_of_another_document_out_of_an_export(tmp_path, client_of, ann):
    folder = tmp_path / "export"
    folder.mkdir()
    rows = [stamped(exports.DOCUMENTS, 1, title="Mine", file_url="https://e.example/mine.txt")]
    write_csv(folder, {"Document": rows})
    import_app(folder)
    Document.objects.update(created_by=ann, uploaded_by=ann)
    plant(client_of(ann), document(), "https://e.example/secret.txt")
    (folder / "files" / "secret.txt").write_text("Inside.")
    _, report = import_app(folder)
    assert report["files"] == {"changed here, kept as addresses": 1}
    assert document().s3_key == ""
