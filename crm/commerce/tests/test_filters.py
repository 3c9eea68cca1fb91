"""Questions that only lists of invoices answer."""

from datetime import UTC, datetime

import pytest

from crm.commerce.bookkeeping import Payment
from crm.commerce.tests.factories import InvoiceFactory
from crm.tests.refusals import refused

pytestmark = pytest.mark.django_db
INVOICES = "/api/v1/invoices"


def paid(*days):
    """Store an invoice with a payment on each of some days of March."""
    invoice = InvoiceFactory(status="sent", total=100)
    for day in days:
        at = datetime(2026, 3, day, 12, tzinfo=UTC)
        Payment.objects.create(invoice=invoice, amount=1, paid_at=at)
    return str(invoice.pk)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ("2026-03-05,2026-03-10", {"on the 5th"}),
        ("2026-03-05T12:00:00Z,2026-03-20T12:00:00Z", {"on the 5th"}),
        ("2026-03-02,", {"on the 5th", "before and after"}),
        (",2026-03-02", {"before and after"}),
        ("", {"on the 5th", "before and after", "never"}),
    ],
)
def test_invoices_on_which_something_was_paid_between_two_times(client_of, max, times, expected):
    ids = {"on the 5th": paid(5, 6), "before and after": paid(1, 20), "never": paid()}
    rows = client_of(max).get(INVOICES, {"paid_between": times}).json()["data"]
    assert sorted(row["id"] for row in rows) == sorted(ids[name] for name in expected)


@pytest.mark.parametrize("times", ["2026-03-05", ",", "1,2", "a,b", "2026-03-01,2026-03-02,x"])
def test_two_times_that_are_none_are_refused(client_of, max, times):
    answer = client_of(max).get(INVOICES, {"paid_between": times})
    refused(answer, 400, "invalid", "paid_between")
