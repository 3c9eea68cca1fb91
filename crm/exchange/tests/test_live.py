"""A live app is read over its own wire, page by page."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command

from crm.exchange.migration import live
from crm.exchange.sources import BadSource
from crm.exchange.tests import exports
from crm.exchange.tests.exports import small_app
from crm.exchange.tests.importing import APP, table
from crm.sales.models import Deal, Lead

pytestmark = pytest.mark.django_db
TOKEN = "owner-token"


class App(BaseHTTPRequestHandler):
    """As much of Base44's API as a migration asks for; pages of two, whatever was asked."""

    data = small_app()
    refuse: tuple[int, ...] = ()

    def do_GET(self):
        self.server.asked.append(self.path)
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        _, api, apps, app_id, entities, entity, version, verb = parts.path.split("/")
        assert (api, apps, entities, version, verb) == ("api", "apps", "entities", "v2", "list")
        if self.headers["Authorization"] != f"Bearer {TOKEN}" or app_id != APP:
            return self.answer(401, {"message": "no"})
        if self.server.failures:
            return self.answer(self.server.failures.pop(), {"message": "later"})
        if entity not in self.data or entity == "Workflow":
            return self.answer(404, {"message": "no such entity"})
        start = int(query.get("cursor", 0))
        rows = self.data[entity][start : start + 2]
        more = start + 2 < len(self.data[entity])
        page = {"items": rows, "next_cursor": str(start + 2) if more else None, "has_more": more}
        return self.answer(200, page)

    def answer(self, status, body):
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args):
        pass


@contextmanager
def served(*failures):
    server = ThreadingHTTPServer(("127.0.0.1", 0), App)
    server.asked, server.failures = [], list(failures)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def import_live(url, tmp_path, **options):
    report = tmp_path / "report.json"
    given = {"app_id": APP, "token": TOKEN, "report": report, **options}
    call_command("import_base44", url=url, **given)
    return json.loads(report.read_text())


def test_everything_is_read_and_a_second_time_nothing_changes(tmp_path):
    with served(429, 503) as (server, url):
        report = import_live(url, tmp_path)
        again = import_live(url, tmp_path)
    assert report["clean"]
    assert table(report, "Deal")["created"] == 4
    assert Deal.objects.count() == 4
    assert Lead.objects.get(external_id=exports.legacy(exports.LEADS, 1)).lead_score == 80
    assert {"file": "Workflow", "reason": "The app has no such entity."} in report["not_imported"]
    assert any("cursor=2" in path for path in server.asked)
    for told in again["tables"]:
        assert told["unchanged"] == told["read"], told


@pytest.mark.parametrize("status", [400, 302, 403])
def test_an_app_that_refuses_stops_it_before_anything_is_stored(tmp_path, status):
    with served(status) as (_, url), pytest.raises(CommandError, match=f"HTTP {status}"):
        import_live(url, tmp_path)
    assert not Lead.objects.exists()


def test_a_wrong_token_is_told(tmp_path):
    with served() as (_, url), pytest.raises(CommandError, match="HTTP 401"):
        import_live(url, tmp_path, token="another")


@pytest.mark.parametrize("url", ["http://example.com", "ftp://example.com", "example.com"])
def test_a_token_never_goes_over_an_open_wire(url):
    with pytest.raises(BadSource, match="https"), live.app(url, TOKEN, APP):
        pass
