"""Where the files of a live app are fetched from: its own host, and those that its owner named.

An address in a record is whatever somebody wrote there, so nothing else is asked, and no token
goes along: what Base44 gives as ``file_url`` is public.
"""

import http.client
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import IO, Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from crm.core.uploads import MEGABYTE, too_large

from ..sources import BadSource, Part
from .asking import LOOPBACK, asked

ATTEMPTS = 3
CHUNK = 256 * 1024
PORTS = {"https": 443, "http": 80}


class FileHosts:
    """The hosts that are asked for files.

    ``url`` is the app's own address, ``names`` are further hosts as ``host`` or ``host:port``.
    Raises :class:`BadSource` for a name that is none, and for one inside our own network
    unless the app is there too.
    """

    def __init__(self, url: str, names: Iterable[str], folder: Path) -> None:
        self.folder = folder
        own = urlsplit(url)
        self._origins = {_key(own): f"{own.scheme}://{own.netloc}"}
        for name in names:
            self._add(name, inside=_is_inside(own.hostname or ""))
        self._silent: set[str] = set()
        self._opener = urllib.request.build_opener(_Within(self))

    def _add(self, name: str, *, inside: bool) -> None:
        try:
            parts = urlsplit(f"https://{name}")
            key = _key(parts)
        except ValueError as error:
            raise _no_host(name) from error
        if parts.netloc != name or "@" in name or any(c <= " " for c in name) or not key[1]:
            raise _no_host(name)
        if _is_inside(key[1]) and not inside:
            raise BadSource(
                _("--files-from %(name)s: this is a private address, and the app has none.")
                % {"name": name}
            )
        self._origins[key] = f"https://{name}"
        if key[1] in LOOPBACK:
            self._origins[_key(urlsplit(f"http://{name}"))] = f"http://{name}"

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
            origin = self._origins.get(_key(parts))
        except ValueError:
            return None
        if origin is None or "@" in parts.netloc:
            return None
        return f"{origin}{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"

    def _fetch(self, address: str) -> IO[bytes]:
        """Return a file on disk that goes when it is closed."""
        host = urlsplit(address).netloc
        if host in self._silent:
            raise BadSource(_("%(host)s did not answer before.") % {"host": host})
        file = tempfile.TemporaryFile(dir=self.folder)  # noqa: SIM115 (the caller closes it)
        try:
            request = urllib.request.Request(address)  # noqa: S310 (of our own origins)
            asked(self._opener, request, lambda answer: _copy(answer, file), attempts=ATTEMPTS)
        except BaseException as error:
            file.close()
            match error:
                case urllib.error.HTTPError():
                    raise BadSource(f"HTTP {error.code}") from error
                case OSError():
                    self._silent.add(host)
                    raise BadSource(str(getattr(error, "reason", error))) from error
                case http.client.HTTPException():
                    raise BadSource(str(error)) from error
            raise
        file.seek(0)
        return file


class _Within(urllib.request.HTTPRedirectHandler):
    """A file that moved is followed as far as the hosts go."""

    def __init__(self, hosts: FileHosts) -> None:
        self.hosts = hosts

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        plain = self.hosts.plain(newurl)
        if plain is None:
            fp.close()
            raise BadSource(
                _("it leads to %(address)s, where no files are fetched from") % {"address": newurl}
            )
        return super().redirect_request(req, fp, code, msg, headers, plain)


def _copy(answer: Any, file: IO[bytes]) -> None:
    """Write an answer to a file, from its beginning and no further than a file may go."""
    file.seek(0)
    file.truncate()
    while chunk := answer.read(CHUNK):
        file.write(chunk)
        if file.tell() > settings.MAX_UPLOAD_MB * MEGABYTE:
            raise too_large()
    if answer.length:
        raise http.client.HTTPException(_("it broke off"))


def _key(parts: SplitResult) -> tuple[str, str, int]:
    """Return scheme, host and port. Raises ``ValueError`` where the port is none."""
    return parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)


def _is_inside(host: str) -> bool:
    """Whether a host is this machine, or in a private network by its very name."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host in LOOPBACK


def _no_host(name: str) -> BadSource:
    return BadSource(
        _("--files-from %(name)s: name a host alone, such as files.example.com.") % {"name": name}
    )
