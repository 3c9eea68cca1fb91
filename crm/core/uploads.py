"""Files on their way in: written to disk as they come, counted and hashed, never held whole."""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.utils.translation import gettext as _

from .errors import TooLarge, Unavailable

log = logging.getLogger(__name__)

SAMPLE_BYTES = 64 * 1024
MEGABYTE = 1024 * 1024


@contextmanager
def disk() -> Iterator[None]:
    """Say in the house's words that a disk is full or gone."""
    try:
        yield
    except OSError as error:
        log.exception("A file could not be taken in")
        raise Unavailable(
            _("The storage has no room for this file just now. Try later.")
        ) from error


class IncomingFile(TemporaryUploadedFile):
    """A file that somebody sent, on disk until it is stored or let go.

    ``given_name`` is what the sender called it, unchecked; ``sha256`` and ``size`` are of the
    bytes that came so far.
    """

    file: Any

    def __init__(self, given_name: str) -> None:
        # The name on disk is ours: not even the extension is the sender's.
        with disk():
            super().__init__("upload", "", 0, None)
        self.given_name = given_name
        self._digest = hashlib.sha256()

    def take(self, chunk: bytes) -> None:
        """Add bytes. Raises :class:`Unavailable` where the disk has no room for them."""
        with disk():
            self.file.write(chunk)
        self._digest.update(chunk)
        self.size = (self.size or 0) + len(chunk)

    def whole(self) -> "IncomingFile":
        """Return the file, ready to be read from its beginning."""
        with disk():
            self.file.flush()
            self.file.seek(0)
        return self

    @property
    def sha256(self) -> str:
        """The checksum of the bytes."""
        return self._digest.hexdigest()

    @cached_property
    def head(self) -> bytes:
        """The first bytes: what tells most file types."""
        self.file.seek(0)
        return self.file.read(SAMPLE_BYTES)

    @cached_property
    def tail(self) -> bytes:
        """The last bytes, where archives keep their table of contents."""
        self.file.seek(max(0, (self.size or 0) - SAMPLE_BYTES))
        return self.file.read(SAMPLE_BYTES)


def incoming(given_name: str, chunks: Iterable[bytes]) -> IncomingFile:
    """Take a file in that was not sent but made or found by the program itself."""
    file = IncomingFile(given_name)
    for chunk in chunks:
        file.take(chunk)
    return file.whole()


def too_large() -> TooLarge:
    """Return the refusal of a file above the limit."""
    return TooLarge(_("The file is larger than %(size)s MB.") % {"size": settings.MAX_UPLOAD_MB})


class DiskUploadHandler(FileUploadHandler):
    """Writes what comes to disk, and stops listening once it is more than ``MAX_UPLOAD_MB``.

    Afterwards ``request.upload_too_large`` and ``request.upload_interrupted`` tell what
    happened, for the parser of the API and the forms of the staff site.
    """

    file: IncomingFile

    def new_file(self, field_name: str, file_name: str, *args: Any, **options: Any) -> None:
        super().new_file(field_name, file_name, *args, **options)
        self.file = IncomingFile(file_name)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > settings.MAX_UPLOAD_MB * MEGABYTE:
            self.request.upload_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=True)
        self.file.take(raw_data)

    def file_complete(self, file_size: int) -> IncomingFile:
        return self.file.whole()

    def upload_interrupted(self) -> None:
        self.request.upload_interrupted = True  # type: ignore[union-attr]
        if hasattr(self, "file"):
            self.file.close()
