"""The tables of a live app, fetched page by page into files of our own, then read like any."""

import http.client
import json
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlencode, urlsplit

from django.utils.translation import gettext as _

from ..sources import BadSource, Part, Source
from .asking import LOOPBACK, asked
from .entities import ORDER, declared_targets
from .filehosts import FileHosts

PAGE = 1000
LARGEST_ANSWER = 256 * 1024 * 1024
ATTEMPTS = 5


@contextmanager
def app(url: str, token: str, app_id: str, *, files_from: Iterable[str] = ()) -> Iterator[Source]:
    """Give the tables of a live app as a source. Raises :class:`BadSource`.

    These are our entities and those that are declared here. Files are fetched when they are
    read, from the app's own host and from the hosts in ``files_from``.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not secure or not parts.hostname:
        raise BadSource(_("The address has to begin with https://: a token goes there."))
    if not token:
        raise BadSource(_("A live app needs --token."))
    server = _Server(url.rstrip("/"), token, app_id)
    with tempfile.TemporaryDirectory(prefix="base44-") as folder:
        source = Source(fetched=FileHosts(url, files_from, Path(folder)).part)
        for entity in (*ORDER, *(target.name for target in declared_targets().values())):
            path = Path(folder) / f"{entity}.json"
            if server.save(entity, path):
                source.tables.append(Part(path.name, path.stat().st_size, _opener(path)))
            else:
                source.refused.append((entity, _("The app has no such entity.")))
        yield source


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A token goes where its owner sent it, and nowhere else."""

    def redirect_request(self, *args: Any, **options: Any) -> None:
        return None


class _Server:
    def __init__(self, url: str, token: str, app_id: str) -> None:
        self.base = f"{url}/api/apps/{quote(app_id, safe='')}/entities"
        self.headers = {
            "Authorization": f"Bearer {token}",
            "X-App-Id": app_id,
            "Accept": "application/json",
        }
        self.opener = urllib.request.build_opener(_NoRedirects)

    def save(self, entity: str, path: Path) -> bool:
        """Write all records of an entity to a file; whether the app has that entity."""
        cursor = ""
        with path.open("w") as file:
            file.write("[\n")
            separator = ""
            while True:
                page = self._page(entity, cursor)
                if page is None:
                    return False
                for record in page["items"]:
                    file.write(separator + json.dumps(record, ensure_ascii=False))
                    separator = ",\n"
                cursor, before = page.get("next_cursor") or "", cursor
                if not page.get("has_more") or not cursor:
                    break
                if cursor == before:
                    raise BadSource(_("The app answers the same page again and again."))
            file.write("\n]\n")
        return True

    def _page(self, entity: str, cursor: str) -> Any:
        query = {"limit": PAGE, **({"cursor": cursor} if cursor else {})}
        request = urllib.request.Request(  # noqa: S310 (checked above)
            f"{self.base}/{entity}/v2/list?{urlencode(query)}", headers=self.headers
        )
        try:
            return asked(
                self.opener, request, lambda answer: self._read(entity, answer), attempts=ATTEMPTS
            )
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise BadSource(self._told(entity, f"HTTP {error.code}")) from error
        except (OSError, http.client.HTTPException) as error:
            raise BadSource(self._told(entity, str(error))) from error

    def _read(self, entity: str, answer: Any) -> Any:
        body = answer.read(LARGEST_ANSWER + 1)
        try:
            page = json.loads(body) if len(body) <= LARGEST_ANSWER else None
        except ValueError:
            page = None
        if not isinstance(page, dict) or not isinstance(page.get("items"), list):
            raise BadSource(self._told(entity, _("this is no page of records")))
        return page

    def _told(self, entity: str, reason: str) -> str:
        return _("The app didn't answer for %(entity)s: %(reason)s.") % {
            "entity": entity,
            "reason": reason,
        }
