"""The JavaScript client on pages of another site in Chromium, against a running server."""

import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import jwt
import pytest
from playwright.sync_api import sync_playwright

from conftest import PASSWORD
from crm.tests import chromium

from . import node
from .conftest import JWT_SECRET

PATIENCE_MS = 15_000
REFRESH = "/api/v1/auth/refresh-token"
TOKEN_NAMES = ("auth_token", "token")
NO_LOCKS = "Object.defineProperty(navigator, 'locks', {value: undefined})"
CRUD = """async () => {
  const { Lead, ApiError } = client;
  const made = await Lead.create({first_name: "Ida", last_name: "Page", email: "page@example.com"});
  const changed = await Lead.update(made.id, {status: "contacted"});
  const found = await Lead.filter({email: "page@example.com", status: ["new", "contacted"]});
  const listed = await Lead.list("-created_at", 1, {last_name: "Page", status: undefined});
  const searched = await Lead.search("ida page");
  const deleted = await Lead.delete(made.id);
  const error = await Lead.create({first_name: "Ida"}).catch((error) => error);
  const ids = [changed, found[0], listed[0], searched[0]].map(({id}) => id);
  return {
    same: ids.every((id) => id === made.id), status: changed.status, deleted: deleted.success,
    total: listed.pagination.total, left: (await Lead.filter({email: "page@example.com"})).length,
    isApiError: error instanceof ApiError, code: error.code, requestId: error.requestId,
    errors: Object.keys(error.errors).sort(),
  };
}"""
UPLOAD = """async () => {
  const text = "Lamps for the shop.\\n".repeat(50000);
  const seen = [];
  const sent = new File([text], "lamps.txt", {type: "text/plain"});
  const file = await client.FileAPI.upload(sent, "offers", (progress) => seen.push(progress));
  return {name: file.file_name, size: file.data.file_size, length: text.length, last: seen.at(-1)};
}"""
MANY_LISTS = """async () => {
  const lists = await Promise.all(Array.from({length: 10}, () => client.Lead.list("", 1)));
  return lists.length;
}"""

STREAM_STATUS = """async () => {
  const api = new URLSearchParams(location.search).get("api");
  const headers = {Authorization: `Bearer ${client.AuthAPI.getToken()}`};
  const ends = new AbortController();
  const options = {headers, signal: ends.signal};
  const {status} = await fetch(`${api}/api/v1/events?entities=leads`, options);
  ends.abort();
  return status;
}"""
LISTEN = """(kind) => {
  (window.heard ??= {})[kind] = [];
  window.faults ??= [];
  client[kind].subscribe((message) => heard[kind].push(message), {
    onError: (error) => faults.push(`${error.status} ${error.message} ${error.cause ?? ""}`),
  });
}"""
MAKE = """(kind) => client[kind].create({
  first_name: "Ida", last_name: "Heard", email: `heard-${Date.now()}@example.com`,
})"""


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, format, *args):
        pass


@pytest.fixture(scope="module")
def site():
    """The client's folder as a site of its own."""
    handler = partial(Quiet, directory=str(node.CLIENT))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        Thread(target=served.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{served.server_port}"
        served.shutdown()


class Tabs:
    """The tabs of one browser, and what they asked the server for."""

    def __init__(self, context, address):
        self.context, self.address = context, address
        self.asked = []
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", lambda request: self.asked.append(urlsplit(request.url).path))

    def open(self):
        """Open a tab with the client in it."""
        page = self.context.new_page()
        page.goto(self.address)
        page.wait_for_function("document.title === 'Ready'")
        return page

    def sign_in(self, email="ann@example.com"):
        """Open a tab and sign in there."""
        page = self.open()
        who = {"email": email, "password": PASSWORD}
        page.evaluate("(who) => client.AuthAPI.login(who)", who)
        return page

    def count(self, path):
        return self.asked.count(path)


@pytest.fixture
def tabs(address, site):
    path = chromium.find()
    if not path and chromium.is_demanded():
        pytest.fail(chromium.MISSING)
    if not path:
        pytest.skip(chromium.MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        yield Tabs(browser.new_context(), f"{site}/tests/page.html?api={address}")
        browser.close()


def let_token_run_out(page):
    """Put an access token of the same session into the storage that has run out."""
    present = page.evaluate("localStorage.getItem('token')")
    claims = jwt.decode(present, options={"verify_signature": False})
    past = int(time.time()) - 3600
    old = jwt.encode({**claims, "iat": past - 3600, "exp": past}, JWT_SECRET, "HS256")
    for name in TOKEN_NAMES:
        page.evaluate("([name, old]) => localStorage.setItem(name, old)", [name, old])
    return old


def test_a_page_signs_in_works_and_signs_out(tabs):
    page = tabs.sign_in("max@example.com")
    kept = [page.evaluate("(name) => localStorage.getItem(name)", name) for name in TOKEN_NAMES]
    assert kept[0] == kept[1]
    assert page.evaluate("async () => (await client.User.me()).email") == "max@example.com"

    done = page.evaluate(CRUD)
    assert done.pop("requestId")
    assert done == {
        "same": True,
        "status": "contacted",
        "deleted": True,
        "total": 1,
        "left": 0,
        "isApiError": True,
        "code": "invalid",
        "errors": ["email", "last_name"],
    }

    page.evaluate("() => client.AuthAPI.logout()")
    assert page.evaluate("localStorage.length") == 0
    refused = "() => client.Lead.list().catch((error) => [error.status, error.code])"
    assert page.evaluate(refused) == [401, "not_authenticated"]
    assert not any("undefined" in path for path in tabs.asked)


def test_another_tab_is_signed_in_and_out_as_well(tabs):
    first = tabs.sign_in()
    second = tabs.open()
    assert second.evaluate("async () => (await client.User.me()).email") == "ann@example.com"
    second.evaluate("() => client.User.logout()")
    assert first.evaluate("() => client.AuthAPI.isAuthenticated()") is False


@pytest.mark.parametrize("preparation", ["", NO_LOCKS], ids=["with locks", "without locks"])
def test_tabs_share_one_refresh(tabs, preparation):
    tabs.context.add_init_script(preparation)
    first, second = tabs.sign_in(), tabs.open()
    old = let_token_run_out(first)
    for page in (first, second):
        page.evaluate(f"() => {{ window.outcome = ({MANY_LISTS})(); }}")
    assert [page.evaluate("() => window.outcome") for page in (first, second)] == [10, 10]
    assert tabs.count(REFRESH) == 1
    assert first.evaluate("localStorage.getItem('token')") != old


def test_an_upload_tells_how_far_it_got(tabs):
    page = tabs.sign_in()
    let_token_run_out(page)
    done = page.evaluate(UPLOAD)
    assert (done["name"], done["size"]) == ("lamps.txt", done["length"])
    assert done["last"]["percent"] == 100
    assert done["last"]["loaded"] == done["last"]["total"] >= done["length"]
    assert tabs.count(REFRESH) == 1


def test_a_site_of_its_own_may_be_relative(tabs, site):
    page = tabs.open()
    page.evaluate("() => client.configure({baseUrl: '/api/v1/'})")
    with page.expect_request(f"{site}/api/v1/leads?**") as asked:
        refused = "() => client.Lead.list('name', 5).catch((error) => [error.status, error.code])"
        assert page.evaluate(refused) == [404, "error"]
    assert asked.value.url == f"{site}/api/v1/leads?sort=name&limit=5&page=1"


def test_a_page_hears_of_changes_over_a_stream_that_changes(tabs):
    page = tabs.sign_in("max@example.com")
    status = page.evaluate(STREAM_STATUS)
    if status in (404, 503):
        pytest.skip(f"This server has no stream of changes: {status}")
    assert status == 200
    page.evaluate(LISTEN, "Lead")
    hear_of_new(page, "Lead")
    # The stream is opened anew and taken up where it was, which another origin has to be allowed.
    page.evaluate(LISTEN, "Contact")
    hear_of_new(page, "Contact")


def hear_of_new(page, kind):
    """Make records until the page hears of one: nothing tells when a stream stands."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not page.evaluate("(kind) => heard[kind].length", kind):
        assert time.monotonic() < deadline, page.evaluate("() => faults")
        page.evaluate(MAKE, kind)
        page.wait_for_timeout(300)
    first = page.evaluate("(kind) => heard[kind][0]", kind)
    assert first["type"] == "create"
    assert first["id"] == first["data"]["id"]
    assert first["data"]["last_name"] == "Heard"
