"""From the lead to the won deal: converted with a preview, dragged on the board, won."""

import re

from playwright.sync_api import expect

from crm.tests.browsing import dashed

MINE = (
    "SELECT id FROM leads WHERE deleted_at IS NULL AND company <> '' AND status = 'qualified' "
    "AND assigned_to = (SELECT id FROM users WHERE email = 'rep@nexa.example') LIMIT 1"
)


def test_a_lead_converted_with_a_preview(site, visit):
    lead = site.value(MINE)
    with visit() as rep:
        page = rep.page
        rep.sign_in("rep")
        rep.open(f"/leads/{dashed(lead)}/convert/")
        preview = page.locator("#preview")
        expect(preview).to_contain_text("New")
        name = page.locator("[name=deal_name]")
        name.fill("Fifty lamps, converted")
        name.press("Tab")
        expect(preview).to_contain_text("Fifty lamps, converted")
        assert site.value("SELECT status FROM leads WHERE id = ?", lead) == "qualified"

        page.get_by_role("button", name="Convert", exact=True).click()
        expect(page.get_by_role("button", name="Convert", exact=True)).to_have_count(0)
        status, contact, deal = site.rows(
            "SELECT status, converted_contact_id, converted_deal_id FROM leads WHERE id = ?", lead
        )[0]
        assert status == "converted"
        assert site.value("SELECT count(*) FROM contacts WHERE id = ?", contact) == 1
        assert (
            site.value("SELECT deal_name FROM deals WHERE id = ?", deal) == "Fifty lamps, converted"
        )


def test_a_deal_dragged_and_then_won(site, visit):
    with visit() as manager:
        page = manager.page
        manager.sign_in("manager")
        manager.open("/board/")
        worth = page.locator("strong.num", has_text=re.compile("[1-9]"))  # else winning asks for it
        card = page.locator(".board-column[data-kind=open] [data-movable]", has=worth).first
        deal, stage = card.get_attribute("data-id"), card.get_attribute("data-stage")
        key = deal.replace("-", "")
        open_columns = page.locator(".board-column[data-kind=open]")
        names = open_columns.evaluate_all("all => all.map((column) => column.dataset.stage)")
        target = names[names.index(stage) + 1]
        with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            card.drag_to(page.locator(f".board-column[data-stage='{target}'] [data-cards]"))
        assert answer.value.ok
        assert site.value("SELECT stage FROM deals WHERE id = ?", key) == target

        manager.open(f"/deals/{deal}/")
        page.get_by_role("link", name="Won").or_(
            page.get_by_role("button", name="Won")
        ).first.click()
        dialog = page.get_by_role("dialog").or_(page.locator("main"))
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            dialog.get_by_role("button", name="Won", exact=True).last.click()
        kind, closed = site.rows("SELECT stage_kind, close_date FROM deals WHERE id = ?", key)[0]
        assert kind == "won"
        assert closed is not None
