"""What a caller asks for: which days, cut into what, of which pipeline."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from crm.core.written import identifier
from crm.sales.models import Pipeline
from crm.sales.pipelines import default_pipeline

from .spans import MOST_PARTS, STEPS, Span

RANGES = {"7d": 7, "30d": 30, "90d": 90, "365d": 365, "all": None}
USUAL_RANGE = "30d"
SPAN = ("range", "from", "to")
YEARS = range(1900, 2200)  # so that a month more or less is a date too


class Asked:
    """The parameters of one request. What is wrong is told all at once by ``check``."""

    def __init__(self, params: Any, *names: str, now: datetime | None = None):
        self.params = params
        self.now = now or timezone.now()
        self.problems: dict[str, list[str]] = {}
        for name in params:
            if name not in names:
                self.complain(name, _("There is no such parameter here."))

    def complain(self, name: str, message: str) -> None:
        """Remember that a parameter is wrong."""
        self.problems.setdefault(name, []).append(message)

    def check(self) -> None:
        """Raise ``ValidationError`` for what was found wrong."""
        if self.problems:
            raise ValidationError(self.problems)

    def span(self, usual: str = USUAL_RANGE) -> Span:
        """Read ``range``, or ``from`` and ``to``."""
        zone = timezone.get_current_timezone()
        whole = Span(self.now, zone, days=RANGES[usual])
        text = self.params.get("range", "")
        first, last = self._day("from"), self._day("to")
        if text and text not in RANGES:
            self.complain(
                "range",
                _("Write one of: %(allowed)s; or from and to.") % {"allowed": ", ".join(RANGES)},
            )
        if text and (first or last):
            self.complain("range", _("Send either range, or from and to."))
        if last and not first:
            self.complain("from", _("Say from which day, too."))
        last = last or whole.today()
        if first and first > last:
            self.complain(
                "from", _("The first day comes after the last one, %(last)s.") % {"last": last}
            )
        self.check()
        if first:
            return Span(self.now, zone, first=first, last=last)
        return Span(self.now, zone, days=RANGES[text]) if text else whole

    def interval(self, span: Span) -> str:
        """Read ``interval``; else what suits the length of the span."""
        text = self.params.get("interval", "") or span.usual_interval()
        if text not in STEPS:
            self.complain(
                "interval", _("Write one of: %(allowed)s.") % {"allowed": ", ".join(STEPS)}
            )
        elif span.count_parts(text) > MOST_PARTS:
            self.complain(
                "interval",
                _("That makes more than %(most)s parts. Take a longer one.") % {"most": MOST_PARTS},
            )
        self.check()
        return text

    def pipeline(self) -> Pipeline:
        """Read ``pipeline``, an id; else the default one."""
        text, found = self.params.get("pipeline", ""), None
        if text:
            try:
                found = Pipeline.objects.filter(pk=identifier(text)).first()
            except ValueError as error:
                self.complain("pipeline", str(error))
            else:
                if found is None:
                    self.complain("pipeline", _("There is no such pipeline."))
        self.check()
        return found or default_pipeline()

    def _day(self, name: str) -> date | None:
        text, day = self.params.get(name, ""), None
        if text:
            try:
                day = parse_date(text)
            except ValueError:
                day = None
            if day is None or day.year not in YEARS:
                self.complain(name, _("Not a date from 1900 to 2199: write 2026-03-31."))
                return None
        return day
