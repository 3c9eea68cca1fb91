"""The files of a live app come over from its own host, and from no other that nobody named."""

import socket

import pytest
from django.core.management import CommandError, call_command

from crm.core.uploads import MEGABYTE
from crm.documents.models import Document
from crm.exchange.migration import live
from crm.exchange.migration.filehosts import FileHosts
from crm.exchange.sources import BadSource
from crm.exchange.tests import exports
from crm.exchange.tests.exports import stamped
from crm.exchange.tests.importing import APP, of
from crm.exchange.tests.liveapp import (
    TOKEN,
    breaks_off,
    import_live,
    leads_to,
    never_ends,
    served,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("waits", "names")]
TEXT = b"Fifty lamps for you."


def documents(*addresses):
    """Return an app with a document for each address."""
    rows = [
        stamped(exports.DOCUMENTS, number, title=f"Offer {number}", file_url=address)
        for number, address in enumerate(addresses, 1)
    ]
    return {"Document": rows}


def document(number=1):
    return of(Document, exports.DOCUMENTS, number)


def host(url):
    return url.removeprefix("http://")


def files_asked(server):
    return sorted(path for path in server.asked if path.startswith("/files/"))


def told(report):
    """Return what the report says of the files."""
    return next(found for found in report["tables"] if found["file"] == "files")


def refusals(report):
    """Return why files didn't come, by their addresses; they come in any order."""
    return dict(row["text"].split(": ", 1) for row in told(report)["refusals"])


def test_files_are_stored_and_a_second_run_fetches_what_is_missing(tmp_path):
    with served(files={"/files/a/offer.txt": TEXT, "/files/b%20%C3%A4.txt": b"Ten."}) as (app, url):
        app.data = documents(
            f"{url}/files/a/offer.txt", f"{url}/files/b ä.txt", f"{url}/files/c.txt"
        )
        report = import_live(url, tmp_path)
        assert report["files"] == {"to fetch": 3, "stored": 2, "refused": 1}
        assert not report["clean"]
        assert refusals(report) == {f"{url}/files/c.txt": "HTTP 404"}
        (refusal,) = told(report)["refusals"]
        assert refusal["id"] == exports.legacy(exports.DOCUMENTS, 3)
        assert (document().file_name, document().file_size) == ("offer.txt", len(TEXT))
        assert document(2).file_size == 4
        assert document(3).s3_key == ""
        assert app.tokens == {None}

        app.files["/files/c.txt"] = b"There now."
        app.asked.clear()
        again = import_live(url, tmp_path)
        assert files_asked(app) == ["/files/c.txt"]
    assert again["clean"]
    assert again["files"] == {"to fetch": 1, "stored": 1}
    assert document(3).file_size == len(b"There now.")


def test_a_dry_run_says_how_many_and_fetches_none(tmp_path):
    with served(files={"/files/a.txt": TEXT}) as (app, url):
        app.data = documents(f"{url}/files/a.txt", f"{url}/files/b.txt")
        report = import_live(url, tmp_path, dry_run=True)
    assert report["files"] == {"to fetch": 2}
    assert files_asked(app) == []


def test_other_hosts_are_asked_only_where_they_are_named(tmp_path):
    with (
        served(files={"/files/a.txt": TEXT}) as (store, place),
        served(data=documents(f"{place}/files/a.txt")) as (_, url),
    ):
        report = import_live(url, tmp_path)
        assert report["clean"]
        assert report["files"] == {"elsewhere, kept as addresses": 1}
        (note,) = told(report)["notes"]
        assert note["id"] == exports.legacy(exports.DOCUMENTS, 1)
        assert f"{place}/files/a.txt" in note["text"]
        assert [row["address"] for row in report["addresses_kept"]] == [f"{place}/files/a.txt"]
        assert store.asked == []
        assert document().custom_fields["file_url"] == f"{place}/files/a.txt"

        report = import_live(url, tmp_path, files_from=[host(place)])
        assert report["files"] == {"to fetch": 1, "stored": 1}
        assert store.tokens == {None}
    assert document().file_size == len(TEXT)


def test_a_file_that_moved_is_followed_but_not_to_other_hosts(tmp_path):
    with served(files={"/files/b.txt": TEXT}) as (store, place), served() as (app, url):
        app.files = {
            "/files/a.txt": leads_to("/files/b.txt"),
            "/files/b.txt": TEXT,
            "/files/c.txt": leads_to(f"{place}/files/b.txt"),
            "/files/d.txt": leads_to("file:///etc/passwd"),
            "/files/e.txt": leads_to("/files/e.txt"),
        }
        app.data = documents(*(f"{url}/files/{name}.txt" for name in "acde"))
        report = import_live(url, tmp_path)
        assert report["files"] == {"to fetch": 4, "stored": 1, "refused": 3}
        why = refusals(report)
        assert f"leads to {place}/files/b.txt" in why[f"{url}/files/c.txt"]
        assert "leads to file:///etc/passwd" in why[f"{url}/files/d.txt"]
        assert why[f"{url}/files/e.txt"] == "HTTP 302"
        assert store.asked == []

        report = import_live(url, tmp_path, files_from=[host(place)])
        assert report["files"] == {"to fetch": 3, "stored": 1, "refused": 2}
    assert document(2).file_size == len(TEXT)


def test_no_more_is_read_than_a_file_may_have(tmp_path, settings):
    settings.MAX_UPLOAD_MB = 1
    with served(files={"/files/a.txt": never_ends}) as (app, url):
        app.data = documents(f"{url}/files/a.txt")
        report = import_live(url, tmp_path)
    assert refusals(report) == {f"{url}/files/a.txt": "The file is larger than 1 MB."}
    assert len(files_asked(app)) == 1
    assert app.sent < 20 * MEGABYTE
    assert document().s3_key == ""


def test_a_file_that_breaks_off_is_asked_for_again_and_never_stored_in_part(tmp_path):
    with served(files={"/files/a.txt": breaks_off, "/files/b.txt": TEXT}) as (app, url):
        app.data = documents(f"{url}/files/a.txt", f"{url}/files/b.txt")
        report = import_live(url, tmp_path)
    assert files_asked(app) == ["/files/a.txt"] * 3 + ["/files/b.txt"]
    assert refusals(report) == {f"{url}/files/a.txt": "it broke off"}
    assert document().s3_key == ""
    assert document(2).file_size == len(TEXT)


def test_a_server_that_is_busy_is_asked_again(tmp_path):
    busy = [429, 503]

    def answer(app):
        app.server.files["/files/a.txt"] = TEXT if len(busy) == 1 else answer
        app.answer(busy.pop(0), {})

    with served(files={"/files/a.txt": answer}) as (app, url):
        app.data = documents(f"{url}/files/a.txt")
        report = import_live(url, tmp_path)
    assert report["files"] == {"to fetch": 1, "stored": 1}


def test_a_host_that_does_not_answer_is_not_waited_for_again(tmp_path, waits):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        gone = f"127.0.0.1:{taken.getsockname()[1]}"
    addresses = [f"http://{gone}/files/{number}.txt" for number in range(9)]
    with served(data=documents(*addresses)) as (_, url):
        report = import_live(url, tmp_path, files_from=[gone])
    assert report["files"] == {"to fetch": 9, "refused": 9}
    assert len(waits) == 6
    why = [row["text"].split(": ", 1)[1] for row in told(report)["refusals"]]
    assert all("Connection refused" in reason for reason in why[:3])
    assert why[3:] == [f"{gone} did not answer before."] * 6


def test_what_a_page_in_place_of_a_file_says_is_not_stored_as_one(tmp_path):
    page = b"<!doctype html><html><body>Sign in first.</body></html>"
    with served(files={"/files/a.pdf": page}) as (app, url):
        app.data = documents(f"{url}/files/a.pdf")
        report = import_live(url, tmp_path)
    assert report["files"] == {"to fetch": 1, "refused": 1}
    assert document().s3_key == ""


@pytest.mark.parametrize(
    "address",
    [
        "http://app.example.com/a.txt",
        "https://app.example.com.evil.example/a.txt",
        "https://app.example.com@evil.example/a.txt",
        "https://evil.example\\@app.example.com/a.txt",
        "https://someone@app.example.com/a.txt",
        "https://app.example.com:8443/a.txt",
        "https://app.example.com:port/a.txt",
        "https://[::1/a.txt",
        "ftp://app.example.com/a.txt",
        "file:///etc/passwd",
        "//app.example.com/a.txt",
        "a.txt",
        "",
    ],
)
def test_addresses_elsewhere_are_not_asked(address, tmp_path):
    found = FileHosts("https://app.example.com/sub", ["files.example.com"], tmp_path)
    assert found.part(address) is None


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("https://app.example.com/a b.txt?v=1#x", "https://app.example.com/a%20b.txt?v=1"),
        ("HTTPS://App.Example.Com:443/%41.txt", "https://app.example.com/%41.txt"),
        ("https://app.example.com/a\r\nHost: x", "https://app.example.com/a%0D%0AHost:%20x"),
        ("https://files.example.com:444/ä", "https://files.example.com:444/%C3%A4"),
    ],
)
def test_the_hosts_own_addresses_are(address, asked, tmp_path):
    hosts = FileHosts("https://app.example.com", ["files.example.com:444"], tmp_path)
    assert hosts.plain(address) == asked


@pytest.mark.parametrize(
    "name",
    ["", "https://files.example.com", "files.example.com/a", "me@files.example.com", "a b", "x:y",
     "127.0.0.1", "localhost:80", "[::1]", "10.0.0.1", "169.254.169.254", "192.168.1.2:443"],
)  # fmt: skip
def test_hosts_that_are_none_or_inside_are_refused(name):
    asked = live.app("https://app.example.com", TOKEN, APP, files_from=[name])
    with pytest.raises(BadSource, match="--files-from"), asked:
        pass


def test_hosts_for_files_go_with_a_live_app(tmp_path):
    with pytest.raises(CommandError, match="--files-from"):
        call_command("import_base44", str(tmp_path), app_id=APP, files_from=["files.example.com"])
