"""A manager's day: who does what, and what the numbers say."""

import csv
import re

from playwright.sync_api import expect

from crm.tests.browsing import id_in

OWNER = "SELECT u.email FROM leads l JOIN users u ON u.id = l.assigned_to WHERE l.id = ?"


def test_a_lead_handed_over(site, visit):
    name, email = site.rows(
        "SELECT full_name, email FROM users WHERE email = ?", "rep@nexa.example"
    )[0]
    with visit() as manager:
        page = manager.page
        manager.sign_in("manager")
        manager.open("/leads/?unassigned=true")
        page.locator("table[data-rows] tbody a.row-title").first.click()
        page.wait_for_url(re.compile(r"/leads/[0-9a-f-]{36}/"))
        lead = id_in(manager.path)
        assert site.rows(OWNER, lead) == []

        fact = page.locator("#fact-assigned_to")
        fact.get_by_role("link", name="Edit Owner").click()
        owner = fact.get_by_role("combobox", name="Owner")
        owner.press_sequentially(name)
        fact.get_by_role("option", name=name).first.click()
        fact.get_by_role("button", name="Save").click()
        expect(fact.get_by_role("button", name="Save")).to_have_count(0)
        expect(fact).to_contain_text(name)
        assert site.value(OWNER, lead) == email


def test_a_list_filtered_sorted_and_taken_along(site, visit):
    with visit() as manager:
        page = manager.page
        manager.sign_in("manager")
        page.get_by_role("link", name="Deals", exact=True).first.click()
        page.locator("summary", has_text="Filter").click()
        page.get_by_role("checkbox", name="Won", exact=True).check()
        page.get_by_role("button", name="Show", exact=True).click()
        page.wait_for_url("**/deals/?*")
        page.get_by_role("columnheader", name="Amount").get_by_role("link").click()
        page.wait_for_url("**sort=amount*")
        assert "stage_kind=won" in page.url, "the address carries the filter: it can be shared"
        stages = page.locator("table[data-rows] tbody td[data-label=Stage]")
        expect(stages).not_to_have_count(0)
        assert set(stages.all_inner_texts()) == {"Closed Won"}
        total = int(page.locator(".list-foot .num").inner_text().split()[-1])

        with page.expect_download() as started:
            page.get_by_role("link", name="Download as CSV").click()
        lines = list(csv.reader(started.value.path().read_text("utf-8-sig").splitlines()))
        heads, rows = lines[0], lines[1:]
        assert len(rows) == total
        assert {row[heads.index("Stage")] for row in rows} == {"Closed Won"}
        amounts = [float(row[heads.index("Amount")]) for row in rows]
        assert amounts == sorted(amounts)

        page.go_back()
        page.wait_for_url(lambda url: "sort=" not in url)
        assert "stage_kind=won" in page.url
        assert stages.count()


def test_a_deal_for_a_company_that_is_made_on_the_way(site, visit):
    with visit() as manager:
        page = manager.page
        manager.sign_in("manager")
        manager.open("/deals/new/")
        page.get_by_role("textbox", name="Deal").fill("Fifty lamps for the shop")
        company = page.get_by_role("combobox", name="Company")
        company.press_sequentially("Lampenhaus Ostheim")
        page.locator(".lookup-new").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Add").click()
        expect(company).to_have_value("Lampenhaus Ostheim")
        page.get_by_role("button", name="Add deal").click()
        page.wait_for_url(re.compile(r"/deals/[0-9a-f-]{36}/"))
        assert site.rows(
            "SELECT d.deal_name, a.account_name FROM deals d "
            "JOIN accounts a ON a.id = d.account_id WHERE d.id = ?",
            id_in(manager.path),
        ) == [("Fifty lamps for the shop", "Lampenhaus Ostheim")]
