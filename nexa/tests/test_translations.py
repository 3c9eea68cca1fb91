"""Every language that is offered is complete, and what is read at run time is up to date."""

import re

import polib
import pytest
from django.conf import settings

from nexa import translations

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
ROOT = settings.BASE_DIR
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_to_translate(language):
    assert translations.missing(language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fill_in_what_the_originals_do(language):
    for entry in polib.pofile(str(translations.catalog_path(language))):
        for translated in (entry.msgstr, *entry.msgstr_plural.values()):
            asked = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
            assert set(PLACEHOLDER.findall(translated)) <= asked, entry.msgid


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalog_is_that_of_the_text(language):
    path = translations.catalog_path(language)
    written = {(e.msgctxt, e.msgid): e.msgstr for e in polib.pofile(str(path))}
    compiled = {(e.msgctxt, e.msgid): e.msgstr for e in polib.mofile(str(path.with_suffix(".mo")))}
    assert compiled == written


def test_strings_are_marked_by_names_that_the_collector_knows():
    """gettext's tools find ``_(…)`` and the functions' own names, and nothing else."""
    other = re.compile(r"\b[np]?p?gettext\w* as (?!_\b)\w+")
    sources = [path for app in ("accounts", "crm", "nexa") for path in (ROOT / app).rglob("*.py")]
    assert [str(path) for path in sources if other.search(path.read_text())] == []
