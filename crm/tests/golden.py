"""A small company in March 2026, its numbers small enough to be added up by hand.

It keeps its books in US dollars and in Berlin; its people live by UTC. It is the evening of
the 31st. Mia manages Ann and Tom, Zoe sells elsewhere, Sam supports, Max runs the place.
"""

from datetime import UTC, date, datetime
from typing import Any

from crm.activities.tests.factories import (
    ActivityFactory,
    CallFactory,
    MeetingFactory,
    TaskFactory,
)
from crm.commerce import operations as commerce
from crm.commerce.models import Invoice
from crm.core import records
from crm.core.company import Company, ExchangeRate
from crm.messaging.tests.factories import EmailFactory
from crm.sales.models import Deal
from crm.sales.tests.factories import DealFactory, LeadFactory
from crm.support.tests.factories import TicketFactory

EVENING = datetime(2026, 3, 31, 18, tzinfo=UTC)
MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
Stage = Deal.Stage


def at(month: int, day: int, hour: int = 12, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


class Clock:
    """The time that it is, as long as somebody says so."""

    def __init__(self) -> None:
        self.time = EVENING

    def __call__(self) -> datetime:
        return self.time


def play_march(clock: Clock, *, ann: Any, tom: Any, zoe: Any, sam: Any, max: Any) -> None:
    """Store all that happened."""
    Company.objects.create(name="Nordlicht", base_currency="USD", timezone="Europe/Berlin")
    for day, rate in ((1, "1.10"), (16, "1.20")):
        ExchangeRate.objects.create(currency="EUR", rate=rate, valid_from=date(2026, 3, day))
    deals = _sell(ann, tom, zoe)
    _meet_leads(deals, ann, tom, zoe)
    _work(ann, tom, zoe, sam)
    _bill(clock, ann, tom, zoe, max)
    clock.time = EVENING


def made(factory: Any, when: datetime, **values: Any) -> Any:
    """Store a record that was made at a time."""
    record = factory(**values)
    type(record).objects.filter(pk=record.pk).update(created_at=when)
    return record


def _sell(ann: Any, tom: Any, zoe: Any) -> dict[str, Any]:
    def won(owner: Any, day: datetime, amount: str, currency: str = "USD") -> Any:
        return DealFactory(
            assigned_to=owner,
            stage=Stage.CLOSED_WON,
            amount=amount,
            currency=currency,
            close_date=day,
        )

    def lost(owner: Any, day: datetime, amount: str) -> Any:
        return DealFactory(
            assigned_to=owner, stage=Stage.CLOSED_LOST, amount=amount, close_date=day
        )

    def coming(owner: Any, stage: str, share: int, amount: str, day: datetime, **more: Any) -> Any:
        return DealFactory(
            assigned_to=owner,
            stage=stage,
            probability=share,
            amount=amount,
            expected_close_date=day,
            **more,
        )

    deals = {
        "ann won": won(ann, at(3, 10), "1000.00"),
        "zoe won": won(zoe, at(3, 18), "4000.00"),
        "ann open": coming(ann, Stage.NEGOTIATION, 90, "3000.00", at(4, 15)),
    }
    won(tom, at(3, 20), "500.50", "EUR")
    won(ann, at(2, 20), "250.00")
    lost(ann, at(3, 15), "2000.00")
    lost(tom, at(3, 30), "10.00")
    coming(ann, Stage.QUALIFICATION, 10, "100.05", at(4, 20), currency="EUR")
    coming(zoe, Stage.PROPOSAL, 75, "700.00", at(5, 10), currency="CHF")
    return deals


def _meet_leads(deals: dict[str, Any], ann: Any, tom: Any, zoe: Any) -> None:
    def lead(day: datetime, owner: Any, source: str, status: str, **more: Any) -> None:
        made(LeadFactory, day, assigned_to=owner, source=source, status=status, **more)

    def converted(day: datetime, owner: Any, source: str, on: datetime, deal: str) -> None:
        more = {"converted_date": on, "converted_deal": deals[deal]}
        lead(day, owner, source, "converted", **more)

    converted(at(3, 2), ann, "website", at(3, 10), "ann won")
    converted(at(3, 12), ann, "website", at(3, 20), "ann open")
    converted(at(3, 3), zoe, "referral", at(3, 18), "zoe won")
    lead(at(3, 5), ann, "website", "contacted")
    lead(at(3, 9), ann, "referral", "qualified")
    lead(at(3, 20), zoe, "cold_call", "new")
    lead(at(3, 25), None, "other", "unqualified")
    lead(at(3, 15), tom, "website", "new")
    lead(at(2, 10), ann, "website", "new")


def _work(ann: Any, tom: Any, zoe: Any, sam: Any) -> None:
    for owner, day, status in (
        (ann, 3, "completed"),
        (ann, 4, "completed"),
        (ann, 5, "missed"),
        (tom, 6, "completed"),
        (zoe, 7, "completed"),
        (sam, 16, "completed"),
    ):
        CallFactory(user=owner, start_time=at(3, day), status=status)
    for owner, day in ((zoe, 8), (ann, 9)):
        times = {"start_time": at(3, day), "end_time": at(3, day, 13)}
        MeetingFactory(host=owner, status="completed", **times)
    EmailFactory(created_by=ann, status="sent", sent_at=at(3, 9))
    EmailFactory(created_by=zoe, status="bounced", sent_at=at(3, 10))
    EmailFactory(created_by=ann, status="draft")
    TaskFactory(assigned_to=ann, due_date=at(3, 20))
    TaskFactory(assigned_to=zoe, due_date=at(3, 30))
    TaskFactory(assigned_to=tom, due_date=at(4, 5))
    TaskFactory(assigned_to=tom, status="completed", completed_date=at(3, 11))
    made(ActivityFactory, at(3, 2), user=ann)
    made(ActivityFactory, at(3, 3), user=zoe)
    TicketFactory(assigned_to=sam, sla_breached=True)
    TicketFactory(assigned_to=sam, status="pending")
    solved = {"status": "resolved", "resolution": "Done.", "sla_breached": True}
    TicketFactory(assigned_to=sam, resolved_date=at(3, 12), **solved)
    TicketFactory(assigned_to=sam, resolved_date=at(2, 12), **solved)


def _bill(clock: Clock, ann: Any, tom: Any, zoe: Any, max: Any) -> None:
    """By the verbs themselves, each at its time: rates and numbers are fixed at issue."""

    def issue(owner: Any, when: datetime, due: datetime, *prices: str, currency="USD") -> Any:
        clock.time = when
        items = [{"name": "Lamp", "quantity": 1, "unit_price": price} for price in prices]
        values = {"due_date": due, "items": items, "currency": currency, "status": "sent"}
        return records.create(Invoice(assigned_to=owner, **values), by=max)

    def pay(invoice: Any, when: datetime, amount: str) -> None:
        clock.time = when
        commerce.add_payment(invoice, amount, by=max)

    issue(ann, at(12, 15, year=2025), at(12, 20, year=2025), "50.00")  # 101 days late
    issue(ann, at(1, 20), at(1, 25), "120.00")  # 65 days late
    march_in_berlin = issue(ann, at(2, 28, 23, 30), at(3, 10), "1000.00")  # 21 days late
    pay(march_in_berlin, at(3, 5), "400.00")
    february = issue(zoe, at(2, 10), at(2, 20), "80.00")  # 39 days late
    pay(february, at(2, 28, 23, 10), "30.00")  # March in Berlin
    euros = issue(tom, at(3, 10), at(4, 10), "200.10", currency="EUR")  # 220.11
    pay(euros, at(3, 20), "100.05")  # 110.055
    issue(zoe, at(3, 17), at(3, 31), "300.00", currency="EUR")  # 360.00, due today
    issue(ann, at(3, 12), at(3, 20), "90.00", currency="CHF")  # nobody knows what that is
    clock.time = at(3, 14)
    commerce.void_invoice(issue(tom, at(3, 13), at(4, 13), "70.00"), "Sent twice.", by=max)
    credited = issue(zoe, at(3, 5), at(4, 5), "374.50", "125.50")
    back = [{"name": "Lamp", "quantity": 1, "unit_price": "125.50"}]
    commerce.credit_invoice(credited, reason="Broken.", items=back, by=max)
    pay(credited, at(3, 25), "374.50")
    clock.time = at(3, 30)
    draft = {"due_date": at(4, 30), "items": [{"name": "x", "quantity": 1, "unit_price": "999"}]}
    records.create(Invoice(assigned_to=ann, **draft), by=max)
