"""What customers are promised: how fast tickets of each priority are answered and solved."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from uuid_utils.compat import uuid7

from crm.core import fields

from . import sla

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_MINUTES = 100_000  # about a year of office hours
CLOCK_TIME = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d\Z|^24:00\Z", "maxLength": 5}
HOURS_OF_A_DAY = {
    "type": "array",
    "maxItems": 10,
    "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": CLOCK_TIME},
}
HOURS_OF_A_WEEK = {
    "type": "object",
    "properties": dict.fromkeys(WEEKDAYS, HOURS_OF_A_DAY),
    "additionalProperties": False,
}
HOLIDAY = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d\Z", "maxLength": 10}


class Priority(models.TextChoices):
    """How urgent a ticket is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"


class SlaCalendar(models.Model):
    """When somebody is there to help: the time that counts for promises."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = fields.string(
        required=True,
        unique=True,
        error_messages={"unique": gettext_lazy("Another calendar already has this name.")},
    )
    timezone = fields.string(64, default="UTC", blank=False)
    hours = fields.ShapedJSONField(
        schema=HOURS_OF_A_WEEK,
        help_text='Such as {"mon": [["09:00", "12:30"], ["13:00", "17:00"]], "sat": '
        '[["00:00", "24:00"]]}; days left out are closed.',
    )
    holidays = fields.json_list(
        HOLIDAY, longest=1000, help_text='Closed days, such as ["2026-12-25", "2027-01-01"].'
    )

    class Meta:
        db_table = "sla_calendars"
        ordering: ClassVar[list[str]] = ["name"]
        verbose_name = "support calendar"

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse hours that overlap or run backwards, and days that no calendar has."""
        super().clean()
        problems: dict[str, str] = {}
        if self.timezone not in available_timezones():
            problems["timezone"] = _("'%(name)s' is not a time zone, such as Europe/Berlin.") % {
                "name": self.timezone
            }
        if reason := _flaw_of_hours(self.hours):
            problems["hours"] = reason
        if reason := _flaw_of_holidays(self.holidays):
            problems["holidays"] = reason
        if problems:
            raise ValidationError(problems)

    def rules(self) -> sla.Calendar:
        """Return the calendar as the arithmetic of promises takes it."""
        week = tuple(_intervals(self.hours.get(day, [])) for day in WEEKDAYS)
        holidays = frozenset(date.fromisoformat(day) for day in self.holidays)
        return sla.Calendar(ZoneInfo(self.timezone), week, holidays)


class SlaPolicy(models.Model):
    """What is promised for tickets of one priority, in minutes of the calendar's time.

    Of one priority one policy is active. A ticket keeps the policy that it was given until
    its priority changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = fields.string(required=True)
    priority = fields.choice(Priority)
    calendar = models.ForeignKey(SlaCalendar, on_delete=models.PROTECT, related_name="policies")
    first_response_minutes = fields.whole(60, minimum=1, maximum=MOST_MINUTES)
    resolution_minutes = fields.whole(480, minimum=1, maximum=MOST_MINUTES)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "sla_policies"
        ordering: ClassVar[list[str]] = ["name"]
        verbose_name = "support promise"
        constraints: ClassVar[list] = [
            models.UniqueConstraint(
                fields=["priority"],
                condition=Q(active=True),
                name="sla_policy_one_active",
                violation_error_message=gettext_lazy(
                    "Another active promise already serves this priority: switch that one off "
                    "first."
                ),
            ),
            models.CheckConstraint(
                condition=Q(resolution_minutes__gte=models.F("first_response_minutes")),
                name="sla_policy_answers_first",
                violation_error_message=gettext_lazy(
                    "A ticket is answered before it is solved: give the solution at least as many "
                    "minutes as the first answer."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def allowance(self, clock: str) -> timedelta:
        """Return how much business time the ``response`` or the ``resolution`` may take."""
        minutes = {
            "response": self.first_response_minutes,
            "resolution": self.resolution_minutes,
        }
        return timedelta(minutes=minutes[clock])


def active_policy(priority: str) -> SlaPolicy | None:
    """Return what is promised for a priority now, or None where nothing is."""
    policies = SlaPolicy.objects.select_related("calendar")
    return policies.filter(priority=priority, active=True).first()


def _intervals(pairs: list[list[str]]) -> tuple[sla.Hours, ...]:
    return tuple((_since_midnight(opens), _since_midnight(closes)) for opens, closes in pairs)


def _since_midnight(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def _flaw_of_hours(hours: Any) -> str:
    """Say what is wrong with the hours of a week beyond their shape, or nothing."""
    try:
        week = {day: _intervals(pairs) for day, pairs in hours.items()}
    except (AttributeError, TypeError, ValueError):
        return ""  # the shape is wrong, and is told as such
    if not any(week.values()):
        return _("A calendar is open at least once a week.")
    for day, intervals in week.items():
        if any(opens >= closes for opens, closes in intervals):
            return _(
                "%(day)s: hours end after they begin. Those over midnight are two: until "
                "24:00, and from 00:00 on the next day."
            ) % {"day": day}
        if any(first[1] > second[0] for first, second in pairwise(intervals)):
            return _("%(day)s: hours stand in order and don't overlap.") % {"day": day}
    return ""


def _flaw_of_holidays(holidays: Any) -> str:
    """Name the first day that no calendar has, or nothing."""
    for day in holidays if isinstance(holidays, list) else []:
        try:
            date.fromisoformat(day)
        except ValueError:
            return _("There is no day '%(day)s'; write days such as 2026-12-25.") % {
                "day": day[:20]
            }
        except TypeError:
            return ""  # the shape is wrong, and is told as such
    return ""
