"""Promises that the tests of tickets can count on, whatever a database begins with."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.support.models import SlaCalendar, SlaPolicy, Ticket
from crm.support.operations import create_ticket

OFFICE_DAYS = ("mon", "tue", "wed", "thu", "fri")
PROMISES = {"urgent": (60, 480), "high": (240, 1440), "medium": (480, 2400), "low": (960, 4800)}


def at(text):
    """A moment in March 2026, such as ``02 09:00`` for that Monday."""
    return datetime.fromisoformat(f"2026-03-{text.replace(' ', 'T')}").replace(tzinfo=UTC)


def hours(number):
    return timedelta(hours=number)


@pytest.fixture
def office(db):
    """Monday to Friday, nine to five, UTC."""
    SlaPolicy.objects.all().delete()
    SlaCalendar.objects.all().delete()
    week = {day: [["09:00", "17:00"]] for day in OFFICE_DAYS}
    return SlaCalendar.objects.create(name="Office", hours=week)


@pytest.fixture
def policies(office):
    """A promise for each priority, in office hours."""
    return {
        priority: SlaPolicy.objects.create(
            name=priority,
            priority=priority,
            calendar=office,
            first_response_minutes=answer,
            resolution_minutes=solution,
        )
        for priority, (answer, solution) in PROMISES.items()
    }


@pytest.fixture
def make(policies, sam):
    """Open a ticket by the verb, on Monday morning unless told otherwise."""

    def make(now="02 09:00", by=sam, **values):
        ticket = Ticket(**{"subject": "Dark", "description": "No light", **values})
        return create_ticket(ticket, by=by, now=at(now))

    return make
