"""What repeats: RRULEs of RFC 5545, kept at the same time of day whatever the clocks do.

Only rules of days, weeks, months and years are taken, and of these the ones of which a next
time is found at once: no client can have the server search to the end of the calendar.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST_RULE = 200
MOST_TIMES = 1000
#: what each frequency may be narrowed by
PARTS = {
    "DAILY": (),
    "WEEKLY": ("BYDAY", "WKST"),
    "MONTHLY": ("BYDAY", "BYMONTHDAY", "BYSETPOS", "WKST"),
    "YEARLY": ("BYDAY", "BYMONTH", "BYMONTHDAY", "WKST"),
}
DAY = r"(MO|TU|WE|TH|FR|SA|SU)"
NTH_DAY = rf"([+-]?[1-5])?{DAY}"
VALUES = {
    "INTERVAL": r"[1-9]\d{0,2}",
    "COUNT": r"[1-9]\d{0,3}",
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "BYDAY": rf"{NTH_DAY}(,{NTH_DAY})*",
    "BYMONTH": r"([1-9]|1[0-2])(,([1-9]|1[0-2]))*",
    "BYMONTHDAY": r"-?([1-9]|[12]\d|3[01])(,-?([1-9]|[12]\d|3[01]))*",
    "BYSETPOS": r"-?[1-5](,-?[1-5])*",
    "WKST": DAY,
}
EXAMPLE = gettext_lazy("Write a rule such as FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10.")


@dataclass(frozen=True)
class Rule:
    """A rule, read. ``count`` and ``until`` end it; neither is open."""

    parts: dict[str, str]
    count: int | None = None
    until: str = ""
    _search: str = field(default="", repr=False)

    def __str__(self) -> str:
        return ";".join(f"{name}={value}" for name, value in self.parts.items())

    def one_less(self) -> str:
        """Return the rule after one of its times has been; empty where that was the last."""
        if self.count is None:
            return str(self)
        if self.count <= 1:
            return ""
        return str(Rule({**self.parts, "COUNT": str(self.count - 1)}))

    def next_after(self, moment: datetime, zone: str, *, at: time | None = None) -> datetime | None:
        """Return the time that follows ``moment``, itself one of the times, or None.

        The time of day on the clocks of ``zone`` is kept: that of ``moment``, or ``at``
        where ``moment`` fell into an hour that the clocks left out.
        """
        local = _on_the_wall(moment, zone)
        if at is not None:
            local = datetime.combine(local.date(), at)
        try:
            found = rrulestr(self._search, dtstart=local).after(local)
            if found is None or self._is_past_end(found, zone):
                return None
            return _as_moment(found, zone)
        except (OverflowError, ValueError):  # the calendar ends before
            return None

    def begins(self, start: datetime, zone: str) -> bool:
        """Whether a series of this rule can begin at ``start``."""
        local = _on_the_wall(start, zone)
        try:
            first = next(iter(rrulestr(self._search, dtstart=local)), None)
        except (OverflowError, ValueError):
            return False
        return first is not None and first == local.replace(microsecond=0)

    def times_from(self, start: datetime, zone: str, *, since: datetime) -> Iterator[datetime]:
        """Yield the times of a series that began at ``start``, those from ``since`` on."""
        local = _on_the_wall(start, zone)
        earliest = _on_the_wall(since, zone) - timedelta(days=1)  # clocks differ by less
        times: Any = rrulestr(self._search, dtstart=self._nearer(local, earliest))
        if self.count is not None:
            times = times.replace(count=self.count)
        try:
            for found in times if self.count is not None else times.xafter(earliest, inc=True):
                if self._is_past_end(found, zone):
                    return
                moment = _as_moment(found, zone)
                if moment >= since:
                    yield moment
        except (OverflowError, ValueError):
            return

    def _nearer(self, local: datetime, earliest: datetime) -> datetime:
        """Return a later beginning of the same series, so that old ones need no long walk."""
        days = {"DAILY": 1, "WEEKLY": 7}.get(self.parts["FREQ"])
        if days is None or self.count is not None or local >= earliest:
            return local
        step = days * int(self.parts.get("INTERVAL", "1"))
        return local + timedelta(days=(earliest - local).days // step * step)

    def _is_past_end(self, local: datetime, zone: str) -> bool:
        return bool(self.until) and _as_moment(local, zone) > self.end(zone)

    def end(self, zone: str) -> datetime:
        """Return the last moment of a rule with UNTIL; a plain day ends at its midnight."""
        if len(self.until) == 8:
            day = datetime.strptime(self.until, "%Y%m%d").date()
            return _as_moment(datetime.combine(day, time.max), zone)
        local = datetime.strptime(self.until.rstrip("Z"), "%Y%m%dT%H%M%S")
        return local.replace(tzinfo=UTC) if self.until.endswith("Z") else _as_moment(local, zone)


def read(text: str) -> Rule:
    """Read a rule. Raises ``ValidationError`` that says what is wrong with it."""
    if len(text) > LONGEST_RULE:
        raise ValidationError(_("A rule has at most %(most)s characters.") % {"most": LONGEST_RULE})
    parts: dict[str, str] = {}
    for part in text.upper().split(";"):
        name, _sep, value = part.partition("=")
        if not value or name in parts:
            raise ValidationError(
                _("This is no rule of repetition. %(example)s") % {"example": EXAMPLE}
            )
        parts[name] = value
    frequency = parts.get("FREQ")
    if frequency not in PARTS:
        raise ValidationError(
            _("FREQ is one of %(allowed)s. %(example)s")
            % {"allowed": ", ".join(PARTS), "example": EXAMPLE}
        )
    allowed = ("FREQ", "INTERVAL", "COUNT", "UNTIL", *PARTS[frequency])
    for name, value in parts.items():
        if name not in allowed:
            raise ValidationError(
                _("%(name)s is not taken with FREQ=%(frequency)s. Taken are: %(allowed)s.")
                % {"name": name, "frequency": frequency, "allowed": ", ".join(allowed)}
            )
        if name != "FREQ" and not re.fullmatch(VALUES[name], value, re.ASCII):
            raise ValidationError(
                _("%(value)s is no value of %(name)s. %(example)s")
                % {"value": value, "name": name, "example": EXAMPLE}
            )
    _check_sense(parts)
    count = int(parts["COUNT"]) if "COUNT" in parts else None
    search = ";".join(f"{n}={v}" for n, v in parts.items() if n not in ("COUNT", "UNTIL"))
    return Rule(parts, count, parts.get("UNTIL", ""), search)


def _check_sense(parts: dict[str, str]) -> None:
    """Refuse rules that contradict themselves, or that never come true."""
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValidationError(_("A rule ends by COUNT or by UNTIL, not by both."))
    if int(parts.get("COUNT", "0")) > MOST_TIMES:
        raise ValidationError(
            _("COUNT is at most %(most)s; leave it out for no end.") % {"most": MOST_TIMES}
        )
    if until := parts.get("UNTIL"):
        try:
            datetime.strptime(until.rstrip("Z"), "%Y%m%dT%H%M%S" if "T" in until else "%Y%m%d")
        except ValueError:
            raise ValidationError(
                _("%(until)s is no date, such as 20261231.") % {"until": until}
            ) from None
    nth = any(character.isdigit() for character in parts.get("BYDAY", ""))
    if nth and parts["FREQ"] == "WEEKLY":
        raise ValidationError(_("In a week each day comes once: write BYDAY=MO, not BYDAY=1MO."))
    if "BYDAY" in parts and "BYMONTHDAY" in parts:
        raise ValidationError(_("Write BYDAY or BYMONTHDAY, not both."))
    if "BYSETPOS" in parts and ("BYDAY" not in parts or nth):
        raise ValidationError(_("BYSETPOS picks from BYDAY, such as BYDAY=MO,TU;BYSETPOS=-1."))
    if "BYMONTHDAY" in parts and parts["FREQ"] == "YEARLY" and not _comes_true(parts):
        raise ValidationError(_("There is no such day in these months."))


def _comes_true(parts: dict[str, str]) -> bool:
    """Whether any of the months has one of the days, in a leap year."""
    if "BYMONTH" not in parts:
        return True
    longest = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
    months = [int(month) for month in parts["BYMONTH"].split(",")]
    days = [abs(int(day)) for day in parts["BYMONTHDAY"].split(",")]
    return any(min(days) <= longest.get(month, 31) for month in months)


def check_rule(text: str) -> None:
    """Refuse text that is no rule; empty is no repetition."""
    if text:
        read(text)


def time_of_day(moment: datetime, zone: str) -> time:
    """Return what the clocks of ``zone`` show."""
    return _on_the_wall(moment, zone).time()


def _on_the_wall(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def _as_moment(local: datetime, zone: str) -> datetime:
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
