"""Pictures of every kind of page, wide and narrow, light and dark: ``make screenshots``.

``make screenshots PAGES="leads lead"`` takes those of some pages only.

The demo company is made anew, so that the pictures only change where the pages do, apart from
today's date.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from crm.tests import chromium
from crm.tests.browsing import NARROW, WIDE, Site, Visitor, demo_site, visiting

FOLDER = Path("docs/screenshots")
COLOURS = 128  # enough for flat surfaces; the files stay small
THEMES = ("light", "dark")
#: name: (who looks, address); ``{table}`` stands for the id of a record in it
PAGES = {
    "home": ("manager", "/"),
    "leads": ("rep", "/leads/"),
    "lead": ("rep", "/leads/{leads}/"),
    "lead-form": ("rep", "/leads/new/"),
    "lead-conversion": ("admin", "/leads/{leads}/convert/"),
    "board": ("manager", "/board/"),
    "deal": ("admin", "/deals/{deals}/"),
    "forecast": ("manager", "/forecast/"),
    "company": ("admin", "/accounts/{accounts}/"),
    "calendar": ("admin", "/calendar/"),
    "calendar-week": ("admin", "/calendar/?view=week"),
    "tasks": ("manager", "/tasks/"),
    "tickets": ("support", "/tickets/"),
    "ticket": ("support", "/tickets/{tickets}/"),
    "email-composer": ("admin", "/emails/new/"),
    "email": ("admin", "/emails/{emails}/"),
    "campaign": ("admin", "/campaigns/{campaigns}/"),
    "documents": ("admin", "/documents/"),
    "order-form": ("admin", "/orders/new/"),
    "order": ("admin", "/orders/{orders}/"),
    "invoice": ("admin", "/invoices/{invoices}/"),
    "reports": ("admin", "/reports/"),
    "revenue": ("admin", "/reports/revenue/"),
    "search": ("admin", "/search/?q=an"),
    "trash": ("admin", "/leads/trash/"),
    "app-records": ("rep", "/entities/Installation/"),
    "app-record": ("rep", "/entities/Installation/{declared_records}/"),
    "app-record-form": ("rep", "/entities/Installation/new/"),
    "profile": ("rep", "/me/"),
    "settings": ("admin", "/settings/"),
    "sign-in": ("", "/login/"),
    "staff-site": ("admin", "/admin/"),
}


def main(*names: str) -> None:
    """Make the pictures of some pages, or of all. Needs a Chromium (``make browser``)."""
    if unknown := set(names) - PAGES.keys():
        raise SystemExit(f"There are no pages {', '.join(sorted(unknown))}.")
    path = chromium.find()
    if not path:
        raise SystemExit(chromium.MISSING)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_site(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        for name in names or PAGES:
            who, address = PAGES[name]
            picture(site, browser, name, who, with_ids(site, address))
        browser.close()


def with_ids(site: Site, address: str) -> str:
    """Return an address with the latest record's id where it names a table."""
    _before, brace, rest = address.partition("{")
    if not brace:
        return address
    table = rest.partition("}")[0]
    key = site.value(
        f"SELECT id FROM {table} WHERE deleted_at IS NULL ORDER BY created_at DESC LIMIT 1"  # noqa: S608
    )
    return address.replace(
        f"{{{table}}}", f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"
    )


def picture(site: Site, browser: Browser, name: str, who: str, address: str) -> None:
    """Take one page at both widths in both themes."""
    for size in (WIDE, NARROW):
        for theme in THEMES:
            with visiting(site, browser, who, size=size, theme=theme) as visitor:
                visitor.open(address)
                visitor.page.wait_for_load_state("networkidle")
                store(visitor, FOLDER / f"{name}-{size[0]}-{theme}.png")


def store(visitor: Visitor, path: Path) -> None:
    """Write what the window shows, in few colours."""
    taken = Image.open(io.BytesIO(visitor.page.screenshot())).convert("RGB")
    taken.quantize(COLOURS).save(path, optimize=True)
