"""Values of theirs, as our fields keep them."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from crm.commerce.models import Invoice, Product
from crm.exchange.migration.values import BadValue, converted, flag, moment
from crm.messaging.models import Email
from crm.people.models import Customer

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2025-12-07T10:29:28.263000", datetime(2025, 12, 7, 10, 29, 28, 263000, UTC)),
        ("2026-06-25 18:43:12", datetime(2026, 6, 25, 18, 43, 12, tzinfo=UTC)),
        ("2026-06-25T18:43:12.5Z", datetime(2026, 6, 25, 18, 43, 12, 500000, UTC)),
        ("2026-06-25T18:43:12+02:00", datetime(2026, 6, 25, 16, 43, 12, tzinfo=UTC)),
        ("2026-05-01T10:30", datetime(2026, 5, 1, 10, 30, tzinfo=UTC)),
    ],
)
def test_times_without_a_zone_are_in_utc(said, meant):
    assert moment(said, zone=NEW_YORK) == meant


def test_a_date_alone_is_a_day_at_the_company():
    assert moment("2024-04-10") == datetime(2024, 4, 10, tzinfo=UTC)
    assert moment("2024-04-10", zone=NEW_YORK) == datetime(2024, 4, 10, 4, tzinfo=UTC)


@pytest.mark.parametrize("said", ["2024-02-30", "soon", "0000-00-00", "9999-12-31T23:59:59-12:00"])
def test_what_is_no_date_is_refused(said):
    with pytest.raises(BadValue):
        moment(said)


@pytest.mark.parametrize(
    ("model", "name", "said", "meant"),
    [
        (Invoice, "total", "1e2", Decimal("100.00")),
        (Invoice, "total", 0.1, Decimal("0.10")),
        (Invoice, "total", Decimal("0.125"), Decimal("0.13")),
        (Invoice, "total", "", None),
        (Invoice, "tax", None, 0),
        (Product, "stock_quantity", "5.0", 5),
        (Product, "track_stock", "false", False),
        (Product, "specifications", '{"watts": 5.5}', {"watts": 5.5}),
        (Customer, "phone", 4930123, "4930123"),
        (Customer, "phone", " 030 ", "030"),
        (Customer, "tags", '["a", "b"]', ["a", "b"]),
        (Customer, "tags", "a, b", ["a", "b"]),
        (Customer, "email", " Ida@Example.COM ", "ida@example.com"),
        (Customer, "notes", None, ""),
        (Email, "cc", "ida@example.com", ["ida@example.com"]),
    ],
)
def test_values_by_field(model, name, said, meant):
    assert converted(model._meta.get_field(name), said) == meant


@pytest.mark.parametrize(
    ("model", "name", "said"),
    [
        (Invoice, "total", "1,000"),
        (Invoice, "total", True),
        (Invoice, "total", [1]),
        (Invoice, "total", "1e99999"),
        (Product, "stock_quantity", "1e400"),
        (Product, "track_stock", "maybe"),
        (Product, "specifications", "watts"),
    ],
)
def test_values_that_are_none(model, name, said):
    with pytest.raises(BadValue):
        converted(model._meta.get_field(name), said)


def test_yes_and_no():
    assert flag("TRUE")
    assert not flag(0)
