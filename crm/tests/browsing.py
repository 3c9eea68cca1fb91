"""People in front of real browsers, for tests that look at the pages from outside.

The demo company runs in a server of its own. Whatever a page does that no page of ours may do
(an error in the console, something that the content policy stops, a call to another host, an
answer that nobody expected) is kept, and told when the visit ends.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from crm.demo.staff import DOMAIN, PASSWORD
from crm.tests.databases import fresh_database
from crm.tests.serving import manage, server, things_in

ROLES = ("rep", "manager", "support", "admin")
SIZES = WIDE, NARROW = (1440, 900), (390, 844)
PATIENCE_MS = 15_000
ADDRESS_OF_SIGN_IN = "/login/"
#: what the browser says by itself of an answer that is judged by its status anyway
TOLD_BY_STATUS = "Failed to load resource: the server responded with a status of"
#: what htmx says of a request that ends because its reader went to another page, in two messages
END_OF_REQUEST, LEFT_BY_READER = "Console: htmx:afterRequest,", "htmx:sendAbort,"
WATCH_POLICY = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`Content policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""


@dataclass
class Site:
    """The demo company behind a server, and its database."""

    address: str
    database: Path
    #: what a browser keeps of somebody who is signed in, by role
    states: dict[str, Any] = field(default_factory=dict)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what is stored."""
        with sqlite3.connect(self.database, timeout=20) as stored:
            found = stored.execute(sql, values).fetchall()
        stored.close()
        return found

    def value(self, sql: str, *values: Any) -> Any:
        """Return the first value of the first row; None where there is no row."""
        rows = self.rows(sql, *values)
        return rows[0][0] if rows else None


@contextmanager
def demo_site(folder: Path, *, template: Path | None = None) -> Iterator[Site]:
    """Serve the demo company from a new database until the block ends.

    The database is migrated anew, or a copy of ``template`` as in ``fresh_database``.
    """
    with fresh_database(folder, "pages", template=template) as place:
        env = {**things_in(folder, MAIL="console"), **place}
        if not template:
            manage("migrate", "--verbosity", "0", env=env)
        manage("demo_data", env=env)
        with server(env, "--workers", "1", log=folder / "server.log") as address:
            yield Site(str(address), Path(place["SQLITE_PATH"]))


class Visitor:
    """One person's browser on the site, which keeps what goes wrong on its pages."""

    def __init__(self, site: Site, context: BrowserContext, *, scripts: bool = True):
        self.site, self.context = site, context
        self.faults: list[str] = []
        #: statuses of refusals that are part of the story
        self.expected: set[int] = set()
        context.set_default_timeout(PATIENCE_MS)
        if scripts:
            context.add_init_script(WATCH_POLICY)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self._keep(f"Script: {error.error}"))
        context.on("response", self._answered)
        context.on("request", lambda request: self._asked(request.url))
        self.page: Page = context.new_page()

    def open(self, path: str) -> Response:
        """Open a page of the site and wait until it stands; return its answer."""
        answer = self.page.goto(f"{self.site.address}{path}", wait_until="load")
        assert answer is not None
        return answer

    def sign_in(self, who: str, password: str = PASSWORD) -> None:
        """Come in through the door."""
        self.open(ADDRESS_OF_SIGN_IN)
        self.fill_in_door(who, password)
        self.page.wait_for_url(lambda url: ADDRESS_OF_SIGN_IN not in url)

    def fill_in_door(self, who: str, password: str = PASSWORD) -> None:
        """Fill in the sign-in form that stands there, and send it."""
        self.page.locator("[autocomplete=username], [name=username]").first.fill(address_of(who))
        self.page.locator("input[type=password]").first.fill(password)
        self.page.locator("input[type=password]").first.press("Enter")

    @property
    def path(self) -> str:
        """Where the browser is, without the host."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @contextmanager
    def refused(self, *statuses: int) -> Iterator[None]:
        """Let answers of these statuses pass within the block."""
        self.expected |= set(statuses)
        yield
        self.expected -= set(statuses)

    def check(self) -> None:
        """Fail if anything went wrong on any page so far."""
        assert not self.faults, "\n".join(self.faults)

    def _keep(self, fault: str) -> None:
        self.faults.append(f"{fault} (on {self.page.url})")

    def _heard(self, message: ConsoleMessage) -> None:
        is_fault = message.type in ("error", "warning")
        if message.text.startswith(LEFT_BY_READER):
            if self.faults and self.faults[-1].startswith(END_OF_REQUEST):
                self.faults.pop()
        elif is_fault and not message.text.startswith(TOLD_BY_STATUS):
            self._keep(f"Console: {message.text}")

    def _asked(self, url: str) -> None:
        if not url.startswith((f"{self.site.address}/", "data:", "blob:", "about:")):
            self._keep(f"Foreign host: {url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self._keep(f"Status {response.status}: {response.request.method} {response.url}")


@contextmanager
def visiting(
    site: Site,
    browser: Browser,
    who: str = "",
    *,
    scripts: bool = True,
    size: tuple[int, int] = WIDE,
    theme: str = "light",
) -> Iterator[Visitor]:
    """Give a browser window, signed in as ``who`` if named; check it when the block ends."""
    if who and who not in site.states:
        site.states[who] = _signed_in(site, browser, who)
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        java_script_enabled=scripts,
        storage_state=site.states[who] if who else None,
        reduced_motion="reduce",
    )
    try:
        visitor = Visitor(site, context, scripts=scripts)
        yield visitor
        visitor.check()
    finally:
        context.close()


def _signed_in(site: Site, browser: Browser, who: str) -> Any:
    context = browser.new_context()
    try:
        Visitor(site, context).sign_in(who)
        return context.storage_state()
    finally:
        context.close()


def address_of(who: str) -> str:
    """Return somebody's mail address: a role stands for the demo person who has it."""
    return who if "@" in who else f"{who}@{DOMAIN}"


def id_in(path: str) -> str:
    """Return the id in a record's address, as the database writes it."""
    found = re.search(r"/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/", path)
    assert found, path
    return found[1].replace("-", "")


def dashed(key: str) -> str:
    """Return an id from the database as addresses write it."""
    return str(UUID(key))
