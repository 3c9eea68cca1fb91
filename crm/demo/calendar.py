"""When things happened: the office hours of the last months, busier towards today."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from random import Random

HISTORY_DAYS = 240
OPENS, CLOSES = 7, 18  # UTC
SATURDAY = 5
GROWTH = 1.35  # above 1 the records crowd towards today


class Calendar:
    """The demo's own time, which ends at ``now``."""

    def __init__(self, now: datetime, random: Random) -> None:
        self.now = now.astimezone(UTC).replace(microsecond=0)
        self.random = random
        self.start = self.now - timedelta(days=HISTORY_DAYS)

    def spread(self, count: int, *, since_days: int = HISTORY_DAYS) -> Iterator[datetime]:
        """Return ``count`` moments in office hours, oldest first and denser towards today."""
        hours = list(self._office_hours(since_days))
        for place in range(count):
            share = (place + self.random.random()) / count
            age = (1 - share) ** GROWTH * len(hours)
            start, end = hours[len(hours) - 1 - min(int(age), len(hours) - 1)]
            yield start + (end - start) * (1 - age % 1)

    def _office_hours(self, days: int) -> Iterator[tuple[datetime, datetime]]:
        for back in range(days, -1, -1):
            day = (self.now - timedelta(days=back)).date()
            opens = datetime.combine(day, time(OPENS), UTC)
            if day.weekday() < SATURDAY and opens < self.now:
                yield opens, min(opens + timedelta(hours=CLOSES - OPENS), self.now)

    def between(self, start: datetime, end: datetime) -> datetime:
        """Return a moment between two others."""
        return start + (end - start) * self.random.random()

    def after(self, moment: datetime, *, days: float) -> datetime:
        """Return a moment up to about ``days`` after another one, but not after now."""
        latest = min(moment + timedelta(days=days), self.now)
        return min(self.in_office(self.between(moment, max(latest, moment))), self.now)

    def ahead(self, *, days: int) -> datetime:
        """Return a time of day that people agree on, one to ``days`` days from now."""
        return self.agreed(self.now + timedelta(days=self.random.uniform(1, days)))

    def agreed(self, moment: datetime) -> datetime:
        """Return the next quarter of an hour in office hours."""
        late = timedelta(minutes=moment.minute % 15, seconds=moment.second)
        quarter = (moment - late).replace(microsecond=0) + timedelta(minutes=15)
        return self.in_office(quarter)

    def in_office(self, moment: datetime) -> datetime:
        """Return the moment itself, or a later one at which somebody is in the office."""
        if moment.hour >= CLOSES:
            moment += timedelta(hours=24 - CLOSES + OPENS)
        elif moment.hour < OPENS:
            moment += timedelta(hours=OPENS)
        if moment.weekday() >= SATURDAY:
            moment += timedelta(days=7 - moment.weekday())
        return moment

    def age(self, moment: datetime) -> timedelta:
        """Return how long ago a moment was."""
        return self.now - moment
