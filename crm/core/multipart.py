"""Multipart bodies: form fields, and files that are streamed to disk."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser, DataAndFiles

from .errors import TooLarge
from .plain import flaws
from .uploads import MEGABYTE, IncomingFile, too_large
from .wire import parse

CUT_OFF = "The body ends too early: the upload was cut off on its way. Send it again."
NO_FILE = "Send a file here, as a part of its own with a file name."
CLOSING_SPACE = 256  # what may follow the last boundary, and the boundary itself


class _Parser(MultiPartParser):
    """Django's own, but the name of a file reaches the checks as it was sent."""

    _boundary: bytes

    def sanitize_file_name(self, file_name: str) -> str:
        return file_name


class _Stream:
    """The body as it is read, and its last bytes."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.end = b""

    def read(self, size: int = -1) -> bytes:
        data = self.source.read(size)
        self.end = (self.end + data[-CLOSING_SPACE:])[-CLOSING_SPACE:]
        return data


class UploadParser(BaseParser):
    """Parses ``multipart/form-data``; the files in it go through Django's upload handlers.

    Raises ``ParseError`` for a body that is broken or cut off, and :class:`TooLarge`.
    """

    media_type = "multipart/form-data"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        request = parser_context["request"]._request
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
        if announced > settings.MAX_UPLOAD_MB * MEGABYTE + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise too_large()
        body: Any = _Stream(stream)
        meta = {**request.META, "CONTENT_TYPE": media_type}
        try:
            parser = _Parser(meta, body, request.upload_handlers, "utf-8")
            data, files = parser.parse()
        except MultiPartParserError as error:
            raise ParseError(f"The multipart body is not sound: {error}") from error
        except RequestDataTooBig as error:
            raise TooLarge("The form fields are too large.") from error
        except (TooManyFieldsSent, TooManyFilesSent) as error:
            raise ParseError("The body has too many parts.") from error
        except UnreadablePostError as error:
            raise ParseError(CUT_OFF) from error
        if getattr(request, "upload_too_large", False):
            _close(files)
            raise too_large()
        closing = b"--" + parser._boundary + b"--"
        if getattr(request, "upload_interrupted", False) or not body.end.rstrip().endswith(closing):
            _close(files)
            raise ParseError(CUT_OFF)
        return DataAndFiles(data, files)


def form_of(request: Any, serializer: Any, *files: str) -> dict[str, Any]:
    """Return a multipart body as a serializer takes it, and the ``files``, which must be there.

    Lists may be sent as a field that comes several times, as JSON or with commas. Raises
    ``ValidationError`` naming what is unknown, there twice, or text where a file should be.
    """
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {name: [NO_FILE] for name in files if name not in request.data}
    for name in request.data:
        sent = request.data.getlist(name)
        is_file = isinstance(sent[-1], IncomingFile)
        field = serializer.fields.get(name)
        if name not in files and (field is None or field.read_only):
            errors[name] = ["There is no such field."]
        elif is_file != (name in files):
            errors[name] = [NO_FILE if name in files else "Send text here, not a file."]
        elif isinstance(field, serializers.JSONField):
            values[name] = _listed(sent)
        elif len(sent) > 1:
            errors[name] = ["Send one file, not several." if is_file else "Send this once."]
        else:
            values[name] = sent[0]
    texts = {name: value for name, value in values.items() if name not in files}
    for path, reason in flaws(texts):
        errors.setdefault(path.partition("[")[0] or "body", []).append(reason)
    if errors:
        raise ValidationError(errors)
    return values


def _listed(sent: list[str]) -> Any:
    if len(sent) == 1 and sent[0].lstrip().startswith("["):
        return parse(sent[0].encode(errors="replace"))
    return [part.strip() for text in sent for part in text.split(",") if part.strip()]


def _close(files: Any) -> None:
    for _, found in files.lists():
        for file in found:
            file.close()
