"""The forecast by month."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from crm.core.company import ExchangeRate
from crm.sales.models import Deal
from crm.sales.tests.factories import DealFactory, PipelineFactory
from crm.sales.tests.test_board import DEALS, agrees, got

pytestmark = pytest.mark.django_db
Stage = Deal.Stage


@pytest.fixture
def client(ann, client_of):
    return client_of(ann)


@pytest.fixture
def march(monkeypatch):
    """It is the 18th of March 2026, noon."""
    now = datetime(2026, 3, 18, 12, tzinfo=UTC)
    monkeypatch.setattr("crm.sales.reports.timezone.now", lambda: now)
    monkeypatch.setattr("crm.sales.filters.timezone.now", lambda: now)
    return now


def day(month, number=20, hour=12):
    return datetime(2026, month, number, hour, tzinfo=UTC)


@pytest.fixture
def deals(ann, zoe, march):
    """What Ann has in the pipe, and a deal that isn't hers."""

    def make(amount, stage, expected=None, **values):
        DealFactory(
            assigned_to=ann, amount=amount, stage=stage, expected_close_date=expected, **values
        )

    make("100.10", Stage.CLOSED_WON, day(9), close_date=day(3, 2))
    make(200, Stage.CLOSED_WON, day(1), close_date=day(1, 31))
    make(999, Stage.CLOSED_LOST, day(4), close_date=day(3, 2))
    make("1000.50", Stage.NEGOTIATION, day(3, 31), probability=90)
    make(400, Stage.PROPOSAL, day(4, 1, 0), probability=75)
    make(600, Stage.QUALIFICATION, day(4, 30), probability=10)
    make(50, Stage.QUALIFICATION, day(3, 17), probability=10)
    make(70, Stage.NEEDS_ANALYSIS, None, probability=20)
    make(5000, Stage.ON_HOLD, day(4), probability=40)
    make(80, Stage.NEGOTIATION, day(4), probability=90, currency="EUR")
    make(33, Stage.NEGOTIATION, day(4), probability=90, currency="CHF")
    ExchangeRate.objects.create(currency="EUR", rate="1.1", valid_from=day(1).date())
    DealFactory(assigned_to=zoe, amount=10_000, expected_close_date=day(4))


def numbers(figure):
    return figure["count"], figure["sum"], figure["weighted"]


def test_the_forecast_by_month(deals, client):
    found = got(client, f"{DEALS}/forecast")

    assert (found["currency"], found["time_zone"]) == ("USD", "UTC")
    march, april, may = found["months"]
    assert [month["month"] for month in (march, april, may)] == ["2026-03", "2026-04", "2026-05"]
    assert numbers(march["won"]) == (1, 100.1, 100.1)
    assert numbers(march["commit"]) == (1, 1000.5, 900.45)
    assert numbers(march["best_case"]) == numbers(march["pipeline"]) == (0, 0, 0)
    assert numbers(april["won"]) == (0, 0, 0)
    assert numbers(april["commit"]) == (2, 88, 79.2)
    assert april["commit"]["unrated"] == [
        {"currency": "CHF", "count": 1, "sum": 33, "weighted": 29.7}
    ]
    assert numbers(april["best_case"]) == (1, 400, 300)
    assert numbers(april["pipeline"]) == (1, 600, 60)
    assert numbers(april["weighted"]) == (4, 1088, 439.2)
    assert numbers(may["weighted"]) == (0, 0, 0)
    assert numbers(found["overdue"]) == (1, 50, 5)
    assert numbers(found["undated"]) == (1, 70, 14)


def test_each_figure_is_that_of_the_list_it_names(deals, client):
    found = got(client, f"{DEALS}/forecast?from=2026-01&to=2026-06-15&amount__gt=10")
    assert [month["month"] for month in found["months"]][::5] == ["2026-01", "2026-06"]
    figures = [figure for month in found["months"] for figure in list(month.values())[1:]]
    seen = [agrees(client, figure) for figure in (*figures, found["overdue"], found["undated"])]
    assert sum(seen) == 2 + 2 * 5 + 2  # won, coming (also weighted), apart
    assert all("amount__gt" in figure["filter"] for figure in figures)


def test_months_are_those_of_the_user(ann, client_of, march):
    ann.timezone = "Pacific/Auckland"  # 13 hours ahead at that time
    ann.save()
    DealFactory(assigned_to=ann, amount=5, expected_close_date=day(3, 31, 11))
    DealFactory(assigned_to=ann, amount=7, expected_close_date=day(3, 31, 10))
    found = got(client_of(ann), f"{DEALS}/forecast?from=2026-03&to=2026-04")
    assert found["time_zone"] == "Pacific/Auckland"
    assert [month["pipeline"]["sum"] for month in found["months"]] == [7, 5]
    with timezone.override(ZoneInfo("Pacific/Auckland")):
        for month in found["months"]:
            assert agrees(client_of(ann), month["pipeline"]) == 1


def test_a_forecast_of_one_pipeline(deals, ann, client):
    other = PipelineFactory()
    DealFactory(assigned_to=ann, pipeline=other, amount=9, expected_close_date=day(4))
    found = got(client, f"{DEALS}/forecast?pipeline={other.pk}")
    assert numbers(found["months"][1]["weighted"]) == (1, 9, 0.9)
    assert agrees(client, found["months"][1]["weighted"]) == 1
    assert found["overdue"]["count"] == 0
