"""What a person is called, found in text and JSON and taken out of it."""

import json
import re
from collections.abc import Collection, Iterable
from typing import Any
from unicodedata import normalize

from django.db import models
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from .blanks import ERASED, fit, text_fields
from .spelling import SIGN, figures_of, name_pattern, number_pattern, spelt

#: a key that has this in it holds what somebody is called: first_name, lastName, Vorname
NAMES_KEY = "name"
#: what may stand before an address without being of it: emphasis, a dash; and an escape
TRIMMINGS = "._+-"
ESCAPE = re.compile(r"(?:\\[bfnrt]|%(?!2[bde])[237][0-9a-f])\Z", re.IGNORECASE)
LOOK_BACK = 80


class Mentions:
    """What a person is called, to be found and taken out of text.

    Numbers are known however they are punctuated; words only as a whole, so that
    ``ida@example.com`` is not found in ``frida@example.com``. A name goes out of running text
    only if it has two words or more: a customer called "Open" would take the word from
    everybody. ``alone`` are names of one word, which go where they are all that is said under
    a key or in a column for names.
    """

    def __init__(
        self,
        addresses: Iterable[str],
        names: Iterable[str] = (),
        numbers: Iterable[str] = (),
        alone: Iterable[str] = (),
    ):
        numbers = set(numbers)
        self._sought = "|".join(spelt(address) for address in _longest_first(addresses))
        self._alone = {_plain(word) for word in alone} - {""}
        self._figures = {figures for number in numbers for figures in figures_of(number)}
        full = [name for name in _longest_first(names) if len(name.split()) > 1]
        words = [part for part in (self._sought, *map(name_pattern, full)) if part]
        parts = [number for number in map(number_pattern, _longest_first(numbers)) if number]
        if words:
            parts.insert(0, rf"(?P<word>{'|'.join(words)})(?!-*\.?{SIGN})")
        self._pattern = re.compile("|".join(parts), re.IGNORECASE) if parts else None

    def without(self, value: Any, *, keys: bool = True, under: str = "") -> Any:
        """Return text or JSON with every mention replaced, in keys too unless they shall stay.

        ``under`` is the key or column that the value stands under. A number becomes null: text
        in its place would break what reckons with it.
        """
        match value:
            case str():
                return self._without_text(value, keys, under)
            case int() | float() if str(value).removesuffix(".0") in self._figures:
                return None
            case list():
                return [self.without(item, keys=keys, under=under) for item in value]
            case dict():
                new = self._new_keys(value) if keys else {}
                return {
                    new.get(key, key): self.without(item, keys=keys, under=key)
                    for key, item in value.items()
                }
        return value

    def _without_text(self, text: str, keys: bool, under: str) -> str:
        if NAMES_KEY in under.casefold() and _plain(text) in self._alone:
            return ERASED
        if text[:1] in ("{", "[") and text[-1:] in ("}", "]"):
            try:
                held = json.loads(text)
                left = self.without(held, keys=keys, under=under)
            except (ValueError, RecursionError):
                return self._replaced(text)
            return text if left == held else json.dumps(left, ensure_ascii=text.isascii())
        return self._replaced(text)

    def _replaced(self, text: str) -> str:
        if self._pattern is None:
            return text
        composed = normalize("NFC", text)
        left = self._pattern.sub(_erased, composed)
        return text if left == composed else left

    def _new_keys(self, held: dict[str, Any]) -> dict[str, str]:
        """Return the keys that mention the person with what takes their place, none twice."""
        found: dict[str, str] = {}
        renamed = {key: new for key in held if (new := self._replaced(key)) != key}
        taken = held.keys() - renamed.keys()
        for key, new in renamed.items():
            found[key] = _numbered(new, taken)
            taken.add(found[key])
        return found

    def taken_out(self, row: models.Model) -> dict[str, Any]:
        """Return the columns of a row that mention the person, as they shall be."""
        found = {}
        for field in text_fields(type(row)):
            before = getattr(row, field.name)
            after = self.without(before, under=field.name)
            if after != before:
                found[field.name] = fit(field, after, row)
        return found

    def rows(self, model: Any) -> QuerySet:
        """Return the rows of a table that may mention an address: one look at each row."""
        rows = getattr(model, "all_objects", model._base_manager).all()
        found = Q(pk__in=[])
        if not self._sought:
            return rows.filter(found)
        for field in text_fields(model):
            name = field.name
            if isinstance(field, models.JSONField):
                name = f"{name}_as_text"
                rows = rows.alias(**{name: Cast(field.name, TextField())})
            found |= Q(**{f"{name}__iregex": self._sought})
        return rows.filter(found)


def names_of(person: Any) -> tuple[set[str], set[str]]:
    """Return the full names that a person may go by, and the parts of which they are made."""
    if hasattr(person, "first_name"):
        first, last = person.first_name, person.last_name
    elif "," in person.name:
        last, _, first = person.name.partition(",")
    else:
        first, _, last = person.name.strip().rpartition(" ")
    first, last = first.strip(), last.strip()
    full = {str(person), f"{first} {last}", f"{last} {first}", f"{last}, {first}"}
    parts = {first, last, *first.split(), *last.split()}
    return (full, parts) if first and last else ({str(person)}, parts)


def _longest_first(words: Iterable[str]) -> list[str]:
    found = {normalize("NFC", word).strip() for word in words} - {""}
    return sorted(found, key=lambda word: (-len(word), word))


def _plain(word: str) -> str:
    return normalize("NFC", word).strip().casefold()


def _erased(match: re.Match[str]) -> str:
    """Return what takes the place of a match; a part of another word stays."""
    if match.lastgroup != "word":
        return ERASED
    before = match.string[max(0, match.start() - LOOK_BACK) : match.start()].rstrip(TRIMMINGS)
    within = before[-1:].isalnum() and not ESCAPE.search(before)
    return match[0] if within else ERASED


def _numbered(key: str, taken: Collection[str]) -> str:
    new, count = key, 1
    while new in taken:
        count += 1
        new = f"{key} {count}"
    return new
