"""What was invoiced and paid, and what is still to be paid.

Each invoice counts at the rate of the day of its issue, and so do the payments on it: a paid
invoice brought in what it was issued for. Days are the company's.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, F, QuerySet, Sum, Value, When
from django.db.models.functions import TruncDate

from crm.commerce.bookkeeping import Payment
from crm.commerce.models import Invoice
from crm.core.company import Company
from crm.core.money import rounded

from .figures import Group, Numbers, Tally, linked, seen
from .spans import TRUNCATED, Span, Window, midnight, part_of, written

CURRENT, OLDEST = "current", "over_90_days"
#: by how many days an invoice is past its due date: name, from, to
AGES = (
    (CURRENT, None, 0),
    ("days_1_30", 1, 30),
    ("days_31_60", 31, 60),
    ("days_61_90", 61, 90),
    (OLDEST, 91, None),
)
UNPAID = ("sent", "overdue")
#: what was booked on each day; a day's amounts of one currency and rate are converted together
Booked = dict[date, list[Group]]


def invoiced(user: Any, span: Span) -> Numbers:
    """Return what was invoiced in the span, less what was credited on those invoices."""
    company = Company.current()
    window = span.window(company.zone)
    return _invoiced(_issued(user, window, company), window, company)


def received(user: Any, span: Span) -> Numbers:
    """Return what was paid in the span. The count is that of invoices on which it was."""
    company = Company.current()
    window = span.window(company.zone)
    count = _payments(user, window).aggregate(count=Count("invoice", distinct=True))["count"]
    return _received(_paid(user, window, company), count, window, company)


def revenue(user: Any, span: Span, interval: str) -> Numbers:
    """Return what was invoiced and paid in the span, and in each of its parts."""
    company = Company.current()
    whole = span.window(company.zone)
    issued, paid = _issued(user, whole, company), _paid(user, whole, company)
    counts = _payers(user, whole, company, interval)
    count = _payments(user, whole).aggregate(count=Count("invoice", distinct=True))["count"]
    by_issue, by_payment = _by_part(issued, interval), _by_part(paid, interval)
    series = []
    for part in span.parts(interval, [*by_issue, *by_payment], zone=company.zone):
        key = part_of(part.first, interval)
        booked, came = {key: by_issue[key]}, {key: by_payment[key]}
        series.append(
            {
                "from": part.first,
                "invoiced": _invoiced(booked, part.window, company),
                "received": _received(came, counts.get(key, 0), part.window, company),
            }
        )
    return {
        "currency": company.base_currency,
        "time_zone": company.timezone,
        "interval": interval,
        "invoiced": _invoiced(issued, whole, company),
        "received": _received(paid, count, whole, company),
        "series": series,
    }


def _issued(user: Any, window: Window, company: Company) -> Booked:
    rows = seen(Invoice, user).issued().filter(window.among("issue_date"))
    found = rows.order_by().annotate(day=TruncDate("issue_date", tzinfo=company.zone))
    groups = found.values_list("day", "currency", "exchange_rate").annotate(
        count=Count("pk"), whole=Sum("total"), based=Sum("base_total"), back=Sum("amount_credited")
    )
    booked: Booked = defaultdict(list)
    for day, currency, rate, count, whole, based, back in groups:
        whole, back = rounded(whole or 0, currency), rounded(back or 0, currency)
        in_base = _in_base(whole - back, currency, rate, company)
        if in_base is not None and currency != company.base_currency and based is not None:
            in_base = rounded(based - rounded(back * rate, company.base_currency), "USD")
        booked[day].append(Group(count, currency, whole - back, in_base))
    return booked


def _payments(user: Any, window: Window) -> QuerySet:
    invoices = seen(Invoice, user).order_by().values("pk")
    return Payment.objects.filter(invoice__in=invoices).filter(window.among("paid_at")).order_by()


def _paid(user: Any, window: Window, company: Company) -> Booked:
    found = _payments(user, window).annotate(day=TruncDate("paid_at", tzinfo=company.zone))
    groups = found.values_list("day", "invoice__currency", "invoice__exchange_rate")
    booked: Booked = defaultdict(list)
    for day, currency, rate, sums in groups.annotate(sums=Sum("amount")):
        amount = rounded(sums, currency)
        booked[day].append(Group(1, currency, amount, _in_base(amount, currency, rate, company)))
    return booked


def _payers(user: Any, window: Window, company: Company, interval: str) -> dict[date, int]:
    """Return on how many invoices something was paid, by part of the span."""
    part = TRUNCATED[interval]("paid_at", tzinfo=company.zone)
    found = _payments(user, window).annotate(part=part).values_list("part")
    return {
        part.date(): count for part, count in found.annotate(count=Count("invoice", distinct=True))
    }


def _in_base(
    amount: Decimal, currency: str, rate: Decimal | None, company: Company
) -> Decimal | None:
    if currency == company.base_currency:
        return amount
    return None if rate is None else rounded(amount * rate, company.base_currency)


def _by_part(booked: Booked, interval: str) -> Booked:
    parts: Booked = defaultdict(list)
    for day, groups in booked.items():
        parts[part_of(day, interval)] += groups
    return parts


def _added(booked: Booked, company: Company) -> Tally:
    tally = Tally(company.base_currency)
    for groups in booked.values():
        for group in groups:
            tally.add(group)
    return tally


def _invoiced(booked: Booked, window: Window, company: Company) -> Numbers:
    chosen = {"status": "sent,overdue,paid", **window.filter("issue_date")}
    return linked("invoices", chosen, **_added(booked, company).numbers())


def _received(booked: Booked, count: int, window: Window, company: Company) -> Numbers:
    start = "" if window.start is None else written(window.start)
    chosen = {"paid_between": f"{start},{written(window.end)}"}
    numbers = _added(booked, company).numbers()
    unrated = [{"currency": part["currency"], "sum": part["sum"]} for part in numbers["unrated"]]
    return linked("invoices", chosen, count=count, sum=numbers["sum"], unrated=unrated)


# -- what is still to come -----------------------------------------------------------------


def receivables(user: Any, span: Span) -> Numbers:
    """Return what is still to pay on the invoices issued in the span, by age past the due date.

    An invoice is overdue from the day after its due date.
    """
    company = Company.current()
    window, today = span.window(company.zone), span.today(company.zone)
    rows = seen(Invoice, user).filter(status__in=UNPAID).filter(window.among("issue_date"))
    ages = {name: _due(first, last, today, company) for name, first, last in AGES}
    whens = [When(**bounds, then=Value(name)) for name, bounds in ages.items()]
    age = Case(*whens, output_field=CharField())
    groups = rows.order_by().annotate(age=age).values_list("age", "currency", "exchange_rate")
    left = Sum(F("total") - F("amount_paid") - F("amount_credited"))
    booked: dict[str, list[Group]] = defaultdict(list)
    for name, currency, rate, count, sums in groups.annotate(count=Count("pk"), left=left):
        amount = rounded(sums or 0, currency)
        in_base = _in_base(amount, currency, rate, company)
        booked[name].append(Group(count, currency, amount, in_base))

    def figure(names: Iterable[str], bounds: dict[str, datetime]) -> Numbers:
        tally = Tally(company.base_currency)
        for group in (group for name in names for group in booked[name]):
            tally.add(group)
        due = {name: written(moment) for name, moment in bounds.items()}
        chosen = {"status": ",".join(UNPAID), **window.filter("issue_date"), **due}
        return linked("invoices", chosen, **tally.numbers())

    late = [name for name in ages if name != CURRENT]
    return {
        "currency": company.base_currency,
        "time_zone": company.timezone,
        "as_of": today,
        "total": figure(ages, {}),
        "overdue": figure(late, _due(1, None, today, company)),
        **{name: figure([name], bounds) for name, bounds in ages.items()},
    }


def _due(first: int | None, last: int | None, today: date, company: Company) -> dict[str, datetime]:
    """Return between which times an invoice was due that is ``first`` to ``last`` days late."""
    bounds = {}
    if last is not None:
        bounds["due_date__gte"] = midnight(today - timedelta(days=last), company.zone)
    if first is not None:
        bounds["due_date__lt"] = midnight(today - timedelta(days=first - 1), company.zone)
    return bounds
