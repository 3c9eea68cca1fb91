"""Where tables come from: one file, a folder or a ZIP archive, none of them trusted."""

import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from django.utils.translation import gettext as _

from .tables import Row, is_text, rows_of

TABLES = (".csv", ".json", ".jsonc")
#: folders that hold what was uploaded, not tables
FILE_FOLDERS = frozenset({"files", "uploads", "attachments"})
#: the folder of an app's code with a description of each entity
SCHEMAS = "entities"
MOST_ENTRIES = 20_000
MEGABYTE = 1024 * 1024
#: what an archive may unpack to, in all
MOST_UNPACKED = 20 * 1024 * MEGABYTE
#: what is larger than this, and shrinks by more, was made to fill a disk
SUSPICIOUS, MOST_SHRUNK = 50 * MEGABYTE, 200


class BadSource(Exception):
    """What was given can't be read as an export."""


class Table(Protocol):
    """Rows of one kind, read from the beginning as often as somebody asks."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def stem(self) -> str:
        """The name that tells which entity it is."""

    @property
    def texts_only(self) -> bool:
        """Whether it can't tell 1 from "1"."""

    def rows(self) -> Iterator[Row]:
        """Yield the rows. Raises :class:`~crm.exchange.tables.BadTable`."""


@dataclass(frozen=True)
class Part:
    """One file of a source, opened when it is read; several times, if need be.

    ``size`` is 0 where only reading tells.
    """

    name: str
    size: int
    open: Callable[[], IO[bytes]]

    @property
    def stem(self) -> str:
        """The name without folders and extension."""
        return PurePosixPath(self.name).stem

    @property
    def texts_only(self) -> bool:
        """Whether its values are text, all of them, as CSV has them."""
        return is_text(self.name)

    def rows(self) -> Iterator[Row]:
        """Yield the rows of a table. Raises :class:`~crm.exchange.tables.BadTable`."""
        with self.open() as file:
            yield from rows_of(self.name, file)


@dataclass
class Source:
    """The tables of an export, what was uploaded beside them, and what was left aside."""

    tables: list[Table] = field(default_factory=list)
    #: the source is this one file
    alone: Part | None = None
    #: uploads by their names; several can have the same one in different folders
    files: dict[str, list[Part]] = field(default_factory=dict)
    #: descriptions of the app's entities
    schemas: list[Part] = field(default_factory=list)
    #: ``(name, reason)``
    refused: list[tuple[str, str]] = field(default_factory=list)
    #: in place of ``files`` what fetches an upload by its address; None where none may be fetched
    fetched: Callable[[str], Part | None] | None = None

    def sort_in(self, part: Part) -> None:
        """Take a file as a table or as an upload, by its place and name."""
        path = PurePosixPath(part.name)
        folders = {folder.lower() for folder in path.parts[:-1]}
        if any(piece.startswith((".", "__MACOSX")) for piece in path.parts):
            return
        if folders & FILE_FOLDERS:
            self.files.setdefault(path.name, []).append(part)
        elif path.suffix.lower() in TABLES:
            is_schema = SCHEMAS in folders and _is_schema(part)
            (self.schemas if is_schema else self.tables).append(part)


def _is_schema(part: Part) -> bool:
    """Whether a file describes an entity and holds no records: an object, and no list."""
    if part.name.lower().endswith(".csv"):
        return False
    with part.open() as file:
        head = file.read(4096).decode(errors="replace")
    return re.sub(r"//[^\n]*|/\*.*?\*/|\ufeff", "", head, flags=re.DOTALL).lstrip().startswith("{")


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Give the source at a path. Raises :class:`BadSource`."""
    try:
        found = path.lstat()
    except OSError as error:
        raise BadSource(_("There is nothing at %(path)s.") % {"path": path}) from error
    if stat.S_ISLNK(found.st_mode):
        raise BadSource(_("%(path)s is a symbolic link. Name the file itself.") % {"path": path})
    if path.is_dir():
        yield _folder(path)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield _archive(archive)
    elif path.suffix.lower() in TABLES:
        alone = Part(path.name, found.st_size, lambda: _open(path))
        yield Source(tables=[alone], alone=alone)
    else:
        raise BadSource(
            _("%(path)s is neither a folder, a ZIP archive nor a table (%(kinds)s).")
            % {"path": path, "kinds": ", ".join(TABLES)}
        )


def _open(path: Path) -> IO[bytes]:
    """Open a file that is no link, whatever took its place since it was listed."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")


def _folder(root: Path) -> Source:
    source = Source()
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        for name in sorted([*folders, *names]):
            if (here / name).is_symlink():
                shown = (here / name).relative_to(root).as_posix()
                source.refused.append((shown, _("This is a symbolic link.")))
        folders.sort()
        for name in sorted(names):
            path = here / name
            if not path.is_symlink() and path.is_file():
                shown = path.relative_to(root).as_posix()
                source.sort_in(Part(shown, path.stat().st_size, _opener(path)))
    return source


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: _open(path)


def _archive(archive: zipfile.ZipFile) -> Source:
    """List an archive whose entries stay inside it and don't swell. Raises BadSource."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise BadSource(_("The archive has more than %(count)s entries.") % {"count": MOST_ENTRIES})
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise BadSource(_("The archive unpacks to more than any export would."))
    source = Source()
    for entry in entries:
        if entry.is_dir():
            continue
        if reason := _flaw(entry):
            source.refused.append((entry.filename, reason))
        else:
            source.sort_in(Part(entry.filename, entry.file_size, _entry_opener(archive, entry)))
    return source


def _flaw(entry: zipfile.ZipInfo) -> str:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return _("Its path leads out of the archive.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return _("This is a symbolic link.")
    if entry.flag_bits & 0x1:
        return _("It is encrypted.")
    if entry.file_size > SUSPICIOUS and entry.file_size > MOST_SHRUNK * max(entry.compress_size, 1):
        return _("It unpacks to far more than a table would.")
    return ""


def _entry_opener(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    # zipfile itself stops at the size that the entry declares
    return lambda: archive.open(entry)
