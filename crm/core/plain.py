"""What JSON may hold before it may be stored: nothing that a database or a reader chokes on."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

MAX_DEPTH = 32
# Python would take more: 1_000, other scripts' digits, NaN
NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,5})?\s*", re.ASCII | re.IGNORECASE)
SHORT_NUMBER = re.compile(r"\d{1,9}", re.ASCII)  # as ids of rows and revisions go
LARGEST_NUMBER = 2**63 - 1  # what every reader of JSON still takes as a number


def flaws(value: Any, *, max_depth: int = MAX_DEPTH) -> Iterator[tuple[str, str]]:
    """Yield ``(path, reason)`` for every value inside ``value`` that can't be stored.

    Found are NUL characters, lone surrogates, numbers beyond 64 bits and nesting deeper than
    ``max_depth`` (security.md §0.9: one such row would break every list it appears in).
    """
    waiting = [("", value, 1)]
    while waiting:
        path, item, depth = waiting.pop()
        if isinstance(item, str):
            if reason := flaw_of_text(item):
                yield path, reason
        elif isinstance(item, int | float):
            if item != item:
                yield path, "NaN is not a number."
            elif not -LARGEST_NUMBER <= item <= LARGEST_NUMBER:
                yield path, "This number is out of range."
        elif isinstance(item, dict | list):
            if depth > max_depth:
                yield path, f"Nested deeper than {max_depth} levels."
                continue
            if isinstance(item, dict):
                for key in item:
                    if reason := flaw_of_text(key):
                        yield path, f"A key can't be stored: {reason}"
                children = [(f"{path}.{key}" if path else key, v) for key, v in item.items()]
            else:
                children = [(f"{path}[{index}]", v) for index, v in enumerate(item)]
            waiting.extend((child_path, child, depth + 1) for child_path, child in children)


def folded_name(name: str) -> str:
    """Return a name without case, blanks and punctuation: how columns, fields and entities pair."""
    return "".join(char for char in name.casefold() if char.isalnum())


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are alike in JSON, where 1 is 1.0 but not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return one == other


def is_too_deep(value: Any, *, max_depth: int = MAX_DEPTH) -> bool:
    """Whether JSON is nested deeper than ``max_depth``: no function may call itself on it then."""
    level = [value]
    for _depth in range(max_depth):
        held = [part.values() if isinstance(part, dict) else part for part in _lists(level)]
        level = [child for children in held for child in children]
    return bool(_lists(level))


def _lists(values: list[Any]) -> list[Any]:
    return [value for value in values if isinstance(value, dict | list)]


def is_number(text: str) -> bool:
    """Whether text is a number as people write it."""
    return NUMBER.fullmatch(text) is not None


def whole_number(text: str) -> int | None:
    """Return the whole number of up to nine digits that a text is; None for anything else."""
    return int(text) if SHORT_NUMBER.fullmatch(text) else None


def id_or_none(text: str) -> UUID | None:
    """Return the id that a text is; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def readable(text: str) -> str:
    """Return text that can be shown and sent: characters that can't are replaced."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def flaw_of_text(text: str) -> str:
    """Return why ``text`` can't be stored, or the empty string."""
    if "\x00" in text:
        return _("NUL characters are not allowed.")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return _("This is not valid Unicode text (a lone surrogate).")
    return ""
