"""Each number is what the list that it names comes to; and what is asked is checked."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from crm.activities.tests.factories import (
    ActivityFactory,
    CallFactory,
    MeetingFactory,
    TaskFactory,
)
from crm.commerce.bookkeeping import Payment
from crm.commerce.models import Invoice
from crm.commerce.tests.factories import InvoiceFactory
from crm.messaging.tests.factories import EmailFactory
from crm.sales.tests.factories import DealFactory, LeadFactory
from crm.support.tests.factories import TicketFactory
from crm.tests.golden import EVENING, MARCH, Clock, at, made, play_march
from crm.tests.refusals import refused

pytestmark = pytest.mark.django_db
NUMBERS = "/api/v1/analytics"
PATHS = (
    "dashboard",
    "revenue",
    "pipeline",
    "lead-sources",
    "conversion-funnel",
    "activity",
    "leaderboard",
    "receivables",
)
FOR_SALES = ("revenue", "pipeline", "lead-sources", "conversion-funnel", "receivables")
SPANS = ({}, MARCH, {"range": "7d"}, {"range": "all"}, {"from": "2026-03-10"})
RATES = {"EUR": Decimal("1.20"), "USD": Decimal(1)}  # of the 31st


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


@pytest.fixture
def march(clock, ann, tom, zoe, sam, max):
    play_march(clock, ann=ann, tom=tom, zoe=zoe, sam=sam, max=max)


def signed_in(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def got(client, url, params=None):
    response = client.get(url, params or {})
    assert response.status_code == 200, (url, params, response.content)
    return response.json()


def figures_in(told, name=""):
    """Find all numbers with a list in an answer, and how they are called."""
    if isinstance(told, dict):
        if "list" in told:
            yield name, told
        for key, part in told.items():
            yield from figures_in(part, key if not isinstance(part, list) else name or key)
    elif isinstance(told, list):
        for part in told:
            yield from figures_in(part, name)


def cents(amount):
    return Decimal(str(amount)).quantize(Decimal("0.01"), "ROUND_HALF_UP")


def sum_of(client, name, figure, rows):
    """Add a list up as docs/analytics.md says, and return what has a rate."""
    path = figure["list"].removeprefix("/api/v1/")
    if path == "leads":
        deals = [got(client, f"/api/v1/deals/{row['converted_deal_id']}")["data"] for row in rows]
        return sum((cents(Decimal(str(d["amount"])) * RATES[d["currency"]]) for d in deals), 0)
    if path == "deals":
        return sum(
            cents(Decimal(str(row["amount"])) * RATES[row["currency"]])
            for row in rows
            if row["currency"] in RATES
        )
    assert path == "invoices"
    rates = dict(Invoice.objects.values_list("pk", "exchange_rate"))
    total = Decimal(0)
    for row in rows:
        rate = next(rate for pk, rate in rates.items() if str(pk) == row["id"])
        if rate is None:
            continue
        if name == "invoiced":
            total += cents(row["base_total"]) - cents(Decimal(str(row["amount_credited"])) * rate)
        elif name == "received":
            start, end = figure["filter"]["paid_between"].split(",")
            for payment in got(client, f"/api/v1/invoices/{row['id']}/payments")["data"]:
                if start <= payment["date"] < end:
                    total += cents(Decimal(str(payment["amount"])) * rate)
        else:
            total += cents(Decimal(str(row["balance_due"])) * rate)
    return total


@pytest.mark.parametrize("role", ["admin", "manager", "sales_rep", "support"])
@pytest.mark.parametrize("path", PATHS)
def test_each_number_is_that_of_the_list_it_names(march, path, role, ann, mia, sam, max):
    user = {"admin": max, "manager": mia, "sales_rep": ann, "support": sam}[role]
    client, compared, more_than_nothing = signed_in(user), 0, 0
    lists = {}  # days and totals of several spans name the same one
    for span in SPANS:
        response = client.get(f"{NUMBERS}/{path}", span)
        if response.status_code == 403:
            assert role == "support"
            assert path in ("pipeline", "lead-sources", "conversion-funnel")
            return
        for name, figure in figures_in(response.json()["data"]):
            asked = {**figure["filter"], "limit": 1000}
            key = (figure["list"], *sorted(asked.items()))
            if key not in lists:
                lists[key] = got(client, figure["list"], asked)
            rows = lists[key]
            assert figure["count"] == rows["pagination"]["total"], (span, name, figure)
            if "sum" in figure:
                expected = sum_of(client, name, figure, rows["data"])
                assert cents(figure["sum"]) == expected, (span, name, figure)
            compared += 1
            more_than_nothing += bool(figure["count"])
    assert compared >= 10
    assert more_than_nothing >= 4


def test_what_a_role_may_not_view_is_not_told(march, sam):
    client = signed_in(sam)
    found = got(client, f"{NUMBERS}/dashboard", MARCH)["data"]

    for name in ("new_leads", "open_deals", "won_deals", "win_rate"):
        assert found[name] is None
    assert found["unpaid_invoices"]["count"] == 7  # support sees all invoices
    board = got(client, f"{NUMBERS}/leaderboard", MARCH)["data"]["people"]
    assert [person["owner"]["full_name"] for person in board] == ["Sam"]
    assert board[0]["won_deals"] is board[0]["new_leads"] is None
    for path in ("pipeline", "lead-sources", "conversion-funnel"):
        refused(client.get(f"{NUMBERS}/{path}"), 403, "permission_denied")


def test_who_is_gone_still_sold_what_they_sold(march, max, zoe, clock):
    type(zoe).objects.filter(pk=zoe.pk).update(deleted_at=clock.time)
    first = got(signed_in(max), f"{NUMBERS}/leaderboard", MARCH)["data"]["people"][0]
    assert first["owner"] == {
        "id": str(zoe.pk),
        "full_name": "Zoe",
        "email": zoe.email,
        "deleted": True,
    }
    assert first["won_deals"]["sum"] == 4000


@pytest.mark.parametrize("path", PATHS)
def test_strangers_are_asked_to_sign_in(path, client):
    refused(client.get(f"{NUMBERS}/{path}"), 401, "not_authenticated")


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("dashboard", "range=8d", "range"),
        ("dashboard", "range=7d&from=2026-03-01", "range"),
        ("dashboard", "from=yesterday", "from"),
        ("dashboard", "from=2026-02-30", "from"),
        ("dashboard", "from=0001-01-01", "from"),
        ("dashboard", "to=2026-03-01", "from"),
        ("dashboard", "from=2026-03-02&to=2026-03-01", "from"),
        ("dashboard", "owner=me", "owner"),
        ("dashboard", "interval=day", "interval"),
        ("revenue", "interval=hour", "interval"),
        ("activity", "from=2020-01-01&to=2026-01-01&interval=day", "interval"),
        ("pipeline", "pipeline=sales", "pipeline"),
        ("pipeline", "pipeline=01900000-0000-7000-8000-000000000000", "pipeline"),
        ("receivables", "as_of=2026-01-01", "as_of"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(max, client_of, path, query, name):
    refused(client_of(max).get(f"{NUMBERS}/{path}?{query}"), 400, "invalid", name)


def test_the_last_day_counts_whole_and_days_are_those_of_the_user(clock, ann, max, client_of):
    ann.timezone = "Pacific/Auckland"  # 13 hours ahead
    ann.save()
    for moment in (at(3, 9, 10, 59), at(3, 9, 11), at(3, 10, 10, 59), at(3, 10, 11)):
        made(LeadFactory, moment, assigned_to=ann)
    day = {"from": "2026-03-10", "to": "2026-03-10"}
    with_zone = client_of(ann).get(f"{NUMBERS}/dashboard", day)
    assert with_zone.json()["data"]["new_leads"]["count"] == 2
    assert with_zone.json()["data"]["new_leads"]["previous"] == 1
    assert got(signed_in(max), f"{NUMBERS}/dashboard", day)["data"]["new_leads"]["count"] == 2


def test_a_range_counts_from_the_start_of_its_first_day(clock, max):
    client = signed_in(max)  # on the evening of the 31st
    for moment in (at(3, 24, 23, 59), at(3, 25, 0), EVENING):
        made(LeadFactory, moment)
    found = got(client, f"{NUMBERS}/dashboard", {"range": "7d"})["data"]["new_leads"]
    assert found["count"] == 1  # this very moment is not past yet
    assert found["previous"] == 0  # of the 24th only what came before 18:00
    assert found["change"] is None


def one_of_each(owner, number):
    """Store what every number counts."""
    LeadFactory(assigned_to=owner)
    deal = DealFactory(assigned_to=owner, stage="Closed Won", amount=number, close_date=at(3, 5))
    DealFactory(assigned_to=owner, amount=number, currency="EUR")
    lead = LeadFactory(assigned_to=owner, status="converted", converted_deal=deal)
    type(lead).objects.filter(pk=lead.pk).update(created_at=at(3, 2), converted_date=at(3, 4))
    times = {"start_time": at(3, 2), "end_time": at(3, 2, 13)}
    MeetingFactory(host=owner, status="completed", **times)
    CallFactory(user=owner, status="completed", start_time=at(3, 3))
    TaskFactory(assigned_to=owner, due_date=at(3, 3))
    EmailFactory(created_by=owner, status="sent", sent_at=at(3, 3))
    ActivityFactory(user=owner)
    TicketFactory(assigned_to=owner, status="resolved", resolved_date=at(3, 4))
    invoice = InvoiceFactory(
        assigned_to=owner, status="sent", total=100, issue_date=at(3, 2), due_date=at(3, 5)
    )
    Payment.objects.create(invoice=invoice, amount=5, paid_at=at(3, 3))


@pytest.mark.parametrize("path", PATHS)
def test_a_number_costs_the_same_whatever_it_counts(clock, path, mia, ann, tom, zoe):
    client = signed_in(mia)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            got(client, f"{NUMBERS}/{path}", MARCH)
        return len(captured)

    one_of_each(ann, 1)
    queries()  # what the role may do is read once
    few = queries()
    for number in range(30):
        one_of_each((ann, tom, mia)[number % 3], number + 1)
    assert queries() == few
    assert few <= 30
