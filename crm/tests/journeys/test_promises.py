"""What forms promise to somebody who clicks twice, goes back, is signed out or is not alone."""

import re

import pytest
from playwright.sync_api import expect

from crm.tests.browsing import id_in

RECORD = re.compile(r"/[0-9a-f-]{36}/$")
COUNT = "SELECT count(*) FROM tasks WHERE title = ?"


def test_two_clicks_and_reloading_make_one_record(site, visit):
    title = "Clicked twice"
    with visit("rep") as rep:
        page = rep.page
        rep.open("/tasks/new/")
        page.get_by_role("textbox", name="Title").fill(title)
        page.get_by_role("button", name="Add task").dblclick()
        page.wait_for_url(RECORD)
        page.reload()
        assert site.value(COUNT, title) == 1


def test_going_back_and_forth_sends_nothing(site, visit):
    title = "Sent once"
    with visit("rep") as rep:
        page = rep.page
        rep.open("/tasks/")
        rep.open("/tasks/new/")
        page.get_by_role("textbox", name="Title").fill(title)
        page.get_by_role("button", name="Add task").click()
        page.wait_for_url(RECORD)
        page.go_back()
        expect(page.get_by_role("button", name="Add task")).to_be_visible()
        page.go_forward()
        page.wait_for_url(RECORD)
        assert site.value(COUNT, title) == 1


def test_an_error_keeps_what_was_typed_and_has_the_keyboard(site, visit):
    with visit("rep") as rep:
        page = rep.page
        rep.open("/contacts/new/")
        page.get_by_role("textbox", name="First name").fill("Ida")
        page.get_by_role("textbox", name="Notes").fill("Met in the hall.")
        page.get_by_role("textbox", name="Email").fill("no address")
        page.get_by_role("button", name="Add contact").click()
        expect(page.locator(".error-summary")).to_be_visible()
        expect(page.get_by_role("textbox", name="First name")).to_have_value("Ida")
        expect(page.get_by_role("textbox", name="Notes")).to_have_value("Met in the hall.")
        expect(page.get_by_role("textbox", name="Last name")).to_be_focused()
        expect(page.get_by_role("textbox", name="Email")).to_have_attribute("aria-invalid", "true")
        page.locator(".error-summary").get_by_role("link", name="Email").click()
        expect(page.get_by_role("textbox", name="Email")).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_session_that_ends_in_the_middle_loses_nothing(scripts, site, visit):
    title = f"Typed before the session ended, {scripts}"
    with visit(scripts=scripts) as rep:
        page = rep.page
        rep.sign_in("rep")
        rep.open("/tasks/new/")
        page.get_by_role("textbox", name="Title").fill(title)
        rep.context.clear_cookies(name="sessionid")
        with rep.refused(401):
            page.get_by_role("button", name="Add task").click()
            expect(page.get_by_text("what you typed is kept")).to_be_visible()
        rep.fill_in_door("rep")
        page.get_by_role("button", name="Show it to me first").click()
        expect(page.get_by_role("textbox", name="Title")).to_have_value(title)
        assert site.value(COUNT, title) == 0
        page.get_by_role("button", name="Add task").click()
        page.wait_for_url(RECORD)
        assert site.value(COUNT, title) == 1


def test_two_people_at_one_record_are_told_and_choose(site, visit):
    with visit("manager") as manager, visit("admin") as admin:
        manager.open("/suppliers/")
        manager.page.locator("table[data-rows] tbody a.row-title").first.click()
        manager.page.wait_for_url(RECORD)
        record, key = manager.path, id_in(manager.path)
        for person in (manager, admin):
            person.open(f"{record}edit/")
        page = admin.page
        page.get_by_role("textbox", name="Contact person").fill("Theirs")
        page.get_by_role("textbox", name="City").fill("Ostheim")
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_url(RECORD)

        page = manager.page
        page.get_by_role("textbox", name="Contact person").fill("Mine")
        page.get_by_role("button", name="Save", exact=True).click()
        clash = page.get_by_role("row", name="Contact person")
        expect(clash).to_contain_text("Theirs")
        expect(clash).to_contain_text("Mine")
        expect(page.get_by_role("textbox", name="City")).to_have_value("Ostheim")
        stored = "SELECT contact_person, city FROM suppliers WHERE id = ?"
        assert site.rows(stored, key) == [("Theirs", "Ostheim")]

        clash.get_by_role("radio", name="Mine").check()
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_url(RECORD)
        assert site.rows(stored, key) == [("Mine", "Ostheim")]
