"""What the documents say of settings and files is so."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from accounts.roles import MATRIX

ROOT = Path(settings.BASE_DIR)
README = ROOT / "README.md"
DOCUMENTS = [README, *sorted((ROOT / "docs").glob("**/*.md"))]
READERS = (
    "nexa/settings.py",
    "nexa/stores.py",
    "gunicorn.conf.py",
    "accounts/management/commands/create_admin.py",
)
CALL = re.compile(r"\benv\.(\w+)\(\s*\"([A-Z0-9_]+)\"")
PLAIN = re.compile(r"os\.environ(?:\.get\(|\[)[\"']([A-Z0-9_]+)[\"']")
MADE = re.compile(r"^([A-Z]+) \?=", re.MULTILINE)
ROW = re.compile(r"^\| `([A-Z0-9_]+)`( °)? \| (.+) \| (.+) \|$", re.MULTILINE)
EXAMPLE = re.compile(r"^#?([A-Z0-9_]+)=", re.MULTILINE)
ROLES = re.compile(r"^\| `(\w+)`" + r" \| (\S+ / \S+ / \S+(?: \+)?)" * 4 + r" \|$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
#: readers that take NAME_FILE as well
FROM_FILES = {"secret", "url", "database"}


def calls() -> list[tuple[str, str]]:
    """Each ``env.reader("NAME")`` of the settings, as ``(reader, name)``."""
    return [found for path in READERS for found in CALL.findall((ROOT / path).read_text())]


def names_read() -> set[str]:
    plain = {name for path in READERS for name in PLAIN.findall((ROOT / path).read_text())}
    made = set(MADE.findall((ROOT / "Makefile").read_text()))
    return {name for _, name in calls()} | plain | made


def rows() -> list[tuple[str, str, str, str]]:
    return ROW.findall(README.read_text())


def anchors(document: Path) -> set[str]:
    """The places in a document that a link can name."""
    headings = HEADING.findall(FENCED.sub("", document.read_text()))
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in headings}


def test_the_table_of_settings_is_complete_and_true():
    names = [name for name, *_ in rows()]
    assert sorted(names) == sorted(names_read())


def test_the_table_says_what_can_come_from_a_file():
    marked = {name for name, mark, *_ in rows() if mark}
    assert marked == {name for reader, name in calls() if reader in FROM_FILES}


def test_the_example_names_settings_only():
    text = (ROOT / ".env.example").read_text()
    names = EXAMPLE.findall(text)
    assert len(names) == len(set(names)) > 40
    assert set(names) <= names_read()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    for link in LINK.findall(FENCED.sub("", document.read_text())):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_roles_of_the_api_guide_are_those_of_the_code():
    text = (ROOT / "docs" / "api.md").read_text()
    told = {entity: cells for entity, *cells in ROLES.findall(text)}
    table = {name: tuple(c.replace("\\|", "|") for c in cells) for name, cells in told.items()}
    assert table == MATRIX
