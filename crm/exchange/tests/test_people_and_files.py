"""Colleagues and uploads come over: nobody gets a password, no file a wrong document."""

import pytest

from accounts.models import User
from crm.documents.models import Document
from crm.exchange.tests import exports
from crm.exchange.tests.exports import as_csv, legacy, stamped, write_csv
from crm.exchange.tests.importing import import_app, of, table
from crm.messaging.models import Email
from crm.sales.models import Deal

pytestmark = pytest.mark.django_db


def test_people_come_without_passwords_and_in_our_roles(loaded):
    ann, mia = User.objects.get(email="ann@example.com"), User.objects.get(email="mia@example.com")
    assert (ann.role, mia.role) == ("sales_rep", "admin")
    assert mia.full_name == "mia"
    assert ann.created_by == ann
    assert not ann.has_usable_password()
    assert not ann.is_superuser


def test_whoever_has_a_password_here_stays_as_they_are(folder, mia):
    import_app(folder)
    stored = User.objects.get(pk=mia.pk)
    assert (stored.role, stored.full_name) == ("manager", "Mia")
    assert stored.check_password("correct-horse-battery")
    assert of(Deal, exports.DEALS, 1).assigned_to == mia


def test_files_are_taken_in_and_others_kept_as_addresses(loaded):
    _, report = loaded
    document = of(Document, exports.DOCUMENTS, 1)
    assert (document.file_name, document.version) == ("offer.txt", 1)
    assert document.file_size == len("Fifty lamps for you.")
    assert document.versions.count() == 1
    other = of(Document, exports.DOCUMENTS, 2)
    assert (other.s3_key, other.file_name) == ("", "elsewhere.pdf")
    assert other.custom_fields["file_url"].endswith("elsewhere.pdf")
    assert report["files"] == {"found": 1, "stored": 1, "not in the export, kept as addresses": 1}
    assert [row["id"] for row in report["addresses_kept"]] == [legacy(exports.DOCUMENTS, 2)]


def test_colleagues_are_mailed_only_where_that_is_asked_for(folder, work_off):
    printed, _ = import_app(folder, "--invite", "--dry-run")
    assert "are mailed" not in printed
    printed, _ = import_app(folder, "--invite")
    assert "2 people are mailed" in printed
    work_off()
    mailed = Email.objects.filter(account_mail="password_reset")
    assert set(mailed.values_list("to_email", flat=True)) == {"ann@example.com", "mia@example.com"}


def test_files_of_one_name_are_told_apart_by_their_folder(tmp_path):
    rows = [
        stamped(
            exports.DOCUMENTS, number, title="Offer", file_url=f"https://e.example/{place}/a.txt"
        )
        for number, place in ((1, "one"), (2, "two"), (3, "three"))
    ]
    folder = tmp_path / "export"
    folder.mkdir()
    write_csv(folder, {"Document": rows})
    for place in ("one", "two"):
        (folder / "files" / place).mkdir()
        (folder / "files" / place / "a.txt").write_text(place)
    import_app(folder)
    found = [of(Document, exports.DOCUMENTS, number) for number in (1, 2, 3)]
    assert [document.file_size for document in found] == [3, 3, None]
    assert found[0].checksum_sha256 != found[1].checksum_sha256


def test_a_file_that_may_not_be_stored_is_told(tmp_path):
    row = stamped(exports.DOCUMENTS, 1, title="Run", file_url="https://e.example/run.exe")
    folder = tmp_path / "export"
    folder.mkdir()
    write_csv(folder, {"Document": [row]})
    (folder / "files" / "run.exe").write_bytes(b"MZ")
    printed, report = import_app(folder)
    assert report["files"] == {"found": 1, "refused": 1}
    assert "run.exe" in printed
    assert of(Document, exports.DOCUMENTS, 1).s3_key == ""


def test_the_author_who_left_and_comes_with_a_list_of_people_later_is_the_same(loaded, folder):
    row = stamped(exports.USERS, 99, email=exports.LEFT, full_name="Zoe", role="user")
    (folder / "User.csv").write_bytes(as_csv([row]))
    _, report = import_app(folder)
    assert table(report, "User")["updated"] == 1
    zoe = User.objects.get(email=exports.LEFT)
    assert (zoe.full_name, zoe.status) == ("Zoe", "inactive")
    assert of(Deal, exports.DEALS, 3).created_by == zoe
