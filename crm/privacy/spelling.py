"""In how many ways an address, a name or a number may be written.

The patterns of addresses are such that SQLite (through Python) and PostgreSQL understand them too.
"""

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

from crm.core.fields import normal_email

#: what stands between the digits of a number: blanks, brackets, dots, slashes, dashes of all sorts
BETWEEN = r"[\s()./\u00b7\u2010-\u2015\u2022\u2212-]*"
SIGN = r"[^\W_]"
#: where a word begins: not within another, though an escape such as ``\n`` ends in a letter
START = rf"(?:(?<!{SIGN})|(?<=\\[bfnrt]))"
#: the codes of countries (E.164) have one, two or three digits and none begins with another
COUNTRY = re.compile(r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}")
LEAST_DIGITS = 7


def forms_of(address: str) -> set[str]:
    """Return an address in its normal form, with the domain in letters and in punycode."""
    address = normal_email(address)
    local, at, domain = address.rpartition("@")
    forms = {address}
    if at:
        with suppress(UnicodeError):
            forms.add(f"{local}@{domain.encode('idna').decode()}")
        with suppress(UnicodeError):
            forms.add(f"{local}@{normal_email(domain.encode().decode('idna'))}")
    return forms - {""}


def spelt(text: str) -> str:
    """Return a pattern for a text as it is, as a part of a URL and as JSON keeps it.

    To be matched regardless of case; letters beyond ASCII bring theirs along, since not every
    database knows it, and the form that is made of two.
    """
    return "".join(map(_char, text))


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that finds every text that has one of the words in it, and few others.

    One for databases, fast for hundreds of words: what words begin with alike is in it once.
    """
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for char in word:
            node = node.setdefault(_char(char), {})
        node[""] = {}
    return _branches(tree)


def _branches(tree: dict[str, Any]) -> str:
    stem = ""
    while len(tree) == 1:
        ((char, tree),) = tree.items()
        stem += char
    if not tree or "" in tree:  # with a word all that begin with it are found
        return stem
    return f"{stem}(?:{'|'.join(char + _branches(rest) for char, rest in tree.items())})"


def _char(char: str) -> str:
    if char.isalnum() and char.isascii():
        return char
    cases = {char, char.lower(), char.upper()}
    found = set()
    for case in cases.union(normalize("NFD", case) for case in cases):
        found |= {case, quote(case, safe=""), json.dumps(case)[1:-1]}
    patterns = sorted(re.escape(one) for one in found)
    return patterns[0] if len(patterns) == 1 else f"(?:{'|'.join(patterns)})"


def name_pattern(name: str) -> str:
    """Return a pattern for a name of several words, with any white space between them."""
    first, *others = name.split()
    found, last = spelt(first), first
    for word in others:
        found += (r"\s*" if last.endswith(",") else r"\s+") + spelt(word)
        last = word
    return found


def number_pattern(number: str) -> str:
    """Return a pattern for a telephone number, with or without the country before it.

    Empty for one of less than seven digits. A bare number is found as one of its own only, not
    at the end of a longer one such as ``2024-1705551234``.
    """
    country, rest = _parts(number)
    if len(rest) < LEAST_DIGITS:
        return ""
    code = BETWEEN.join(country) or r"\d{1,3}"
    digits = BETWEEN.join(rest)
    abroad = rf"(?:\(?\+|{START}\(?00){BETWEEN}{code}{BETWEEN}(?:0{BETWEEN})?"
    at_home = rf"{START}\(?0{BETWEEN}"
    bare = rf"{START}(?<!\d[-./])\(?(?:{code}{BETWEEN})?" if country else rf"{START}(?<!\d[-./])\(?"
    end = rf"(?!{SIGN})"
    return rf"(?:(?<!\d)(?:{abroad}|{at_home}){digits}{end}|{bare}{digits}{end}(?![-./]\d))"


def figures_of(number: str) -> set[str]:
    """Return the digits of a telephone number as one whole number may have them."""
    country, rest = _parts(number)
    return {rest, country + rest} if len(rest) >= LEAST_DIGITS else set()


def _parts(number: str) -> tuple[str, str]:
    """Return the country's code, empty where it isn't said, and the digits after it."""
    # neither "Tel." before the number nor an extension after it
    said = re.search(r"[+(\d][^,;a-z]*", number, re.IGNORECASE)
    bare = said[0].replace("(0)", "") if said else ""
    digits = re.sub(r"\D", "", bare)
    if bare.lstrip("(").startswith("+"):
        abroad = digits
    elif digits.startswith("00"):
        abroad = digits[2:]
    else:
        return "", digits.removeprefix("0")
    code = COUNTRY.match(abroad)
    return (code[0], abroad[code.end() :].removeprefix("0")) if code else ("", abroad)
