"""A support agent's day: somebody has a problem."""

import re

from playwright.sync_api import expect

from crm.tests.browsing import dashed, id_in


def test_a_ticket_taken_on_the_phone(site, visit):
    with visit() as support:
        page = support.page
        support.sign_in("support")
        page.get_by_role("link", name="Tickets", exact=True).first.click()
        page.get_by_role("link", name="New ticket").first.click()
        page.get_by_role("textbox", name="Subject").fill("The lamps stay dark")
        page.get_by_role("textbox", name="Description").fill("All fifty, since this morning.")
        page.get_by_role("combobox", name="Priority").select_option("high")
        page.get_by_role("button", name="Add ticket").click()
        page.wait_for_url(re.compile(r"/tickets/[0-9a-f-]{36}/"))
        ticket = id_in(support.path)
        number, status, due = site.rows(
            "SELECT ticket_number, status, first_response_due FROM tickets WHERE id = ?", ticket
        )[0]
        assert number.startswith("T")
        assert status == "open"
        assert due is not None

        page.get_by_role("link", name="Edit", exact=True).click()
        page.get_by_role("combobox", name="Priority").select_option("urgent")
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_url(re.compile(r"/tickets/[0-9a-f-]{36}/$"))
        assert site.value("SELECT priority FROM tickets WHERE id = ?", ticket) == "urgent"

        page.get_by_role("link", name="History", exact=True).click()
        expect(page.locator("#tab")).to_contain_text("Priority")


def test_a_ticket_answered_noted_and_resolved(site, visit):
    ticket = site.value(
        "SELECT id FROM tickets WHERE deleted_at IS NULL AND status = 'open' "
        "AND first_responded_at IS NULL LIMIT 1"
    )
    replies = "SELECT body, internal FROM ticket_comments WHERE ticket_id = ? AND body LIKE ?"
    with visit() as support:
        page = support.page
        support.sign_in("support")
        support.open(f"/tickets/{dashed(ticket)}/")
        page.get_by_role("radio", name="Internal note").check()
        page.get_by_role("textbox", name="Reply").fill("Fuse of hall 2, as last year.")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_text("Fuse of hall 2, as last year.")).to_be_visible()
        assert site.rows(replies, ticket, "Fuse%") == [("Fuse of hall 2, as last year.", 1)]
        assert site.value("SELECT first_responded_at FROM tickets WHERE id = ?", ticket) is None

        page.get_by_role("textbox", name="Reply").fill("The fuse is changed.")
        page.get_by_role("button", name="Send and resolve").click()
        expect(page.locator("h1")).to_contain_text("Resolved")
        status, resolved = site.rows(
            "SELECT status, resolved_date FROM tickets WHERE id = ?", ticket
        )[0]
        assert status == "resolved"
        assert resolved is not None
        assert site.rows(replies, ticket, "The fuse%") == [("The fuse is changed.", 0)]


def test_support_sees_no_deals_and_is_told_so(visit):
    with visit() as support:
        support.sign_in("support")
        menu = support.page.locator("nav").first
        expect(menu.get_by_role("link", name="Tickets", exact=True)).to_have_count(1)
        expect(support.page.get_by_role("link", name="Deals", exact=True)).to_have_count(0)
        with support.refused(403):
            assert support.open("/deals/").status == 403
        expect(support.page.get_by_role("heading", level=1)).to_be_visible()
