"""JSON on the wire: strict on the way in, exact on the way out."""

import json
import re
from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from .plain import MAX_DEPTH, flaws

BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|([\[{])|([\]}])', re.DOTALL)


class BodyTooLarge(APIException):
    """The body is longer than ``MAX_BODY_BYTES``."""

    status_code = 413
    default_code = "too_large"


class JSONParser(BaseParser):
    """Parses a body and refuses what could not be stored or would not be understood.

    Refused are duplicate-free-form oddities of Python's parser (NaN, Infinity), nesting
    deeper than 32, NUL characters and lone surrogates (security.md §0.9).
    """

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        raw = stream.read()
        if len(raw) > settings.MAX_BODY_BYTES:
            megabytes = settings.MAX_BODY_BYTES // 1_000_000
            raise BodyTooLarge(f"The body is larger than {megabytes} MB.")
        return parse(raw)


def parse(raw: bytes) -> Any:
    """Return the JSON value in ``raw``. Raises ``ParseError`` and ``ValidationError``."""
    if nesting(raw) > MAX_DEPTH:
        raise ParseError(f"The JSON body is nested deeper than {MAX_DEPTH} levels.")
    try:
        value = json.loads(raw.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"The body is not valid JSON: {error}") from error
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


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


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
