"""The tables of a live app, fetched page by page into files of our own, then read like any."""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from crm.core.plain import flaw_of_text, readable

from ..sources import MEGABYTE, MOST_UNPACKED, BadSource, Part, Source
from .addresses import VISIBLE, app_address
from .asking import Caller, Refused, Unanswered
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
    app_address(url)
    token = token.strip()
    if not token:
        raise BadSource(_("A live app needs --token."))
    for option, value in (("--token", token), ("--app-id", app_id)):
        if not VISIBLE.fullmatch(value):
            reason = _("%(option)s: there are characters in it that none has.")
            raise BadSource(reason % {"option": option})
    with tempfile.TemporaryDirectory(prefix="base44-") as folder:
        source = Source(fetched=FileHosts(url, files_from, Path(folder)).part)
        server = _Server(url.rstrip("/"), token, app_id)
        for entity in (*ORDER, *declared_targets()):
            path = Path(folder) / f"{entity}.json"
            if server.save(entity, path):
                source.tables.append(Part(path.name, path.stat().st_size, _opener(path)))
            else:
                source.refused.append((entity, _("The app has no such entity.")))
        if not source.tables:
            raise BadSource(_("There is no entity of ours at this address: look at --app-id."))
        yield source


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


class _Server:
    def __init__(self, url: str, token: str, app_id: str) -> None:
        self.base = f"{url}/api/apps/{quote(app_id, safe='')}/entities"
        self.headers = {
            "Authorization": f"Bearer {token}",
            "X-App-Id": app_id,
            "Accept": "application/json",
        }
        self.caller = Caller(inside=True)  # whoever names an address of ours means it
        self.left = MOST_UNPACKED

    def save(self, entity: str, path: Path) -> bool:
        """Write all records of an entity to a file; whether the app has that entity."""
        cursor, seen = "", {""}
        with path.open("w", encoding="ascii") as file:
            file.write("[\n")
            separator = ""
            while True:
                page = self._page(entity, cursor)
                if page is None:
                    return False
                for record in page["items"]:
                    file.write(separator + json.dumps(record))
                    separator = ",\n"
                if not page.get("has_more"):
                    break
                cursor = page.get("next_cursor")
                if not isinstance(cursor, str) or not cursor or flaw_of_text(cursor):
                    reason = _("there is more, and no way to ask for it")
                    raise BadSource(self._told(entity, reason))
                if cursor in seen:
                    raise BadSource(_("The app answers the same page again and again."))
                seen.add(cursor)
            file.write("\n]\n")
        return True

    def _page(self, entity: str, cursor: str) -> Any:
        query = {"limit": PAGE, **({"cursor": cursor} if cursor else {})}
        try:
            return self.caller.get(
                f"{self.base}/{entity}/v2/list?{urlencode(query)}",
                partial(self._read, entity),
                attempts=ATTEMPTS,
                headers=self.headers,
            )
        except Refused as error:
            if error.status == 404:
                return None
            raise BadSource(self._told(entity, str(error))) from error
        except Unanswered as error:
            raise BadSource(self._told(entity, str(error))) from error

    def _read(self, entity: str, chunks: Iterator[bytes]) -> Any:
        body = bytearray()
        for chunk in chunks:
            body += chunk
            if len(body) > min(LARGEST_ANSWER, self.left):
                raise BadSource(self._told(entity, _("it sends more than any app would")))
        self.left -= max(len(body), MEGABYTE)  # or empty pages could follow without end
        try:
            page = json.loads(body)
        except (ValueError, RecursionError):
            page = None
        if not isinstance(page, dict) or not isinstance(page.get("items"), list):
            raise BadSource(self._told(entity, _("this is no page of records")))
        return page

    def _told(self, entity: str, reason: str) -> str:
        return _("The app didn't answer for %(entity)s: %(reason)s.") % {
            "entity": entity,
            "reason": readable(reason),
        }
