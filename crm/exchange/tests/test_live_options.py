"""What the command is given is looked at before anything is asked, and secrets are never told."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from crm.exchange.migration.filehosts import FileHosts
from crm.exchange.sources import BadSource
from crm.exchange.tests.importing import APP
from crm.exchange.tests.liveapp import TOKEN, import_live, served

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("names")]


def refusal(**options):
    """Return why the command doesn't begin."""
    given = {"url": "http://127.0.0.1:1", "token": TOKEN, "app_id": APP, **options}
    with pytest.raises(CommandError) as refused:
        call_command("import_base44", **given)
    assert TOKEN not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://[bad",
        "https://host:abc",
        "https://host:99999",
        "https://.example.com",
        f"https://{'a' * 70}.example.com",
        "http://127.0.0.1:1/a b",
        "http://127.0.0.1:1/ä",
        "http://127.0.0.1:1/\n",
        "https://app.example.com/?a=b",
        "https://app.example.com/#a",
    ],
)
def test_an_address_that_is_none_is_refused(url):
    assert "--url" in refusal(url=url)


def test_a_password_in_the_address_is_refused_and_not_told():
    said = refusal(url="https://me:secret@app.example.com")
    assert "--url" in said
    assert "secret" not in said


@pytest.mark.parametrize("more", ["\r\nX: 1", "…", "ä", " b", "\0", "\x7f"])
@pytest.mark.parametrize("option", ["token", "app_id"])
def test_characters_that_none_has_are_refused(option, more):
    said = refusal(**{option: f"{TOKEN}{more}{TOKEN}"})
    assert said.startswith("--app-id" if option == "app_id" else "--token")


@pytest.mark.parametrize("source", [{}, {"path": "export.csv", "url": None}])
def test_an_app_id_that_is_no_text_is_refused(source):
    assert refusal(app_id="\udcff", **source).startswith("--app-id")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", " "])
def test_the_end_of_the_line_that_a_token_was_read_from_is_no_part_of_it(tmp_path, end):
    with served() as (_, url):
        assert import_live(url, tmp_path, token=TOKEN + end)["clean"]


@pytest.mark.parametrize(("line", "why"), [("", "standard input"), ("\n", "--token")])
def test_a_token_that_does_not_come_is_told(monkeypatch, line, why):
    monkeypatch.setattr("sys.stdin", StringIO(line))
    assert why in refusal(token="-")


@pytest.mark.parametrize("options", [{"url": "https://host:abc"}, {"path": "none.csv"}])
def test_a_run_that_stops_leaves_no_report_of_an_earlier_one(tmp_path, options):
    report = tmp_path / "report.json"
    with served() as (_, url):
        import_live(url, tmp_path)
    assert json.loads(report.read_text())["clean"]
    refusal(report=report, **options)
    assert report.read_text() == ""


@pytest.mark.parametrize(
    "name",
    ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "0.0.0.0", "[::ffff:127.0.0.1]",
     "[::7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1%lo]", "224.0.0.1", "10.0.0.1.",
     "localhost.", "app.localhost", "inside.example.com", "half.example.com"],
)  # fmt: skip
def test_private_addresses_are_refused_however_they_are_written(name, names, tmp_path):
    names["inside.example.com"] = "10.0.0.1"
    names["half.example.com"] = "64:ff9b::a00:1"
    with pytest.raises(BadSource, match="--files-from"):
        FileHosts("https://app.example.com", [name], tmp_path)


@pytest.mark.parametrize("name", ["files.example.com", "9.9.9.9", "[64:ff9b::808:808]"])
def test_public_ones_are_taken(name, tmp_path):
    found = FileHosts("https://app.example.com", [name], tmp_path)
    assert found.plain(f"https://{name}/a.txt") == f"https://{name}/a.txt"


def test_private_ones_are_taken_for_an_app_that_is_inside(names, tmp_path):
    names["app.example.com"] = "10.0.0.7"
    found = FileHosts("https://app.example.com", ["10.0.0.8"], tmp_path)
    assert found.plain("https://10.0.0.8/a.txt") == "https://10.0.0.8/a.txt"


@pytest.mark.parametrize("name", [".example.com", "ä.example.com", "a\x1b[2J", f"{'a' * 70}.com"])
def test_hosts_that_are_none_are_refused_in_one_readable_line(name, tmp_path):
    with pytest.raises(BadSource) as refused:
        FileHosts("https://app.example.com", [name], tmp_path)
    assert str(refused.value).isprintable()
