"""The pages of every entity, as the tests ask about them."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from uuid_utils.compat import uuid7

from crm.pages import pages as PAGES
from crm.tests.entities import CASES
from crm.tests.markup import Markup

PAGES_IDS = [pages.kind for pages in PAGES]
CASE_OF = {case.name: case for case in CASES}
BACKEND = "accounts.backends.RoleBackend"
#: what every entity has, whatever else it has
GENERIC = ("list", "new", "trash", "export", "detail", "edit", "field", "add", "delete", "restore")
SENTINEL = "<script>alert('x')</script>\"'&"


def signed_in(person: Any, **options: Any) -> Client:
    """Return a browser without a window in which somebody is signed in."""
    client = Client(**options)
    client.force_login(person, backend=BACKEND)
    return client


def addresses_of(pages: Any, pk: Any = None) -> dict[str, str]:
    """Return the addresses of an entity's pages by name; ``pk`` stands in for the record."""
    return {
        pattern.name.removeprefix(f"{pages.kind}-"): reverse(
            pattern.name, kwargs=_arguments(pattern, pages, pk or uuid7())
        )
        for pattern in pages.urls()
        if set(pattern.pattern.converters) <= {"pk", "name", "kind"}
    }


def _arguments(pattern: URLPattern, pages: Any, pk: Any) -> dict[str, Any]:
    given = {"pk": pk, "name": CASE_OF[pages.kind].text_field, "kind": "task"}
    return {name: given[name] for name in pattern.pattern.converters}


def read(client: Client, address: str, status: int = 200) -> Markup:
    """Open a page and read it."""
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return Markup(content_of(answer))


def content_of(answer: Any) -> bytes:
    """Return all that was answered, also where it came in pieces."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def costs(client: Client, addresses: Iterable[str]) -> dict[str, int]:
    """Return how many queries each page makes, by its address."""
    found = {}
    for address in addresses:
        with CaptureQueriesContext(connection) as captured:
            read(client, address)
        found[address] = len(captured)
    return found
