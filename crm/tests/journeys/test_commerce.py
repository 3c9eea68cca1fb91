"""From the order to the paid invoice, and a meeting planned on the calendar."""

import re

from playwright.sync_api import expect

from crm.tests.browsing import id_in

RECORD = re.compile(r"/[0-9a-f-]{36}/$")


def test_an_order_whose_sums_come_from_the_server(site, visit):
    product, price = site.rows(
        "SELECT name, price FROM products WHERE deleted_at IS NULL AND status = 'active' "
        "AND track_stock = 0 AND price > 0 LIMIT 1"
    )[0]
    customer = site.value("SELECT name FROM customers WHERE deleted_at IS NULL LIMIT 1")
    with visit() as rep:
        page = rep.page
        rep.sign_in("rep")
        rep.open("/orders/new/")
        pick(page.get_by_role("combobox", name="Customer"), customer)
        line = page.get_by_role("group", name="Line 1")
        pick(line.get_by_role("combobox", name="Product"), product)
        quantity = line.get_by_role("textbox", name="Quantity")
        with page.expect_response("**/lines/preview/**"):
            quantity.fill("3")
            quantity.press("Tab")
        expect(line.get_by_role("status")).not_to_have_text("–")
        page.get_by_role("button", name="Add order").click()
        page.wait_for_url(RECORD)
        order = id_in(rep.path)
        subtotal, status = site.rows("SELECT subtotal, status FROM orders WHERE id = ?", order)[0]
        assert (float(subtotal), status) == (3 * float(price), "pending")

        page.get_by_role("button", name="Confirm").click()
        expect(page.locator("h1")).to_contain_text("Confirmed")
        assert site.value("SELECT status FROM orders WHERE id = ?", order) == "confirmed"


def test_a_meeting_planned_from_the_calendar(site, visit):
    with visit() as rep:
        page = rep.page
        rep.sign_in("rep")
        page.get_by_role("link", name="Calendar", exact=True).first.click()
        page.get_by_role("link", name="New meeting", exact=True).first.click()
        page.wait_for_url("**/meetings/new/**")
        page.get_by_role("textbox", name="Title").fill("Lamps, on site")
        page.get_by_role("button", name="Add meeting").click()
        page.wait_for_url(RECORD)
        assert site.rows(
            "SELECT m.title, u.email FROM meetings m JOIN users u ON u.id = m.host_id "
            "WHERE m.id = ?",
            id_in(rep.path),
        ) == [("Lamps, on site", "rep@nexa.example")]
        rep.open("/calendar/")
        expect(page.get_by_role("link", name=re.compile("Lamps, on site")).first).to_be_visible()


def test_a_task_dragged_to_another_day_and_back(site, visit):
    with visit("rep") as rep:
        page = rep.page
        rep.open("/calendar/")
        entry = page.locator("[data-month] .only-wide [data-move][data-kind=task]").first
        address, title = entry.get_attribute("data-move"), entry.get_attribute("title")
        task = address.split("/")[-3]
        day = page.locator(f"[data-day]:has([data-move='{address}'])").get_attribute("data-day")
        stored = "SELECT due_date FROM tasks WHERE id = ?"
        before = site.value(stored, task.replace("-", ""))
        other = page.locator(f".month-day:not([data-day='{day}']) .month-day-head").first
        with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            entry.drag_to(other)
        assert answer.value.json()["moved"] is True
        assert site.value(stored, task.replace("-", "")) != before
        toast = page.locator("#toasts .notice", has_text=title)
        with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            toast.get_by_role("button", name="Undo").click()
        assert answer.value.json()["moved"] is True
        assert site.value(stored, task.replace("-", "")) == before
        expect(page.locator(f"[data-day='{day}'] [data-move='{address}']").first).to_be_visible()


def pick(box, words):
    """Type into a lookup and take what it finds first."""
    box.press_sequentially(words)
    box.page.get_by_role("option", name=words).first.click()
    expect(box).to_have_value(words)
