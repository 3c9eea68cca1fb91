"""One page of every kind, for each role: no barrier, no fault, no foreign host."""

import pytest
from playwright.sync_api import expect

from crm.tests.browsing import ROLES
from crm.tests.crawling import TWO_LOOKS, barriers_on, broad_kind, walk


def test_no_kind_of_page_has_a_barrier(visit):
    with visit("admin") as admin:
        barriers = []
        for _path in walk(admin, broad_kind):
            barriers += barriers_on(admin.page, TWO_LOOKS)
        assert not barriers, "\n".join(barriers)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_no_kind_of_page_goes_wrong_for(role, visit):
    with visit(role) as person:
        seen = list(walk(person, broad_kind))
        assert len(seen) > 10


def test_no_state_of_a_page_has_a_barrier(visit):
    with visit("rep") as rep:
        page, barriers = rep.page, []
        rep.open("/leads/")
        page.keyboard.press("/")
        expect(page.locator("#palette")).to_be_visible()
        page.keyboard.type("a")
        expect(page.locator("#palette-found a").first).to_be_visible()
        barriers += barriers_on(page, TWO_LOOKS)
        page.keyboard.press("Escape")
        page.locator("summary", has_text="Filter").click()
        barriers += barriers_on(page, TWO_LOOKS)
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        barriers += barriers_on(page, TWO_LOOKS)
        rep.open("/leads/new/")
        with rep.refused(422):
            page.get_by_role("button", name="Add lead").click()
            expect(page.locator(".error-summary")).to_be_visible()
        barriers += barriers_on(page, TWO_LOOKS)
        assert not barriers, "\n".join(barriers)


def test_the_door_and_what_is_not_there_have_no_barrier(visit):
    with visit() as stranger:
        stranger.open("/login/")
        barriers = barriers_on(stranger.page)
        with stranger.refused(404):
            stranger.open("/nowhere/")
        barriers += barriers_on(stranger.page)
        assert not barriers, "\n".join(barriers)


def test_the_staff_site_and_the_documents_call_nobody(visit):
    with visit("admin") as admin:
        for path in ("/admin/", "/admin/crm/lead/", "/api/docs/"):
            assert admin.open(path).ok
            admin.page.wait_for_load_state("networkidle")
