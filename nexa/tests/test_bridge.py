"""The bridge between an ASGI server and a WSGI application, as both sides see it."""

import asyncio
import threading

import pytest

from crm.core.streams import STREAM
from nexa import bridge
from nexa.bridge import AT_ONCE, Bridge

SCOPE = {
    "type": "http",
    "method": "POST",
    "scheme": "http",
    "path": "/ü",
    "raw_path": b"/%C3%BC%3F?a=b",
    "query_string": b"a=b",
    "headers": [
        (b"host", b"crm.example"),
        (b"content-type", b"text/plain"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"x-tag", b"one"),
        (b"x-tag", b"two"),
        (b"x_tag", b"disguised"),
    ],
    "client": ("192.0.2.1", 1234),
    "server": ("crm.example", 8000),
}


def ask(application, *messages, scope=SCOPE, threads=2):
    """Send a request in pieces; give what is answered. The client stays until it is answered."""
    sent, at_end = [], []

    async def run():
        waiting = list(messages)

        async def receive():
            if not waiting:
                await asyncio.Event().wait()
            return waiting.pop(0)

        async def send(message):
            sent.append(message)

        served = Bridge(application, threads=threads, at_end=lambda: at_end.append(True))
        await asyncio.wait_for(served(scope, receive, send), 30)

    asyncio.run(run())
    return sent


def body(data=b"", more=False):
    return {"type": "http.request", "body": data, "more_body": more}


def whole(sent):
    return b"".join(message.get("body", b"") for message in sent[1:])


def test_a_request_is_told_as_wsgi_tells_it():
    seen = {}

    def application(environ, start_response):
        seen.update(environ)
        start_response("200 OK", [("X-One", "1"), ("Set-Cookie", "a"), ("Set-Cookie", "b")])
        return [b"good", b"bye"]

    sent = ask(application, body())

    assert sent[0]["status"] == 200
    assert sent[0]["headers"].count((b"set-cookie", b"a")) == 1
    assert whole(sent) == b"goodbye"
    assert (seen["PATH_INFO"], seen["QUERY_STRING"]) == ("/ü?".encode().decode("latin-1"), "a=b")
    assert (seen["REMOTE_ADDR"], seen["REQUEST_METHOD"]) == ("192.0.2.1", "POST")
    assert (seen["HTTP_COOKIE"], seen["HTTP_X_TAG"]) == ("a=1; b=2", "one,two")
    assert (seen["CONTENT_TYPE"], seen["HTTP_HOST"]) == ("text/plain", "crm.example")


def test_a_long_body_comes_in_pieces_and_a_long_answer_goes_in_pieces():
    piece = bytes(range(256)) * 1024

    def application(environ, start_response):
        start_response("200 OK", [])
        while part := environ["wsgi.input"].read(100_000):
            yield part

    sent = ask(application, *[body(piece, True)] * 7, body(piece))

    assert whole(sent) == piece * 8
    assert len(sent) > 8
    assert not sent[-1].get("more_body")


def test_a_file_goes_in_pieces_worth_sending(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * (3 * AT_ONCE))

    def application(environ, start_response):
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](path.open("rb"), 1)

    sent = ask(application, body())

    assert whole(sent) == path.read_bytes()
    assert len(sent) <= 6


def test_an_answer_to_head_has_no_body():
    def application(environ, start_response):
        start_response("200 OK", [("Content-Length", "4")])
        return [b"body"]

    sent = ask(application, body(), scope={**SCOPE, "method": "HEAD"})

    assert sent[0]["headers"] == [(b"content-length", b"4")]
    assert whole(sent) == b""


def test_what_goes_on_holds_no_thread():
    threads = []

    async def told():
        yield b"one"
        threads.append(threading.current_thread())
        yield b"two"

    def application(environ, start_response):
        start_response("200 OK", [("Content-Length", "0"), ("X-One", "1")])
        environ[STREAM].append(told())
        return [b""]

    sent = ask(application, body())

    assert sent[0]["headers"] == [(b"x-one", b"1")]
    assert whole(sent) == b"onetwo"
    assert threads == [threading.main_thread()]


def test_a_stream_ends_when_its_reader_goes():
    ended = []

    async def told():
        try:
            yield b"one"
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    def application(environ, start_response):
        start_response("200 OK", [])
        environ[STREAM].append(told())
        return [b""]

    ask(application, body(), {"type": "http.disconnect"})

    assert ended == [True]


def test_a_reader_who_takes_nothing_is_left(monkeypatch):
    monkeypatch.setattr(bridge, "SLOWEST_SECONDS", 0.01)
    ended = []

    async def told():
        try:
            while True:
                yield b"one"
        finally:
            ended.append(True)

    def application(environ, start_response):
        start_response("200 OK", [])
        environ[STREAM].append(told())
        return [b""]

    async def run():
        requests = [body()]

        async def receive():
            return requests.pop() if requests else await asyncio.Event().wait()

        async def send(message):
            if message["type"] == "http.response.body":
                await asyncio.Event().wait()

        served = Bridge(application, threads=1, at_end=list)
        await asyncio.wait_for(served(SCOPE, receive, send), 30)

    asyncio.run(run())

    assert ended == [True]


def test_who_goes_while_sending_a_body_is_asked_no_more():
    def application(environ, start_response):
        environ["wsgi.input"].read()
        raise AssertionError("never read to the end")

    with pytest.raises(ConnectionError):
        ask(application, body(b"x" * AT_ONCE, True), {"type": "http.disconnect"})


def test_requests_run_at_the_same_time():
    both = threading.Barrier(2, timeout=30)

    def application(environ, start_response):
        both.wait()
        start_response("204 No Content", [])
        return []

    async def receive():
        return body()

    async def send(message):
        pass

    async def run():
        served = Bridge(application, threads=2, at_end=list)
        await asyncio.gather(*(served(SCOPE, receive, send) for _ in range(2)))

    asyncio.run(run())
