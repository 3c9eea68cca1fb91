"""The numbers of one month, added up by hand: for whom runs all, a team, and themselves."""

import pytest
from rest_framework.test import APIClient

from crm.tests.golden import MARCH, Clock, play_march

pytestmark = pytest.mark.django_db


@pytest.fixture
def march(monkeypatch, ann, tom, zoe, sam, max):
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    play_march(clock, ann=ann, tom=tom, zoe=zoe, sam=sam, max=max)


@pytest.fixture
def told(march):
    """Ask somebody's numbers of March."""

    def told(user, path, **params):
        client = APIClient()
        client.force_authenticate(user)
        response = client.get(f"/api/v1/{path}", {**MARCH, **params})
        assert response.status_code == 200, response.content
        return response.json()["data"]

    return told


@pytest.fixture
def people(max, mia, ann):
    return {"admin": max, "manager": mia, "rep": ann}


def row(figure, *names):
    return tuple(figure[name] for name in names)


CHF_INVOICE = [{"currency": "CHF", "count": 1, "sum": 90}]
CHF_DEAL = [{"currency": "CHF", "count": 1, "sum": 700, "weighted": 525}]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (
            "admin",
            {
                "new_leads": (8, 1, 700),
                "open_deals": (3, 3120.06, 2712.01, CHF_DEAL),
                "won_deals": (3, 5600.6, 250, 2140.2),
                "win_rate": (3, 5, 60, 100, -40),
                "invoiced": (5, 1954.61, CHF_INVOICE, 80, 2343.3),
                "received": (4, 914.56, [], 0, None),
                "unpaid_invoices": (7, 1290.06, CHF_INVOICE),
                "overdue_invoices": (5, 820, CHF_INVOICE),
                "overdue_tasks": (2,),
                "activities": (2, 0, None),
            },
        ),
        (
            "manager",
            {
                "new_leads": (6, 1, 500),
                "open_deals": (2, 3120.06, 2712.01, []),
                "won_deals": (2, 1600.6, 250, 540.2),
                "win_rate": (2, 4, 50, 100, -50),
                "invoiced": (3, 1220.11, CHF_INVOICE, 0, None),
                "received": (2, 510.06, [], 0, None),
                "unpaid_invoices": (5, 880.06, CHF_INVOICE),
                "overdue_invoices": (4, 770, CHF_INVOICE),
                "overdue_tasks": (1,),
                "activities": (1, 0, None),
            },
        ),
        (
            "rep",
            {
                "new_leads": (5, 1, 400),
                "open_deals": (2, 3120.06, 2712.01, []),
                "won_deals": (1, 1000, 250, 300),
                "win_rate": (1, 2, 50, 100, -50),
                "invoiced": (2, 1000, CHF_INVOICE, 0, None),
                "received": (1, 400, [], 0, None),
                "unpaid_invoices": (4, 770, CHF_INVOICE),
                "overdue_invoices": (4, 770, CHF_INVOICE),
                "overdue_tasks": (1,),
                "activities": (1, 0, None),
            },
        ),
    ],
)
def test_the_dashboard(told, people, who, expected):
    found = told(people[who], "analytics/dashboard")

    names = {
        "new_leads": ("count", "previous", "change"),
        "open_deals": ("count", "sum", "weighted", "unrated"),
        "won_deals": ("count", "sum", "previous", "change"),
        "win_rate": ("won", "count", "percent", "previous", "change"),
        "invoiced": ("count", "sum", "unrated", "previous", "change"),
        "received": ("count", "sum", "unrated", "previous", "change"),
        "unpaid_invoices": ("count", "sum", "unrated"),
        "overdue_invoices": ("count", "sum", "unrated"),
        "overdue_tasks": ("count",),
        "activities": ("count", "previous", "change"),
    }
    assert {name: row(found[name], *parts) for name, parts in names.items()} == expected
    assert (found["currency"], found["time_zone"]) == ("USD", "UTC")
    assert found["open_tickets"]["count"] == 2
    assert found["breached_tickets"]["count"] == 1


AGES = ("current", "days_1_30", "days_31_60", "days_61_90", "over_90_days", "overdue", "total")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (
            "admin",
            [(2, 470.06), (2, 600), (1, 50), (1, 120), (1, 50), (5, 820), (7, 1290.06)],
        ),
        ("manager", [(1, 110.06), (2, 600), (0, 0), (1, 120), (1, 50), (4, 770), (5, 880.06)]),
        ("rep", [(0, 0), (2, 600), (0, 0), (1, 120), (1, 50), (4, 770), (4, 770)]),
    ],
)
def test_the_ageing_of_what_is_owed(told, people, who, expected):
    found = told(people[who], "analytics/receivables", **{"from": "2025-01-01"})

    assert [row(found[age], "count", "sum") for age in AGES] == expected
    assert found["days_1_30"]["unrated"] == CHF_INVOICE
    assert (found["as_of"], found["time_zone"]) == ("2026-03-31", "Europe/Berlin")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (
            "admin",
            [
                ("Zoe", 1, 4000, 1, 1, 2, 1, 0),
                ("Ann", 1, 1000, 2, 1, 4, 2, 0),
                ("Tom", 1, 600.6, 1, 0, 1, 0, 0),
                ("Sam", 0, 0, 1, 0, 0, 0, 1),
            ],
        ),
        (
            "manager",
            [
                ("Ann", 1, 1000, 2, 1, 4, 2, 0),
                ("Tom", 1, 600.6, 1, 0, 1, 0, 0),
                ("Sam", 0, 0, 0, 0, 0, 0, 1),
            ],
        ),
        ("rep", [("Ann", 1, 1000, 2, 1, 4, 2, 0), ("Sam", 0, 0, 0, 0, 0, 0, 1)]),
    ],
)
def test_the_leaderboard(told, people, who, expected):
    found = told(people[who], "analytics/leaderboard")["people"]

    counts = ("calls", "meetings", "new_leads", "converted_leads", "resolved_tickets")
    assert [
        (
            person["owner"]["full_name"],
            *row(person["won_deals"], "count", "sum"),
            *(person[name]["count"] for name in counts),
        )
        for person in found
    ] == expected


@pytest.mark.parametrize(
    ("who", "won", "best_case"),
    [
        ("admin", (3, 5600.6), (0, 0, CHF_DEAL)),
        ("manager", (2, 1600.6), (0, 0, [])),
        ("rep", (1, 1000), (0, 0, [])),
    ],
)
def test_the_forecast(told, people, who, won, best_case):
    months = {"from": "2026-03", "to": "2026-05"}
    march, april, may = told(people[who], "deals/forecast", **months)["months"]

    assert row(march["won"], "count", "sum") == won
    assert row(april["commit"], "count", "sum", "weighted") == (1, 3000, 2700)
    assert row(april["pipeline"], "count", "sum", "weighted") == (1, 120.06, 12.01)
    assert row(april["weighted"], "count", "sum", "weighted") == (2, 3120.06, 2712.01)
    assert row(may["best_case"], "sum", "weighted", "unrated") == best_case


def test_revenue_week_by_week(told, max):
    found = told(max, "analytics/revenue", interval="week")

    assert [
        (week["from"], *(row(week[name], "count", "sum") for name in ("invoiced", "received")))
        for week in found["series"]
    ] == [
        ("2026-03-01", (1, 1000), (1, 30)),
        ("2026-03-02", (1, 374.5), (1, 400)),
        ("2026-03-09", (2, 220.11), (0, 0)),
        ("2026-03-16", (1, 360), (1, 110.06)),
        ("2026-03-23", (0, 0), (1, 374.5)),
        ("2026-03-30", (0, 0), (0, 0)),
    ]
    assert row(found["invoiced"], "count", "sum") == (5, 1954.61)
    assert row(found["received"], "count", "sum") == (4, 914.56)


def test_where_leads_come_from_and_how_far_they_get(told, max):
    sources = told(max, "analytics/lead-sources")
    funnel = told(max, "analytics/conversion-funnel")

    assert [
        (
            source["source"],
            source["leads"]["count"],
            source["converted"]["count"],
            source["conversion_rate"],
            *row(source["won"], "count", "sum"),
        )
        for source in sources
    ] == [
        ("website", 4, 2, 50, 1, 1000),
        ("referral", 2, 1, 50, 1, 4000),
        ("social_media", 0, 0, None, 0, 0),
        ("email_campaign", 0, 0, None, 0, 0),
        ("cold_call", 1, 0, 0, 0, 0),
        ("other", 1, 0, 0, 0, 0),
    ]
    assert [row(step, "step", "count", "of_all", "of_step_before") for step in funnel] == [
        ("created", 8, 100, None),
        ("contacted", 6, 75, 75),
        ("qualified", 4, 50, 66.7),
        ("converted", 3, 37.5, 75),
        ("won", 2, 25, 66.7),
    ]


def test_the_pipeline_and_what_was_done(told, max):
    stages = told(max, "analytics/pipeline")["stages"]
    done = told(max, "analytics/activity", interval="week")

    sums = {stage["name"]: row(stage, "count", "sum", "weighted") for stage in stages}
    assert {name: sums[name] for name in sums if sums[name][0]} == {
        "Qualification": (1, 120.06, 12.01),
        "Proposal/Price Quote": (1, 0, 0),
        "Negotiation/Review": (1, 3000, 2700),
        "Closed Won": (3, 5600.6, 5600.6),
        "Closed Lost": (2, 2010, 0),
    }
    kinds = ("calls", "meetings", "emails", "tasks")
    assert [done[kind]["count"] for kind in kinds] == [5, 2, 2, 1]
    assert [
        (week["from"], *(week[kind]["count"] for kind in kinds)) for week in done["series"]
    ] == [
        ("2026-03-01", 0, 0, 0, 0),
        ("2026-03-02", 4, 1, 0, 0),
        ("2026-03-09", 0, 1, 2, 1),
        ("2026-03-16", 1, 0, 0, 0),
        ("2026-03-23", 0, 0, 0, 0),
        ("2026-03-30", 0, 0, 0, 0),
    ]
    assert row(done["calls"]["by_type"][0], "type", "count") == ("outbound", 5)
