"""Walking through the pages by their links, as somebody who wants to see everything would."""

from collections import deque
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import Resolver404, resolve, reverse
from playwright.sync_api import APIResponse, Page

from accounts.pageurls import urlpatterns as OF_ACCOUNTS
from crm.core.pages.registry import pages_by_kind
from crm.pages import urlpatterns as OF_CRM
from crm.tests.browsing import NARROW, SIZES, WIDE, Visitor
from crm.tests.pages import GENERIC

#: pages that end the walk
LEAVING = {"sign-in", "sign-out"}
#: whether a change of theme is through; pages without scripts have theirs at once
IS_IN_THEME = """theme => [undefined, theme].includes(document.documentElement.dataset.bsTheme)
  && !document.getAnimations().some((animation) => animation.playState === "running")"""
#: mails are shown in frames in which no script runs, axe neither
AXE = {"resultTypes": ["violations"], "iframes": False}
Look = tuple[tuple[int, int], str]
ALL_LOOKS: tuple[Look, ...] = tuple((size, theme) for theme in ("light", "dark") for size in SIZES)
#: both widths and both themes, each once
TWO_LOOKS: tuple[Look, ...] = ((WIDE, "light"), (NARROW, "dark"))
#: a parameter whose values are pages of their own, whatever else the address asks for
TELLING = ("tab",)
TEMPLATES = settings.BASE_DIR / "templates" / "crm"
TEMPLATE_OF = {"new": "form", "edit": "form"}
LINKS = "links => links.map((link) => link.getAttribute('href'))"


def exact_kind(path: str) -> str:
    """Return which page an address is of, with the names of what it asks for."""
    parts = urlsplit(path)
    name = resolve(parts.path).url_name or ""
    asked = parse_qsl(parts.query, keep_blank_values=True)
    told = sorted(f"{key}={value}" if key in TELLING else key for key, value in asked)
    return " ".join([name, *told])


def broad_kind(path: str) -> str:
    """Return the same for all entities that share a page, and whatever the address asks for."""
    parts = urlsplit(path)
    name = resolve(parts.path).url_name or ""
    kind, _sep, page = name.partition("-")
    tab = dict(parse_qsl(parts.query)).get("tab", "")
    if tab not in ("", "timeline", "details", "history"):
        tab = "related"
    template = TEMPLATES / f"{kind}_{TEMPLATE_OF.get(page, page)}.html"
    is_shared = kind in pages_by_kind() and page in GENERIC and not template.exists()
    return f"{page} {tab}" if is_shared else name


def starts() -> list[str]:
    """Return every page that can be opened by its address alone."""
    found = []
    for pattern in (*OF_ACCOUNTS, *OF_CRM):
        if not pattern.pattern.converters and pattern.name not in LEAVING:
            found.append(reverse(pattern.name))
    return found


def walk(visitor: Visitor, kind_of: Callable[[str], str] = exact_kind) -> Iterator[str]:
    """Open one page of each kind that links lead to; give its address while it stands."""
    seen: set[str] = set()
    waiting: deque[str] = deque(["/"])
    unlinked = starts()
    while waiting or unlinked:
        is_linked = bool(waiting)
        path = waiting.popleft() if is_linked else unlinked.pop()
        kind = kind_of(path)
        if kind in seen:
            continue
        seen.add(kind)
        answer = visitor.context.request.get(f"{visitor.site.address}{path}")
        # What no link leads to may be closed to this role, or not be a page to read at all.
        assert answer.ok or not is_linked, f"{answer.status}: {path}"
        if answer.ok and is_page(answer):
            visitor.open(path)
            yield path
            waiting.extend(links_of(visitor.page))


def is_page(answer: APIResponse) -> bool:
    """Whether an answer is a page, not a file, a mail in its frame or a part for scripts."""
    headers = answer.headers
    is_html = headers.get("content-type", "").startswith("text/html")
    is_framed = "sandbox" in headers.get("content-security-policy", "")
    return is_html and not is_framed and answer.text().lstrip()[:9].lower() == "<!doctype"


def links_of(page: Page) -> list[str]:
    """Return where a page leads to on the site, as addresses without the host."""
    base, found = urlsplit(page.url), []
    for link in page.eval_on_selector_all("a[href]:not([download])", LINKS):
        parts = urlsplit(urljoin(page.url, link))
        if parts.netloc != base.netloc or parts.scheme != base.scheme:
            continue
        try:
            match = resolve(parts.path)
        except Resolver404:
            continue
        if match.url_name and match.url_name not in LEAVING and not match.namespaces:
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def barriers_on(page: Page, looks: tuple[Look, ...] = ALL_LOOKS) -> list[str]:
    """Return what axe finds on a page as it stands, in each of some looks."""
    found = []
    for (width, height), theme in looks:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.wait_for_function(IS_IN_THEME, arg=theme)
        found += [f"{told} ({page.url}, {width}, {theme})" for told in _axe(page)]
    return found


def _axe(page: Page) -> list[str]:
    return [
        f"{rule['id']}: {node['html'][:200]} {[check['message'] for check in node['any']]}"
        for rule in Axe().run(page, options=AXE).response["violations"]
        for node in rule["nodes"]
    ]
