"""The reports as pages: numbers with their lists, the same in the chart and in the file."""

import csv
import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils import timezone

from conftest import person
from crm.activities.tests.factories import CallFactory
from crm.analytics.reports import ALL, BY_NAME
from crm.analytics.tables import Cell, Table
from crm.sales.tests.factories import DealFactory, LeadFactory
from crm.support.tests.factories import TicketFactory

pytestmark = pytest.mark.django_db
OF_SALES = ("pipeline", "lead-sources", "conversion")


@pytest.fixture
def page(client):
    """Open a page as somebody."""

    def page(person, address, **headers):
        client.force_login(person, backend="accounts.backends.RoleBackend")
        return client.get(address, **headers)

    return page


@pytest.fixture
def work(ann, tom, zoe):
    """Let three people have done something, each by other numbers."""
    yesterday = timezone.now() - timedelta(days=1)
    for count, seller in enumerate((ann, tom, zoe), start=1):
        for _ in range(count):
            LeadFactory(assigned_to=seller, source="referral")
            DealFactory(assigned_to=seller, amount=Decimal("100.50"))
            CallFactory(user=seller, status="completed", start_time=yesterday)


def rows_of(answer):
    table = answer.context["table"]
    return {str(row[0].value): dict(zip(table.heads, row, strict=True)) for row in table.rows}


@pytest.mark.parametrize(("who", "leads"), [("ann", 1), ("tom", 2), ("mia", 3), ("max", 6)])
def test_everybody_gets_the_numbers_of_what_they_see(page, request, work, who, leads):
    answer = page(request.getfixturevalue(who), "/reports/lead-sources/")
    assert rows_of(answer)["Referral"]["Leads"].value == leads


@pytest.mark.parametrize("who", ["ann", "mia", "max", "sam"])
@pytest.mark.parametrize("report", ALL, ids=lambda report: report.name)
def test_every_number_leads_to_a_list_of_as_many(page, request, work, who, report):
    person = request.getfixturevalue(who)
    TicketFactory(assigned_to=person)
    answer = page(person, f"/reports/{report.name}/?range=7d")
    if who == "sam" and report.name in OF_SALES:
        assert answer.status_code == 403
        return
    assert answer.status_code == 200
    counted = [
        cell
        for row in answer.context["table"].rows
        for cell in row
        if cell.look == "count" and cell.value
    ]
    for cell in counted[:6]:
        parts = urlsplit(cell.link)
        found = page(person, f"{parts.path}?{parts.query}").context
        assert not found["problem"], cell.link
        assert dict(parse_qsl(parts.query)), cell.link
        assert found["total"] == cell.value, cell.link


def test_the_reports_that_one_may_open_are_offered(page, ann, sam):
    names = [report.name for report in page(ann, "/reports/").context["reports"]]
    assert names == list(BY_NAME)
    found = page(sam, "/reports/").content.decode()
    for name in OF_SALES:
        assert f"/reports/{name}/" not in found
    assert "/reports/activity/" in found


def test_columns_that_one_may_not_view_are_left_out(page, sam, work):
    TicketFactory(assigned_to=sam)
    CallFactory(user=sam, status="completed", start_time=timezone.now() - timedelta(hours=1))
    heads = page(sam, "/reports/leaderboard/").context["table"].heads
    assert "Won" not in heads
    assert "New leads" not in heads
    assert "Calls" in heads


def test_colleagues_lead_to_their_pages_as_far_as_one_may_open_them(page, sam, max):
    other = person("eve", "support")
    for who in (sam, other):
        TicketFactory(assigned_to=who, status="resolved", resolved_date=timezone.now())
    for reader, linked in ((sam, {"Sam"}), (max, {"Sam", "Eve"})):
        rows = page(reader, "/reports/leaderboard/").context["table"].rows
        people = [row[0] for row in rows]
        assert {cell.value for cell in people} == {"Sam", "Eve"}
        assert {cell.value for cell in people if cell.link} == linked
        assert all(page(reader, cell.link).status_code == 200 for cell in people if cell.link)


def test_the_chart_says_what_the_table_says(page, max, work):
    answer = page(max, "/reports/pipeline/")
    chart = answer.context["table"].chart
    rows = rows_of(answer)
    amounts = chart["series"][0]
    assert chart["currency"] == "USD"
    for label, value, link in zip(
        chart["labels"], amounts["values"], amounts["links"], strict=True
    ):
        assert float(rows[label]["Amount"].value) == value
        assert rows[label]["Amount"].link == link
    assert sum(amounts["values"]) == 603
    assert json.dumps(chart)  # plain enough for a script


def test_a_report_in_small_is_no_page(page, max, work):
    found = page(max, "/reports/pipeline/", HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in found
    assert "data-chart=" in found
    assert "<table" in found


def test_an_empty_company_is_told_so(page, max):
    assert "Nothing in this time yet" in page(max, "/reports/pipeline/").content.decode()
    part = page(max, "/reports/pipeline/", HTTP_HX_REQUEST="true").content.decode()
    assert "Nothing in this time yet." in part


def test_a_file_has_the_same_numbers(page, mia, work):
    answer = page(mia, "/reports/pipeline/csv/?range=7d")
    assert answer["Content-Type"].startswith("text/csv")
    assert "pipeline-" in answer["Content-Disposition"]
    text = answer.content.decode().removeprefix("\ufeff")
    heads, *rows = csv.reader(StringIO(text))
    assert heads == ["Stage", "Deals", "Amount", "Weighted"]
    assert sum(int(row[1]) for row in rows) == 3
    assert sum(Decimal(row[2]) for row in rows) == Decimal("301.50")


def test_a_file_runs_nothing_in_a_spreadsheet():
    table = Table(["Name", "Count"], [[Cell("=1+1"), Cell(-3, "count")]])
    assert list(table.as_csv())[1] == "'=1+1,-3\r\n"


def test_what_is_closed_to_a_role_is_closed_as_a_file(page, sam):
    assert page(sam, "/reports/pipeline/csv/").status_code == 403


def test_a_report_that_is_none(page, max):
    assert page(max, "/reports/nothing/").status_code == 404


@pytest.mark.parametrize(
    "query", ["range=3d", "from=2026-02-30", "interval=hour", "from=2026-03-02&to=2026-03-01"]
)
def test_a_wrong_parameter_is_told_and_not_obeyed(page, max, query):
    answer = page(max, f"/reports/revenue/?{query}")
    assert answer.status_code == 200
    assert answer.context["problem"]


def test_days_of_ones_own_choice(page, max):
    LeadFactory(source="website")
    today = timezone.localdate().isoformat()
    found = rows_of(page(max, f"/reports/lead-sources/?from={today}&to={today}"))
    assert found["Website"]["Leads"].value == 1
    gone = page(max, "/reports/lead-sources/?from=2020-01-01&to=2020-01-31")
    assert gone.context["table"].is_empty
