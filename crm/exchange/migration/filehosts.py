"""Where the files of a live app are fetched from: its own host, and those that its owner named.

An address in a record is whatever somebody wrote there, so nothing else is asked, and no token
goes along: what Base44 gives as ``file_url`` is public.
"""

import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from crm.core.plain import readable
from crm.core.uploads import MEGABYTE, too_large

from ..sources import BadSource, Part
from .addresses import LOOPBACK, VISIBLE, is_inside, key_of
from .asking import Caller, Refused, Unanswered

ATTEMPTS = 3
#: how often a file may have moved
MOST_MOVES = 5


class FileHosts:
    """The hosts that are asked for files.

    ``url`` is the app's own address, ``names`` are further hosts as ``host`` or ``host:port``.
    Raises :class:`BadSource` for a name that is none, and for one inside our own network
    unless the app is there too.
    """

    def __init__(self, url: str, names: Iterable[str], folder: Path) -> None:
        self.folder = folder
        own = urlsplit(url)
        self._origins = {key_of(own): f"{own.scheme}://{own.netloc}"}
        self._caller = Caller(inside=is_inside(own.hostname or ""))
        for name in names:
            self._add(name)

    def _add(self, name: str) -> None:
        try:
            parts = urlsplit(f"https://{name}")
            key = key_of(parts)
            key[1].encode("idna")
        except ValueError as error:
            raise _no_host(name) from error
        if parts.netloc != name or "@" in name or not VISIBLE.fullmatch(name) or not key[1]:
            raise _no_host(name)
        if not self._caller.inside and is_inside(key[1]):
            raise BadSource(
                _("--files-from %(name)s: this is a private address, and the app has none.")
                % {"name": name}
            )
        self._origins[key] = f"https://{name}"
        if key[1] in LOOPBACK:
            self._origins[key_of(urlsplit(f"http://{name}"))] = f"http://{name}"

    def part(self, address: str) -> Part | None:
        """Return the file at an address, fetched when it is opened; None for other hosts.

        Opening raises :class:`BadSource` where the file doesn't come, and ``TooLarge``.
        """
        plain = self.plain(address)
        return Part(address, 0, lambda: self._fetch(plain)) if plain else None

    def plain(self, address: str) -> str | None:
        """Return an address as it is asked for, or None where nothing is fetched from there."""
        try:
            parts = urlsplit(iri_to_uri(address))
            origin = self._origins.get(key_of(parts))
        except ValueError:
            return None
        if origin is None or "@" in parts.netloc:
            return None
        return f"{origin}{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"

    def _fetch(self, address: str) -> IO[bytes]:
        """Return a file on disk that goes when it is closed."""
        file = tempfile.TemporaryFile(dir=self.folder)  # noqa: SIM115 (the caller closes it)
        try:
            self._follow(address, file)
            file.seek(0)
        except BaseException as error:
            file.close()
            if isinstance(error, Unanswered):
                raise BadSource(readable(str(error))) from error
            raise
        return file

    def _follow(self, address: str, file: IO[bytes]) -> None:
        """Write what an address gives to a file; one that moved is followed among our hosts."""
        moves = 0
        while True:
            try:
                return self._caller.get(address, partial(_copy, file), attempts=ATTEMPTS)
            except Refused as error:
                moves += 1
                if not error.location or moves > MOST_MOVES:
                    raise
                address = self._next(address, error.location)

    def _next(self, address: str, location: str) -> str:
        try:
            plain = self.plain(urljoin(address, location))
        except ValueError:
            plain = None
        if plain is None:
            # a signature in the query opens the file to whoever reads the report
            shown = readable(location.partition("#")[0].partition("?")[0])
            raise BadSource(
                _("it leads to %(address)s, where no files are fetched from") % {"address": shown}
            )
        return plain


def _copy(file: IO[bytes], chunks: Iterator[bytes]) -> None:
    """Write an answer to a file, from its beginning and no further than a file may go."""
    file.seek(0)
    file.truncate()
    for chunk in chunks:
        file.write(chunk)
        if file.tell() > settings.MAX_UPLOAD_MB * MEGABYTE:
            raise too_large()


def _no_host(name: str) -> BadSource:
    return BadSource(
        _("--files-from %(name)s: name a host alone, such as files.example.com.")
        % {"name": readable(name)}
    )
