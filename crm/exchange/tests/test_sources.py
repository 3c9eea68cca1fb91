"""Exports are not trusted: what leads out of them, or swells, is left aside."""

import stat
import zipfile

import pytest

from crm.exchange import sources
from crm.exchange.sources import BadSource, opened
from crm.exchange.tests.exports import as_csv

LEADS = as_csv([{"id": "1", "name": "Lamp"}])


def names(parts):
    return sorted(part.name for part in parts)


def test_a_folder_with_tables_files_and_descriptions(tmp_path):
    (tmp_path / "base44" / "entities").mkdir(parents=True)
    (tmp_path / "base44" / "seed").mkdir()
    (tmp_path / "files").mkdir()
    (tmp_path / "Lead.csv").write_bytes(LEADS)
    (tmp_path / "README.md").write_text("read me")
    (tmp_path / ".hidden.csv").write_bytes(LEADS)
    (tmp_path / "base44" / "entities" / "Lead.jsonc").write_text('// it\n{"type": "object"}')
    (tmp_path / "base44" / "seed" / "link-analytics.jsonc").write_text("[]")
    (tmp_path / "files" / "table.csv").write_text("an upload")
    with opened(tmp_path) as source:
        assert names(source.tables) == ["Lead.csv", "base44/seed/link-analytics.jsonc"]
        assert list(source.files) == ["table.csv"]
        assert source.refused == []


def test_symbolic_links_are_not_followed(tmp_path):
    outside = tmp_path / "secret.csv"
    outside.write_bytes(LEADS)
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "Lead.csv").symlink_to(outside)
    (folder / "more").symlink_to(tmp_path)
    with opened(folder) as source:
        assert source.tables == []
        assert [name for name, _ in source.refused] == ["Lead.csv", "more"]
    with pytest.raises(BadSource, match="symbolic link"), opened(folder / "Lead.csv"):
        pass


def test_a_file_that_became_a_link_meanwhile_is_not_opened(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "Lead.csv").write_bytes(LEADS)
    with opened(folder) as source:
        (folder / "Lead.csv").unlink()
        (folder / "Lead.csv").symlink_to("/etc/passwd")
        with pytest.raises(OSError, match="symbolic links"):
            source.tables[0].open()


def archive(path, *entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for entry, content in entries:
            made.writestr(entry, content)
    return path


def test_entries_that_lead_out_of_an_archive_are_left_aside(tmp_path):
    link = zipfile.ZipInfo("Contact.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = archive(
        tmp_path / "export.zip",
        ("export/Lead.csv", LEADS),
        ("../Deal.csv", LEADS),
        ("/Order.csv", LEADS),
        ("C:/Task.csv", LEADS),
        (link, "/etc/passwd"),
        ("files/offer.pdf", b"%PDF"),
    )
    with opened(path) as source:
        assert names(source.tables) == ["export/Lead.csv"]
        assert list(source.files) == ["offer.pdf"]
        assert len(source.refused) == 4
        with source.tables[0].open() as file:
            assert file.read() == LEADS


def test_what_swells_is_left_aside(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "SUSPICIOUS", 1_000_000)
    path = archive(tmp_path / "bomb.zip", ("Lead.csv", b"0" * 3_000_000))
    with opened(path) as source:
        assert source.tables == []
        assert source.refused[0][0] == "Lead.csv"
    monkeypatch.setattr(sources, "MOST_UNPACKED", 2_000_000)
    with pytest.raises(BadSource, match="unpacks to more"), opened(path):
        pass
    monkeypatch.setattr(sources, "MOST_ENTRIES", 0)
    with pytest.raises(BadSource, match="entries"), opened(path):
        pass


def test_an_entry_that_lies_about_its_size_ends_there(tmp_path):
    path = archive(tmp_path / "lies.zip", ("Lead.csv", b"id\n" + b"1\n" * 100_000))
    content = bytearray(path.read_bytes())
    real, told = (200_003).to_bytes(4, "little"), (50).to_bytes(4, "little")
    assert content.count(real) == 2
    path.write_bytes(content.replace(real, told))
    with opened(path) as source, source.tables[0].open() as file:
        with pytest.raises(zipfile.BadZipFile):
            while file.read(1000):
                pass
        assert file.tell() <= 50


@pytest.mark.parametrize("name", ["missing.csv", "notes.txt"])
def test_what_is_no_export_is_refused(tmp_path, name):
    (tmp_path / "notes.txt").write_text("none")
    with pytest.raises(BadSource), opened(tmp_path / name):
        pass
