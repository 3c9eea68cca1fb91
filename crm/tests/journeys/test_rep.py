"""A sales rep's day, from the sign-in page to what is stored in the evening."""

import re

from playwright.sync_api import expect

from crm.tests.browsing import id_in

REP = "rep@nexa.example"


def test_a_new_lead_that_may_be_there_already(site, visit):
    first, last, email = site.rows(
        "SELECT first_name, last_name, email FROM leads WHERE deleted_at IS NULL AND email <> '' "
        "AND assigned_to = (SELECT id FROM users WHERE email = ?) LIMIT 1",
        REP,
    )[0]
    count = site.value("SELECT count(*) FROM leads")
    with visit() as rep:
        page = rep.page
        rep.sign_in("rep")
        page.get_by_role("link", name="Leads", exact=True).first.click()
        page.get_by_role("link", name="New lead").first.click()
        page.get_by_label("First name").fill(first)
        page.get_by_label("Last name").fill(last)
        page.get_by_label("Email").fill(email)
        page.get_by_label("Company").fill("Nordlicht Optik")
        with rep.refused(422):
            page.get_by_role("button", name="Add lead").click()
            twins = page.get_by_text("These look alike")
            expect(twins).to_be_visible()
        assert site.value("SELECT count(*) FROM leads") == count
        expect(page.get_by_label("Company")).to_have_value("Nordlicht Optik")

        page.get_by_role("button", name="Add it all the same").click()
        page.wait_for_url(re.compile(r"/leads/[0-9a-f-]{36}/"))
        assert site.rows(
            "SELECT l.email, l.company, u.email FROM leads l "
            "JOIN users u ON u.id = l.assigned_to WHERE l.id = ?",
            id_in(rep.path),
        ) == [(email, "Nordlicht Optik", REP)]
        assert site.value("SELECT count(*) FROM leads") == count + 1


def test_a_call_logged_and_a_field_changed_where_they_stand(site, visit):
    with visit() as rep:
        page = rep.page
        rep.sign_in("rep")
        rep.open("/leads/?mine=true&status=new")
        page.locator("table[data-rows] tbody a.row-title").first.click()
        page.wait_for_url(re.compile(r"/leads/[0-9a-f-]{36}/"))
        lead = id_in(rep.path)

        page.locator(".adder").get_by_role("link", name="Call").click()
        adder = page.locator("#adder")
        adder.get_by_label("Subject").fill("Asked about fifty lamps")
        adder.get_by_role("button", name="Save").click()
        expect(page.locator(".timeline")).to_contain_text("Asked about fifty lamps")
        assert site.rows(
            "SELECT c.related_to_type, c.related_to_id, u.email FROM calls c "
            "JOIN users u ON u.id = c.created_by WHERE c.subject = ?",
            "Asked about fifty lamps",
        ) == [("lead", lead, REP)]

        before = page.url
        page.locator("#fact-company").hover()
        page.locator("#fact-company").get_by_role("link", name="Edit Company").click()
        field = page.locator("#fact-company").get_by_role("textbox", name="Company")
        expect(field).to_be_focused()
        field.fill("Nordlicht Optik AG")
        field.press("Enter")
        expect(page.locator("#fact-company")).to_contain_text("Nordlicht Optik AG")
        assert page.url == before
        assert site.value("SELECT company FROM leads WHERE id = ?", lead) == "Nordlicht Optik AG"


def test_a_task_deleted_and_taken_back(site, visit):
    with visit() as rep:
        page = rep.page
        rep.sign_in("rep")
        rep.open("/tasks/new/")
        page.get_by_label("Title").fill("Send the offer for lamps")
        page.get_by_role("button", name="Add task").click()
        page.wait_for_url(re.compile(r"/tasks/[0-9a-f-]{36}/"))
        task = id_in(rep.path)

        page.get_by_role("button", name="Delete").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        page.wait_for_url("**/tasks/")
        deleted = "SELECT deleted_at IS NOT NULL FROM tasks WHERE id = ?"
        assert site.value(deleted, task) == 1

        page.get_by_role("button", name="Undo").click()
        page.wait_for_url(re.compile(r"/tasks/[0-9a-f-]{36}/"))
        expect(page.get_by_role("heading", level=1)).to_contain_text("Send the offer for lamps")
        assert site.value(deleted, task) == 0
