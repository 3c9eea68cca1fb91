"""A live Base44 app on loopback, with as much of its API as a migration asks for."""

import json
import socket
import struct
import sys
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from urllib.parse import parse_qs, urlsplit

from django.core.management import CommandError, call_command

from crm.exchange.tests.exports import small_app
from crm.exchange.tests.importing import APP

TOKEN = "owner-token"


class App(BaseHTTPRequestHandler):
    """Pages of two records, whatever was asked, and files."""

    def do_GET(self):
        self.server.asked.append(self.path)
        parts = urlsplit(self.path)
        if parts.path.startswith("/files/"):
            return self.file(parts.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        _, api, apps, app_id, entities, entity, version, verb = parts.path.split("/")
        assert (api, apps, entities, version, verb) == ("api", "apps", "entities", "v2", "list")
        if self.headers["Authorization"] != f"Bearer {TOKEN}" or app_id != APP:
            return self.answer(401, {"message": "no"})
        if self.server.failures:
            return self.answer(self.server.failures.pop(), {"message": "later"})
        if entity not in self.server.data or entity == "Workflow":
            return self.answer(404, {"message": "no such entity"})
        if callable(self.server.data[entity]):
            return self.server.data[entity](self)
        start = int(query.get("cursor", 0))
        rows = self.server.data[entity][start : start + 2]
        more = start + 2 < len(self.server.data[entity])
        page = {"items": rows, "next_cursor": str(start + 2) if more else None, "has_more": more}
        return self.answer(200, page)

    def file(self, path):
        """Answer one of ``server.files``: bytes, or what answers in place of them."""
        self.server.tokens.add(self.headers["Authorization"])
        found = self.server.files.get(path)
        if callable(found):
            return found(self)
        if found is None:
            return self.answer(404, {"message": "no such file"})
        self.send_response(200)
        self.send_header("Content-Length", str(len(found)))
        self.end_headers()
        self.wfile.write(found)
        return None

    def answer(self, status, body, location="http://127.0.0.1:1/elsewhere"):
        self.send_response(status)
        if status == 302:
            self.send_header("Location", location)
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    """Says nothing of connections that break."""

    def handle_error(self, *args):
        if not isinstance(sys.exception(), OSError):
            super().handle_error(*args)


def leads_to(address):
    """Return what answers with another address in place of a file."""
    return lambda app: app.answer(302, {}, address)


def says(body, status=200, **headers):
    """Return what answers with these bytes."""

    def answer(app):
        app.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            app.send_header(name.replace("_", "-"), value)
        app.end_headers()
        app.wfile.write(body)

    return answer


def page(*records, **more):
    """Return what answers with a page of records."""
    return says(json.dumps({"items": records, "has_more": False, **more}).encode())


def in_turn(*answers):
    """Return what answers in another way each time, and in the last one from then on."""
    waiting = list(answers)
    return lambda app: (waiting.pop(0) if len(waiting) > 1 else waiting[0])(app)


def hangs_up(app):
    """Close the connection without a word."""
    app.connection.shutdown(socket.SHUT_RDWR)


def resets(app):
    """Break the connection in the midst of a file."""
    app.send_response(200)
    app.send_header("Content-Length", "1000000")
    app.end_headers()
    app.wfile.write(b"x" * 100)
    at_once = struct.pack("ii", 1, 0)
    app.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    app.rfile.close()
    app.connection.close()


def babbles(app):
    """Answer what is no HTTP, but does something to a terminal."""
    app.wfile.write(b"\x1b[2J\x9b31m owned\r\n\r\n")


def drips(app):
    """Send a file byte by byte, for as long as somebody listens."""
    app.send_response(200)
    app.send_header("Content-Length", "1000000")
    app.end_headers()
    with suppress(OSError):
        while not app.server.over.wait(0.05):
            app.wfile.write(b"x")


def drips_headers(app):
    """Send the lines before a file one by one, and never the file."""
    app.send_response(200)
    with suppress(OSError):
        while not app.server.over.wait(0.05):
            app.wfile.write(b"X: " + b"x" * 9)


def breaks_off(app):
    """Promise more of a file than comes."""
    app.send_response(200)
    app.send_header("Content-Length", "1000")
    app.end_headers()
    app.wfile.write(b"Fifty")


def never_ends(app):
    """Send a file until nobody listens any more."""
    app.send_response(200)
    app.end_headers()
    with suppress(OSError):
        while True:
            app.wfile.write(b"x" * 65536)
            app.server.sent += 65536


@contextmanager
def served(*failures, data=None, files=None, tls=None):
    """Give a server and its address; ``failures`` are answered first, from the last."""
    server = Server(("127.0.0.1", 0), App)
    if tls:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    server.data, server.files = data or small_app(), files or {}
    server.over = threading.Event()
    server.asked, server.failures, server.tokens, server.sent = [], list(failures), set(), 0
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server, f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def import_live(url, tmp_path, **options):
    """Run the command; return its report. Refused rows are in it, and raise nothing."""
    report = tmp_path / "report.json"
    report.unlink(missing_ok=True)
    given = {"app_id": APP, "token": TOKEN, "report": report, "stdout": StringIO(), **options}
    try:
        call_command("import_base44", url=url, **given)
    except CommandError:
        if not report.stat().st_size:  # it was not even begun
            raise
    return json.loads(report.read_text())
