"""A JSON array read element by element, so that its length doesn't matter.

Comments and commas before a closing bracket are taken (JSONC).
"""

import codecs
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _

CHUNK = 256 * 1024
#: a number with more digits before its point is none of 64 bits
MOST_DIGITS = 19
LONGEST_ELEMENT = 16 * 1024 * 1024
TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"'  # a string
    r"|//[^\n]*(?=\n)|/\*.*?\*/"  # comments, whole ones only
    r"|[\[\]{},]|\s+"
    r'|[^\s"/\[\]{},]+',  # numbers, literals, colons
    re.DOTALL,
)
OPENING, CLOSING = "[{", "]}"


def json_rows(file: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """Yield ``(line, element)`` of the array in a file.

    Numbers with a point come as ``Decimal``. Raises ``ValueError`` naming the line.
    """
    reader = _Elements()
    decode = codecs.getincrementaldecoder("utf-8-sig")().decode
    try:
        while chunk := file.read(CHUNK):
            yield from reader.feed(decode(chunk))
        yield from reader.feed(decode(b"", True) + "\n")
    except UnicodeDecodeError as error:
        raise reader.flaw(_("The file is not UTF-8 text.")) from error
    reader.close()


def json_document(text: str) -> Any:
    """Return the one value that a text with comments holds; numbers as Python's own.

    Raises ``ValueError`` naming the line.
    """
    try:
        found = list(json_rows(io.BytesIO(f"[{text}\n]".encode("utf-8", "replace"))))
        if len(found) != 1:
            raise ValueError(_("This is no single JSON value."))
        return with_floats(found[0][1])
    except RecursionError as error:
        raise ValueError(_("This is nested too deeply.")) from error


def with_floats(value: Any) -> Any:
    """Return a JSON value whose exact numbers are those that JSON itself writes."""
    match value:
        case Decimal():
            # A few characters can stand for a number that takes minutes to write out.
            whole = value.adjusted() <= MOST_DIGITS and value == value.to_integral_value()
            return int(value) if whole else float(value)
        case dict():
            return {name: with_floats(part) for name, part in value.items()}
        case list():
            return [with_floats(part) for part in value]
    return value


class _Elements:
    """Cuts a stream of text into the elements of its outermost array."""

    def __init__(self) -> None:
        self.rest = ""
        self.line = 1
        self.depth = 0  # 0 before and after the array, 1 between its elements
        self.done = False
        self.parts: list[str] = []
        self.size = 0
        self.began = 1

    def flaw(self, reason: str) -> ValueError:
        """Return the refusal of the line that was reached."""
        return ValueError(f"line {self.line}: {reason}")

    def feed(self, text: str) -> Iterator[tuple[int, Any]]:
        """Take more text; yield the elements that it ends."""
        text = self.rest + text
        place = 0
        while place < len(text):
            found = TOKEN.match(text, place)
            # the last token may go on in the next chunk
            if found is None or (found.end() == len(text) and text[place] not in '[]{},"'):
                break
            token = found.group()
            place = found.end()
            if not token.startswith(("//", "/*")):
                yield from self._take(token)
            self.line += token.count("\n")
        self.rest = text[place:]
        if len(self.rest) > LONGEST_ELEMENT:
            raise self.flaw(_("A value is longer than any record may be."))

    def _take(self, token: str) -> Iterator[tuple[int, Any]]:
        if token.isspace():
            if self.parts:
                self.parts.append(" ")
            return
        if self.depth == 0:
            self._begin(token)
            return
        if self.depth == 1 and token in (",", "]"):
            if self.parts:
                yield self.began, self._element()
            if token == "]":
                self.depth, self.done = 0, True
            return
        if token in OPENING:
            self.depth += 1
        elif token in CLOSING:
            self.depth -= 1
            if self.depth < 1:
                raise self.flaw(_("A bracket closes that was never opened."))
            self._drop_comma()
        if not self.parts:
            self.began = self.line
        self.parts.append(token)
        self.size += len(token)
        if self.size > LONGEST_ELEMENT:
            raise self.flaw(_("A record is longer than any may be."))

    def _begin(self, token: str) -> None:
        if self.done or token != "[":
            raise self.flaw(_("This is no list of records in square brackets."))
        self.depth = 1

    def _drop_comma(self) -> None:
        while self.parts and self.parts[-1] == " ":
            self.parts.pop()
        if self.parts and self.parts[-1] == ",":
            self.parts.pop()

    def _element(self) -> Any:
        text = "".join(self.parts)
        self.parts, self.size = [], 0
        try:
            return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            reason = _("This is not valid JSON (%(reason)s).") % {"reason": error}
            raise ValueError(f"line {self.began}: {reason}") from error

    def close(self) -> None:
        """Refuse what ends before its array does."""
        if self.rest.strip() or not self.done:
            raise self.flaw(_("The list of records ends too early."))


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")
