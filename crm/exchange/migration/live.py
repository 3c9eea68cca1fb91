"""The tables of a live app, fetched page by page into files of our own, then read like any."""

import http.client
import json
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlencode, urlsplit

from django.utils.translation import gettext as _

from ..sources import BadSource, Part, Source
from .entities import ORDER

PAGE = 1000
LARGEST_ANSWER = 256 * 1024 * 1024
SECONDS = 60
ATTEMPTS = 5
#: what goes over by itself: too many calls, a server that is just not there
AGAIN = frozenset({429, 500, 502, 503, 504})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@contextmanager
def app(url: str, token: str, app_id: str) -> Iterator[Source]:
    """Give the tables of a live app as a source. Raises :class:`BadSource`."""
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not secure or not parts.hostname:
        raise BadSource(_("The address has to begin with https://: a token goes there."))
    if not token:
        raise BadSource(_("A live app needs --token."))
    server = _Server(url.rstrip("/"), token, app_id)
    with tempfile.TemporaryDirectory(prefix="base44-") as folder:
        source = Source()
        for entity in ORDER:
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
        for attempt in range(ATTEMPTS):
            try:
                with self.opener.open(request, timeout=SECONDS) as answer:
                    return self._read(entity, answer)
            except urllib.error.HTTPError as error:
                if error.code == 404:
                    return None
                if error.code not in AGAIN or attempt == ATTEMPTS - 1:
                    raise BadSource(self._told(entity, f"HTTP {error.code}")) from error
                pause = error.headers.get("Retry-After", "")
            except (OSError, http.client.HTTPException) as error:
                if attempt == ATTEMPTS - 1:
                    raise BadSource(self._told(entity, str(error))) from error
                pause = ""
            time.sleep(min(int(pause), SECONDS) if pause.isdigit() else 2**attempt)
        return None

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
