"""JSON on the wire: strict on the way in, exact on the way out."""

import json
import math
import re
from collections import Counter
from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from .plain import MAX_DEPTH, flaws

# Never goes back: else a string of quotes that doesn't end costs the square of its length.
BRACKETS = re.compile(
    rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|([\[{])|([\]}])',
    re.DOTALL,
)
LONGEST_INTEGER = 20  # digits of what still can be in range


class BodyTooLarge(APIException):
    """The body is longer than ``MAX_BODY_BYTES``."""

    status_code = 413
    default_code = "too_large"


class JSONParser(BaseParser):
    """Parses a body and refuses what could not be stored or would not be understood.

    Refused are what Python takes beyond JSON (NaN, Infinity), keys that are there twice,
    nesting deeper than 32, NUL characters and lone surrogates (security.md §0.9).
    """

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        raw = stream.read(settings.MAX_BODY_BYTES + 1)
        if len(raw) > settings.MAX_BODY_BYTES:
            megabytes = settings.MAX_BODY_BYTES // 1_000_000
            raise BodyTooLarge(f"The body is larger than {megabytes} MB.")
        return parse(raw)


def parse(raw: bytes) -> Any:
    """Return the JSON value in ``raw``. Raises ``ParseError`` and ``ValidationError``."""
    if nesting(raw) > MAX_DEPTH:
        raise ParseError(f"The JSON body is nested deeper than {MAX_DEPTH} levels.")
    try:
        value = json.loads(raw.decode("utf-8-sig"), parse_int=_integer, object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise ParseError("The body is not text in UTF-8.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ParseError(f"The body is not valid JSON: {error.msg} ({where}).") from error
    found: dict[str, list[str]] = {}
    for path, reason in flaws(value):
        name = re.split(r"[.\[]", path, maxsplit=1)[0] or "body"
        found.setdefault(name, []).append(reason)
    if found:
        raise ValidationError(found)
    return value


def nesting(raw: bytes) -> int:
    """Return how deep brackets nest in JSON text, without parsing it."""
    if raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for match in BRACKETS.finditer(raw):
        if match.group(1):
            depth += 1
            deepest = max(deepest, depth)
        elif match.group(2):
            depth -= 1
    return deepest


def _integer(text: str) -> int | float:
    """Python converts no endless digits; as infinity they are found out of range, by name."""
    return int(text) if len(text) <= LONGEST_INTEGER else math.inf


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        key, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise ParseError(f"The key '{key[:60]}' is there twice.")
    return value


class JSONRenderer(BaseRenderer):
    """Renders with money exact to the cent and times in UTC with ``Z``."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return b"" if data is None else to_bytes(data)


def to_bytes(data: Any) -> bytes:
    """Return ``data`` as JSON bytes."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(f"{value:f}".encode())
    if hasattr(value, "items"):
        return dict(value)
    return str(value)
