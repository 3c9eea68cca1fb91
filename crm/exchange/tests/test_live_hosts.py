"""Hosts that break off, drip, babble or are gone cost one file or one hour, and no more."""

import time
from errno import ENOSPC
from io import BytesIO
from itertools import count
from os import strerror

import pytest
from django.core.management import CommandError

from crm.documents.models import Document
from crm.exchange.migration import asking, filehosts
from crm.exchange.migration.asking import Caller, Unreachable
from crm.exchange.tests.liveapp import (
    babbles,
    drips,
    drips_headers,
    hangs_up,
    import_live,
    leads_to,
    resets,
    says,
    served,
)
from crm.exchange.tests.test_live_files import TEXT, document, documents, files_asked, refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("waits")]


def stored():
    return Document.objects.exclude(s3_key="").count()


@pytest.mark.parametrize("broken", [hangs_up, resets, babbles])
def test_files_that_break_off_cost_no_other_file(tmp_path, broken):
    names = [f"/files/{number}.txt" for number in range(8)]
    files = {**dict.fromkeys(names[:6], broken), **dict.fromkeys(names[6:], TEXT)}
    with served(files=files) as (app, url):
        app.data = documents(*(url + name for name in names))
        report = import_live(url, tmp_path)
    assert report["files"] == {"to fetch": 8, "stored": 2, "refused": 6}
    assert stored() == 2
    why = refusals(report)
    assert set(why) == {url + name for name in names[:6]}
    assert all(reason.isprintable() and "before" not in reason for reason in why.values())


@pytest.mark.parametrize("slow", [drips, drips_headers])
def test_a_file_that_drips_is_given_up(tmp_path, monkeypatch, slow):
    monkeypatch.setattr(asking, "LONGEST", 0.5)
    began = time.monotonic()
    with served(files={"/files/a.txt": slow, "/files/b.txt": TEXT}) as (app, url):
        app.data = documents(f"{url}/files/a.txt", f"{url}/files/b.txt")
        report = import_live(url, tmp_path)
    assert time.monotonic() - began < 10
    assert list(refusals(report)) == [f"{url}/files/a.txt"]
    assert files_asked(app) == ["/files/a.txt", "/files/b.txt"]
    assert document(2).file_size == len(TEXT)


def test_a_host_from_which_nothing_comes_for_an_hour_is_given_up(tmp_path, waits):
    names = [f"/files/{number}.txt" for number in range(40)]
    busy = says(b"", 503, Retry_After="99999")
    with served(files=dict.fromkeys(names, busy)) as (app, url):
        app.data = documents(*(url + name for name in names))
        report = import_live(url, tmp_path)
    assert set(waits) == {60}
    assert sum(waits) == 3600
    assert len(files_asked(app)) == 90
    assert sum("did not answer before" in why for why in refusals(report).values()) == 10


def test_a_busy_host_that_gives_something_is_waited_for(tmp_path, waits):
    turns = count()

    def busy(app):
        later = next(turns) % 2 == 0
        (says(b"", 503, Retry_After="60") if later else says(TEXT))(app)

    names = [f"/files/{number}.txt" for number in range(70)]
    with served(files=dict.fromkeys(names, busy)) as (app, url):
        app.data = documents(*(url + name for name in names))
        report = import_live(url, tmp_path)
    assert report["files"] == {"to fetch": 70, "stored": 70}
    assert sum(waits) == 70 * 60


class Full(BytesIO):
    """A file on a disk that is full."""

    def write(self, data):
        raise OSError(ENOSPC, strerror(ENOSPC))


def test_a_full_disk_of_ours_ends_the_run_and_is_no_fault_of_the_host(tmp_path, monkeypatch):
    monkeypatch.setattr(filehosts.tempfile, "TemporaryFile", lambda dir: Full())
    with served(files={"/files/a.txt": TEXT}) as (app, url):
        app.data = documents(f"{url}/files/a.txt")
        with pytest.raises(CommandError, match="No space left"):
            import_live(url, tmp_path)
    assert files_asked(app) == ["/files/a.txt"]


@pytest.mark.parametrize("place", ["http://[bad", "http://x:abc/", "//[", "ftp://x/y"])
def test_a_place_that_is_none_costs_one_file(tmp_path, place):
    with served(files={"/files/a.txt": leads_to(place), "/files/b.txt": TEXT}) as (app, url):
        app.data = documents(f"{url}/files/a.txt", f"{url}/files/b.txt")
        report = import_live(url, tmp_path)
    assert refusals(report) == {
        f"{url}/files/a.txt": f"it leads to {place}, where no files are fetched from"
    }
    assert document(2).file_size == len(TEXT)


def test_a_signature_in_the_place_of_a_file_is_not_told(tmp_path):
    place = "https://bucket.example.com/a.txt"
    with served(files={"/files/a.txt": leads_to(f"{place}?X-Amz-Signature=key#x")}) as (app, url):
        app.data = documents(f"{url}/files/a.txt")
        report = import_live(url, tmp_path)
    assert refusals(report) == {
        f"{url}/files/a.txt": f"it leads to {place}, where no files are fetched from"
    }


def test_no_connection_is_made_into_our_network_for_an_app_outside():
    with served(files={"/files/a.txt": TEXT}) as (app, url), pytest.raises(Unreachable):
        Caller(inside=False).get(f"{url}/files/a.txt", b"".join, attempts=1)
    assert app.asked == []


def test_no_proxy_of_the_environment_comes_between(tmp_path, monkeypatch):
    with served() as (proxy, place), served(files={"/files/a.txt": TEXT}) as (app, url):
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, place)
        monkeypatch.delenv("no_proxy", raising=False)
        app.data = documents(f"{url}/files/a.txt")
        import_live(url, tmp_path)
    assert proxy.asked == []
    assert stored() == 1
