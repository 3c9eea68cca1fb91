"""What every refusal must be: told clearly to the caller, and without a trace in the store."""

import json
import re
from contextlib import contextmanager

from accounts.models import Invitation, Session
from crm.core.models import Event
from crm.tests.entities import CASES

#: what only programmers should see: markup, tracebacks, SQL, names and values as Python has them
UNREADABLE = re.compile(
    r"</|<!|<(?:html|body|pre|div|p)\b|Traceback|File \"|\b(?:SELECT|INSERT|UPDATE) |object at 0x"
    r"|[a-z](?:Error|Exception)\b|\b(?:None|True|False|UUID|Decimal|datetime|codec|sys|decode)\b"
    r"|[\[{]'|\\[ux][0-9a-f]|[a-z_]\("
)
SENTENCE = re.compile(r"[^ ].*[.)…]", re.DOTALL)
TABLES = [*(case.model for case in CASES), Event, Session, Invitation]


def everything():
    """Return all rows that there are, the recycle bin included."""
    return {
        model: list(getattr(model, "all_objects", model.objects).order_by("pk").values())
        for model in TABLES
    }


@contextmanager
def nothing_stored():
    """Check that the store is the same afterwards."""
    before = everything()
    yield
    assert everything() == before


@contextmanager
def about(*what):
    """Say of a failure which of many cases it was."""
    try:
        yield
    except AssertionError as failure:
        failure.add_note(", ".join(ascii(part)[:200] for part in what))
        raise


def send(client, method, url, body=None, **headers):
    """Send a body, as JSON unless it is bytes; an error of ours becomes an answer with 500."""
    client.raise_request_exception = False
    options = {"content_type": "application/json", **headers}
    if body is None:
        return client.generic(method, url, **headers)
    data = body if isinstance(body, bytes) else json.dumps(body)
    return client.generic(method, url, data, **options)


def refused(response, status, code, name=None):
    """Check a refusal against the contract; ``name`` is all that ``errors`` may name."""
    assert response.status_code == status, response.content[:1000]
    assert response["Content-Type"] == "application/json"
    body = response.json()
    names = {"success", "message", "code", "request_id"}
    assert set(body) == (names | {"errors"} if status == 400 else names)
    assert body["success"] is False
    assert body["code"] == code
    assert body["request_id"] == response["X-Request-ID"]
    readable(body["message"])
    for field, messages in body.get("errors", {}).items():
        assert field
        assert messages
        for message in messages:
            readable(message)
    if status == 400:
        assert name in body["errors"], body
        assert len(body["errors"]) == 1, body
        if name != "body":
            assert body["message"].startswith(f"{name}: "), body
    assert ("WWW-Authenticate" in response) is (status == 401)
    assert ("Allow" in response) >= (status == 405)


def readable(message):
    """Check that a message is a sentence for people."""
    assert message.isprintable(), message
    assert SENTENCE.fullmatch(message), message
    assert not UNREADABLE.search(message), message
