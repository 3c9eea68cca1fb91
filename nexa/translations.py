"""What there is to translate, and what is not translated yet.

Most strings are marked where they stand, and gettext's own tools find them. The names of fields
and values follow from what they are called in the code; they are collected from the registry.
"""

import re
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polib
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

from crm.core import wording
from crm.core.entity import Entity
from crm.core.pages.facets import PERIODS
from crm.core.pages.registry import pages_by_kind

#: what is never shown as a field of its own
NOT_SHOWN = {"id", "revision", "custom_fields"}
DERIVED = "crm/words.py"


def catalog_path(language: str) -> Path:
    """Return where the translations into a language are."""
    return settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"


def derived_words() -> set[str]:
    """Return the English words that follow from the names of entities, fields and values."""
    found: set[str] = set()

    def note(message: str) -> str:
        found.add(message)
        return message

    with translation.override(None), patch.object(wording, "gettext", note):
        for pages in pages_by_kind().values():
            _name(pages)
        for period in PERIODS:
            wording.choice_label(period)
    return {word for word in found if re.search(r"[a-z]", word)}


def _name(pages: Any) -> None:
    entity: Entity = pages.entity
    options = pages.model._meta
    wording.field_label(str(options.verbose_name))
    wording.field_label(str(options.verbose_name_plural))
    kinds = entity.derived.kinds if entity.derived else {}
    for name in (*entity.columns, *entity.computed, *kinds, "related_to"):
        if name not in NOT_SHOWN:
            wording.field_label(name, pages.kind)
    for column in entity.columns.values():
        for value in column.choices:
            wording.choice_label(value)


def collect(language: str) -> None:
    """Bring the catalog of a language up to date with the code; what is new stays empty."""
    call_command(
        "makemessages",
        locale=[language],
        ignore_patterns=[".venv/*", "*/tests/*", "clients/*", "docs/*"],
        add_location="file",
        no_wrap=True,
        verbosity=0,
    )
    path = catalog_path(language)
    catalog = polib.pofile(str(path), wrapwidth=0)
    known = {entry.msgid: entry for entry in catalog if not entry.msgctxt}
    for word in sorted(derived_words()):
        entry = known.get(word)
        if entry is None:
            catalog.append(polib.POEntry(msgid=word, occurrences=[(DERIVED, "")]))
        elif entry.obsolete:
            entry.obsolete = False
            entry.occurrences = [(DERIVED, "")]
    for entry in catalog.fuzzy_entries():  # gettext's guesses
        entry.msgstr, entry.msgstr_plural = "", dict.fromkeys(entry.msgstr_plural, "")
        entry.flags.remove("fuzzy")
    for entry in catalog.obsolete_entries():
        catalog.remove(entry)
    catalog.header = f"Nexa CRM in {language}."
    catalog.metadata_is_fuzzy = False
    catalog.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    catalog.save(str(path))


def compile_catalog(language: str) -> None:
    """Write the binary form that is read at run time."""
    path = catalog_path(language)
    polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def missing(language: str) -> list[str]:
    """Return what is not translated into a language, or only roughly."""
    catalog = polib.pofile(str(catalog_path(language)))
    known = {entry.msgid for entry in catalog if entry.translated()}
    open_ones = [entry.msgid for entry in catalog if not entry.translated()]
    return sorted({*open_ones, *(derived_words() - known)})
