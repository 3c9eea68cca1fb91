"""An entity that the company declared for itself, worked with as any other."""

import json

from playwright.sync_api import expect

from crm.tests.browsing import id_in


def test_a_record_is_made_found_changed_and_taken_back(site, visit):
    customer, key = site.rows("SELECT name, id FROM customers WHERE deleted_at IS NULL LIMIT 1")[0]
    with visit("support") as support:
        page = support.page
        support.open("/")
        page.get_by_role("link", name="Installation", exact=True).click()
        page.wait_for_url("**/entities/Installation/")
        page.keyboard.press("n")
        page.wait_for_url("**/entities/Installation/new/")
        page.get_by_label("Title").fill("Mezzanine")
        box = page.get_by_label("Customer")
        box.press_sequentially(customer)
        page.get_by_role("option", name=customer).first.click()
        page.get_by_role("textbox", name="Devices").fill("0")
        page.get_by_role("button", name="Add installation").click()
        expect(page.get_by_role("textbox", name="Devices")).to_be_focused()
        page.get_by_role("textbox", name="Devices").fill("3")
        page.get_by_label("Installed on").fill("2026-05-01")
        page.get_by_role("button", name="Add installation").click()
        expect(page.get_by_role("heading", name="Mezzanine")).to_be_visible()
        record = id_in(support.path)

        page.locator("[id='fact-custom_fields.devices'] a.edit-field").first.click()
        page.get_by_role("textbox", name="Devices").fill("4")
        page.get_by_role("textbox", name="Devices").press("Enter")
        expect(page.locator("[id='fact-custom_fields.devices']").first).to_contain_text("4")
        held = json.loads(
            site.value("SELECT custom_fields FROM declared_records WHERE id = ?", record)
        )
        assert {name: held.get(name) for name in ("title", "devices", "installed_on")} == {
            "title": "Mezzanine",
            "devices": 4,
            "installed_on": "2026-05-01",
        }
        assert held["customer_id"].replace("-", "") == key

        support.open("/entities/Installation/")
        page.get_by_role("searchbox", name="Search in installation").fill("mezza")
        expect(page.locator("table[data-rows] tbody tr")).to_have_count(1)
        page.get_by_role("link", name="Mezzanine").click()
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        page.wait_for_url("**/entities/Installation/")
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("heading", name="Mezzanine")).to_be_visible()
