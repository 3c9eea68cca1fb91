"""The core of the day in a browser that runs no script."""

import re

from playwright.sync_api import expect

from crm.tests.browsing import id_in

RECORD = re.compile(r"/[0-9a-f-]{36}/$")
REP = "rep@nexa.example"


def test_a_lead_found_changed_and_called(site, visit):
    with visit(scripts=False) as rep:
        page = rep.page
        rep.sign_in("rep")
        rep.open("/leads/?mine=true&status=new")
        name = page.locator("table[data-rows] tbody a.row-title").first.inner_text()
        search = page.get_by_role("searchbox").first
        search.fill(name)
        search.press("Enter")
        page.wait_for_url("**search=*")
        page.locator("table[data-rows] tbody a.row-title", has_text=name).first.click()
        lead = id_in(rep.path)

        page.locator("#fact-company").get_by_role("link", name="Edit Company").click(force=True)
        page.get_by_role("textbox", name="Company").fill("Ohne Skript GmbH")
        page.get_by_role("button", name="Save").click()
        page.wait_for_url(RECORD)
        assert site.value("SELECT company FROM leads WHERE id = ?", lead) == "Ohne Skript GmbH"

        page.locator(".adder").get_by_role("link", name="Call").click()
        page.get_by_role("textbox", name="Subject").fill("Called without scripts")
        page.get_by_role("button", name="Save").click()
        page.wait_for_url(RECORD)
        expect(page.locator(".timeline")).to_contain_text("Called without scripts")
        assert site.rows(
            "SELECT related_to_type, related_to_id FROM calls WHERE subject = ?",
            "Called without scripts",
        ) == [("lead", lead)]


def test_a_contact_with_a_company_by_its_name(site, visit):
    company = site.value("SELECT account_name FROM accounts WHERE deleted_at IS NULL LIMIT 1")
    with visit("rep", scripts=False) as rep:
        page = rep.page
        rep.open("/contacts/new/")
        page.get_by_role("button", name="Add contact").click()
        expect(page.locator(".error-summary")).to_be_visible()
        wrong = page.locator("[aria-invalid=true]").first
        expect(wrong).to_be_focused()
        page.get_by_role("textbox", name="First name").fill("Otto")
        page.get_by_role("textbox", name="Last name").fill("Ohneskript")
        page.get_by_role("textbox", name="Email").fill("otto.ohneskript@example.com")
        page.get_by_role("combobox", name="Company").fill(company)
        page.get_by_role("button", name="Add contact").click()
        page.wait_for_url(RECORD)
        assert site.rows(
            "SELECT c.first_name, a.account_name, u.email FROM contacts c "
            "JOIN accounts a ON a.id = c.account_id JOIN users u ON u.id = c.assigned_to "
            "WHERE c.id = ?",
            id_in(rep.path),
        ) == [("Otto", company, REP)]


def test_a_task_deleted_and_taken_back(site, visit):
    with visit("rep", scripts=False) as rep:
        page = rep.page
        rep.open("/tasks/new/")
        page.get_by_role("textbox", name="Title").fill("Send it without scripts")
        page.get_by_role("button", name="Add task").click()
        page.wait_for_url(RECORD)
        task = id_in(rep.path)
        deleted = "SELECT deleted_at IS NOT NULL FROM tasks WHERE id = ?"
        page.get_by_role("button", name="Delete", exact=True).first.click()
        page.wait_for_url("**/tasks/")
        assert site.value(deleted, task) == 1
        page.get_by_role("button", name="Undo").click()
        page.wait_for_url(RECORD)
        assert site.value(deleted, task) == 0


def test_a_deal_moved_from_the_board(site, visit):
    with visit("manager", scripts=False) as manager:
        page = manager.page
        manager.open("/board/")
        card = page.locator(".board-column[data-kind=open] [data-movable]").last
        deal, stage = card.get_attribute("data-id"), card.get_attribute("data-stage")
        card.locator("[data-move-menu]").click(force=True)
        choice = page.get_by_role("combobox", name="Stage")
        target = next(name for name in options_of(choice) if name not in (stage, ""))
        choice.select_option(target)
        page.get_by_role("button", name="Move").click()
        page.wait_for_url("**/board/**")
        assert site.value("SELECT stage FROM deals WHERE id = ?", deal.replace("-", "")) == target


def options_of(choice):
    return [option.get_attribute("value") for option in choice.locator("option").all()]
