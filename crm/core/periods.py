"""Points in time as people write them in a filter: exact, a day, or relative to now."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

OFFSET = re.compile(r"^([+-])(\d{1,5})([hdwmy])\Z", re.ASCII)
UNITS = {"h": "hours", "d": "days", "w": "weeks", "m": "months", "y": "years"}
EARLIEST, LATEST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
STARTS = ("yesterday", "today", "tomorrow")


@dataclass(frozen=True)
class Period:
    """From ``start`` up to, but without, ``end``; one instant where both are equal."""

    start: datetime
    end: datetime

    @property
    def is_instant(self) -> bool:
        return self.start == self.end


def bounded(moment: datetime) -> datetime:
    """Return a time in UTC. Raises ``ValueError`` where calendars and databases end."""
    try:
        moment = moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(_("This date is out of range.")) from error
    if not EARLIEST <= moment <= LATEST:
        raise ValueError(_("Dates go from the year 1000 to 9999."))
    return moment


def period(text: str, *, now: datetime | None = None) -> Period:
    """Read ``2026-03-01``, ``2026-03-01T10:00Z``, ``-30d``, ``today`` or ``last_month``.

    Days and what is longer are those of the present time zone, the user's (behaviours.md
    G10). Raises ``ValueError`` for anything else.
    """
    now = timezone.localtime(now)
    if match := OFFSET.match(text):
        sign, number, unit = match.groups()
        try:
            moment = now + relativedelta(**{UNITS[unit]: int(sign + number)})
        except (ValueError, OverflowError) as error:
            raise ValueError(_("This date is out of range.")) from error
        return _instant(moment)
    if text in STARTS:
        return _days(now.date() + timedelta(days=STARTS.index(text) - 1), relativedelta(days=1))
    which, _sep, unit = text.partition("_")
    if which in ("last", "this", "next") and unit in ("week", "month", "quarter", "year"):
        return _calendar(now.date(), unit, ("last", "this", "next").index(which) - 1)
    return _written(text)


def _written(text: str) -> Period:
    try:
        if (day := parse_date(text)) is not None:
            return _days(day, relativedelta(days=1))
        moment = parse_datetime(
            text.replace(" ", "+") if text.count(" ") == 1 and "T" in text else text
        )
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise ValueError(
            _("Not a date: write 2026-03-31, 2026-03-31T14:00:00Z, -30d, today or this_month.")
        )
    return _instant(moment if timezone.is_aware(moment) else timezone.make_aware(moment))


def _instant(moment: datetime) -> Period:
    moment = bounded(moment)
    return Period(moment, moment)


def _days(first: date, length: relativedelta) -> Period:
    try:
        return Period(bounded(_midnight(first)), bounded(_midnight(first + length)))
    except (ValueError, OverflowError) as error:
        raise ValueError(_("Dates go from the year 1000 to 9999.")) from error


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _calendar(today: date, unit: str, steps: int) -> Period:
    match unit:
        case "week":
            first, length = today - timedelta(days=today.weekday()), relativedelta(weeks=1)
        case "month":
            first, length = today.replace(day=1), relativedelta(months=1)
        case "quarter":
            month = (today.month - 1) // 3 * 3 + 1
            first, length = today.replace(month=month, day=1), relativedelta(months=3)
        case _:
            first, length = today.replace(month=1, day=1), relativedelta(years=1)
    return _days(first + length * steps, length)
