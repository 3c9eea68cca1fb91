"""Where the bytes are kept: a folder of this machine. The bucket is in s3.py.

``STORAGE`` chooses; Django's ``default_storage`` is whichever was chosen. Both say the same
things: ``Unavailable`` when they don't answer, ``Missing`` when the object is not there.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils.translation import gettext_lazy as _

from crm.core.errors import Missing, Unavailable

log = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024
NO_ANSWER = _("The file storage doesn't answer just now. Nothing was lost; try again in a minute.")
GONE = _("The file of this document is not in the storage.")


@dataclass(frozen=True)
class Presigned:
    """How to send a file straight to the storage: an address that is good for one PUT."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)


class Store(Protocol):
    """What documents ask of a storage. Keys are made by the server and never reused."""

    #: whether clients can be sent to the storage itself
    is_remote: bool

    def put(self, key: str, file: Any, file_type: str) -> None:
        """Keep a file under a key; streamed from disk."""

    def drop(self, key: str) -> None:
        """Remove an object, if it is there."""

    def weigh(self, key: str) -> int:
        """Return an object's size in bytes. Raises :class:`Missing`."""

    def chunks(self, key: str) -> Iterator[bytes]:
        """Yield an object's bytes in pieces. Raises :class:`Missing`."""

    def open(self, name: str) -> File:
        """Return an object as an open file."""

    def part(self, key: str, start: int, length: int) -> bytes:
        """Return some of an object's bytes. Raises :class:`Missing`."""

    def read_address(self, key: str, headers: dict[str, str], seconds: int) -> str:
        """Return the storage's own signed address that answers with these headers."""

    def write_address(self, key: str, size: int, file_type: str, seconds: int) -> Presigned:
        """Return an address that takes exactly so many bytes, once."""


def store() -> Store:
    """Return the storage that was chosen."""
    return cast(Store, default_storage)


@contextmanager
def telling() -> Iterator[None]:
    """Turn what a disk says into the house's words."""
    try:
        yield
    except FileNotFoundError as error:
        raise Missing(GONE) from error
    except OSError as error:
        log.exception("The file storage failed")
        raise Unavailable(NO_ANSWER) from error


class LocalFiles(FileSystemStorage):
    """Files in ``MEDIA_DIR``, which no web server may serve by itself."""

    is_remote = False

    def put(self, key: str, file: Any, file_type: str) -> None:
        with telling():
            name = self.save(key, file if isinstance(file, File) else File(file))
            self._settle(Path(self.path(name)))

    @staticmethod
    def _settle(path: Path) -> None:
        """Have the bytes on the disk before any row says that they are."""
        for place in (path, path.parent):
            descriptor = os.open(place, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def drop(self, key: str) -> None:
        with telling():
            self.delete(key)

    def weigh(self, key: str) -> int:
        with telling():
            return self.size(key)

    def chunks(self, key: str) -> Iterator[bytes]:
        with telling(), self.open(key) as file:
            yield from file.chunks(CHUNK_BYTES)

    def part(self, key: str, start: int, length: int) -> bytes:
        with telling(), self.open(key) as file:
            file.seek(start)
            return file.read(length)

    def read_address(self, key: str, headers: dict[str, str], seconds: int) -> str:
        raise NotImplementedError("A folder has no addresses: the house serves it itself.")

    def write_address(self, key: str, size: int, file_type: str, seconds: int) -> Presigned:
        raise NotImplementedError("A folder has no addresses: send files to documents/upload.")
