"""An administrator's day: colleagues, and what others threw away."""

import re

from playwright.sync_api import expect

from crm.tests.browsing import id_in


def test_a_colleague_who_changes_the_department(site, visit):
    email = "jonas.brandt@nexa.example"
    with visit() as admin:
        page = admin.page
        admin.sign_in("admin")
        admin.open("/users/?search=jonas")
        page.locator("table[data-rows] tbody a.row-title").first.click()
        page.wait_for_url(re.compile(r"/users/[0-9a-f-]{36}/"))
        page.get_by_role("link", name="Edit", exact=True).click()
        page.get_by_role("textbox", name="Department").fill("Key accounts")
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_url(re.compile(r"/users/[0-9a-f-]{36}/$"))
        assert site.value("SELECT department FROM users WHERE email = ?", email) == "Key accounts"


def test_a_colleague_who_is_invited(site, visit):
    with visit() as admin:
        page = admin.page
        admin.sign_in("admin")
        page.get_by_role("link", name="Settings", exact=True).first.click()
        admin.open("/settings/invitations/")
        page.get_by_role("textbox", name="Email").fill("neu@nexa.example")
        page.get_by_role("combobox", name="Role").select_option("support")
        page.get_by_role("button", name="Invite").click()
        expect(page.locator("main")).to_contain_text("neu@nexa.example")
        assert site.rows("SELECT email, role FROM invitations WHERE accepted_at IS NULL") == [
            ("neu@nexa.example", "support")
        ]


def test_a_supplier_taken_out_of_the_trash(site, visit):
    with visit() as admin:
        page = admin.page
        admin.sign_in("admin")
        admin.open("/suppliers/new/")
        page.get_by_role("textbox", name="Name*", exact=True).fill("Glow Works")
        page.get_by_role("button", name="Add supplier").click()
        page.wait_for_url(re.compile(r"/suppliers/[0-9a-f-]{36}/"))
        supplier = id_in(admin.path)
        deleted = "SELECT deleted_at IS NOT NULL FROM suppliers WHERE id = ?"

        admin.open(f"{admin.path}delete/")
        page.get_by_role("button", name="Delete", exact=True).click()
        page.wait_for_url("**/suppliers/")
        assert site.value(deleted, supplier) == 1
        with admin.refused(404):
            assert admin.open(f"/suppliers/{supplier}/").status == 404

        admin.open("/suppliers/trash/")
        row = page.locator("tr", has_text="Glow Works")
        row.get_by_role("button", name="Restore").click()
        page.wait_for_url(re.compile(r"/suppliers/[0-9a-f-]{36}/"))
        expect(page.get_by_role("heading", level=1)).to_contain_text("Glow Works")
        assert site.value(deleted, supplier) == 0
