"""Whole pieces of work without touching the mouse."""

import re

from playwright.sync_api import expect

from crm.tests.browsing import id_in

RECORD = re.compile(r"/[0-9a-f-]{36}/$")


def test_a_list_walked_through_and_a_record_opened(visit):
    with visit("rep") as rep:
        page = rep.page
        rep.open("/leads/?mine=true")
        titles = page.locator("table[data-rows] tbody a.row-title")
        expect(titles.nth(2)).to_be_visible()
        page.keyboard.press("j")
        expect(titles.nth(0)).to_be_focused()
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        expect(titles.nth(1)).to_be_focused()
        wanted = titles.nth(1).get_attribute("href")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{wanted}")


def test_the_palette_leads_anywhere(site, visit):
    name, key = site.rows(
        "SELECT account_name, id FROM accounts WHERE deleted_at IS NULL ORDER BY account_name"
    )[0]
    with visit("rep") as rep:
        page = rep.page
        rep.open("/")
        page.keyboard.press("/")
        box = page.locator("#palette input")
        expect(box).to_be_focused()
        page.keyboard.type(name)
        found = page.locator("#palette-found a", has_text=name).first
        expect(found).to_be_visible()
        while found.get_attribute("aria-selected") != "true":
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(RECORD)
        assert id_in(rep.path) == key

        page.keyboard.press("Control+k")
        expect(box).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#palette")).to_be_hidden()


def test_a_contact_typed_in_with_a_company_looked_up(site, visit):
    company = site.value("SELECT account_name FROM accounts WHERE deleted_at IS NULL LIMIT 1")
    with visit("rep") as rep:
        page = rep.page
        rep.open("/contacts/")
        page.keyboard.press("n")
        page.wait_for_url("**/contacts/new/")
        go_to(page, "first_name")
        page.keyboard.type("Ida")
        page.keyboard.press("Tab")
        page.keyboard.type("Tastenfeld")
        go_to(page, "account_id_text", "account_text")
        page.keyboard.type(company)
        expect(page.get_by_role("option", name=company).first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        go_to(page, "email")
        page.keyboard.type("ida.tastenfeld@example.com")
        page.keyboard.press("Enter")
        page.wait_for_url(RECORD)
        assert site.rows(
            "SELECT c.last_name, a.account_name FROM contacts c "
            "JOIN accounts a ON a.id = c.account_id WHERE c.id = ?",
            id_in(rep.path),
        ) == [("Tastenfeld", company)]


def test_a_deal_moved_on_the_board(site, visit):
    with visit("manager") as manager:
        page = manager.page
        manager.open("/board/")
        card = page.locator(".board-column[data-kind=open] [data-movable]").first
        deal, stage = card.get_attribute("data-id"), card.get_attribute("data-stage")
        columns = page.locator(".board-column[data-kind=open]").evaluate_all(
            "all => all.map((column) => column.dataset.stage)"
        )
        target = columns[columns.index(stage) + 1]
        card.locator(".board-title").focus()
        with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            page.keyboard.press("Shift+ArrowRight")
        assert answer.value.ok
        stored = "SELECT stage FROM deals WHERE id = ?"
        assert site.value(stored, deal.replace("-", "")) == target
        moved = page.locator(f"#card-{deal}")
        expect(moved.locator(".board-title")).to_be_focused()
        expect(page.locator(f".board-column[data-stage='{target}'] #card-{deal}")).to_have_count(1)


def go_to(page, *names):
    """Press Tab until a field has the keyboard."""
    for _ in range(60):
        if page.evaluate("document.activeElement.name") in names:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {names}")
