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
    """Bring the catalog of a language up to date with the code; what is new stays empty.

    gettext's tools know nothing of the derived words and guess at similar ones: what was
    translated before is kept, and nothing else.
    """
    path = catalog_path(language)
    known = {_key(entry): entry for entry in polib.pofile(str(path))}
    call_command(
        "makemessages",
        locale=[language],
        ignore_patterns=[".venv/*", "*/tests/*", "clients/*", "docs/*"],
        add_location="file",
        no_wrap=True,
        verbosity=0,
    )
    found = [entry for entry in polib.pofile(str(path)) if not entry.obsolete]
    marked = {entry.msgid for entry in found if not entry.msgctxt}
    found += [
        polib.POEntry(msgid=word, occurrences=[(DERIVED, "")])
        for word in sorted(derived_words() - marked)
    ]
    catalog = polib.POFile(wrapwidth=0)
    catalog.header = f"Nexa CRM in {language}."
    catalog.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for entry in found:
        old = known.get(_key(entry))
        catalog.append(
            polib.POEntry(
                msgctxt=entry.msgctxt,
                msgid=entry.msgid,
                msgid_plural=entry.msgid_plural,
                msgstr=old.msgstr if old else "",
                msgstr_plural=(old or entry).msgstr_plural if entry.msgid_plural else {},
                occurrences=entry.occurrences,
                flags=[flag for flag in entry.flags if flag != "fuzzy"],
            )
        )
    catalog.save(str(path))


def _key(entry: polib.POEntry) -> tuple[str | None, str]:
    return entry.msgctxt, entry.msgid


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
