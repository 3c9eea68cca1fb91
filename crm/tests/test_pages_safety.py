"""Pages are safe to open, refuse what no page of ours sent, and show text as text."""

import pytest

from crm.core.fields import LineField, ProseField
from crm.tests.pages import (
    CASE_OF,
    PAGES,
    PAGES_IDS,
    SENTINEL,
    addresses_of,
    content_of,
    signed_in,
)
from crm.tests.refusals import nothing_stored

pytestmark = pytest.mark.django_db
all_pages = pytest.mark.parametrize("pages", PAGES, ids=PAGES_IDS)


@all_pages
def test_what_no_page_of_ours_sent_is_refused(pages, max):
    client = signed_in(max, enforce_csrf_checks=True)
    addresses = addresses_of(pages, CASE_OF[pages.kind].make().pk)
    with nothing_stored():
        for name, address in addresses.items():
            assert client.post(address, {"again": "1"}).status_code == 403, name


@all_pages
def test_opening_a_page_changes_nothing(pages, max):
    client = signed_in(max)
    addresses = addresses_of(pages, CASE_OF[pages.kind].make().pk)
    with nothing_stored():
        for address in addresses.values():
            for method in (client.get, client.head):
                content_of(method(address))


@all_pages
def test_what_people_write_is_shown_as_text(pages, max):
    case, client = CASE_OF[pages.kind], signed_in(max)
    record = case.make(**texts(case.model))
    record.notes = record.description = "changed"
    addresses = addresses_of(pages, record.pk)
    opened = [addresses["list"], addresses["detail"], addresses["edit"], addresses["delete"]]
    opened += [f"{addresses['detail']}?tab={tab}" for tab in ("details", "history")]
    opened += ["/search/?q=script", "/search/palette/?q=script"]
    columns = "&".join(f"columns={name}" for name in pages.entity.columns)
    opened += [f"{addresses['list']}?{columns}&search=script&external_id={SENTINEL[:8]}"]
    shown = 0
    for address in opened:
        page = content_of(client.get(address)).decode()
        assert SENTINEL not in page, address
        assert "<script>alert" not in page, address
        shown += "&lt;script&gt;alert" in page
    assert shown >= 3


def texts(model):
    """Return what somebody writes who means harm, for every field that takes any text."""
    return {
        field.name: SENTINEL
        for field in model._meta.concrete_fields
        if isinstance(field, LineField | ProseField) and (field.max_length or 200) >= 60
    }
