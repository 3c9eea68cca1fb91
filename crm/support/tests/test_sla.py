"""Business time: known cases by hand, and laws that hold for any calendar."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.support.sla import HORIZON, Calendar, Clock, due, elapsed

BERLIN, MINUTE, HOUR, DAY = (
    ZoneInfo("Europe/Berlin"),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
NINE_TO_FIVE = ((9 * HOUR, 17 * HOUR),)
ALL_DAY = ((0 * HOUR, 24 * HOUR),)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def office(zone=UTC, *holidays):
    return Calendar(zone, (NINE_TO_FIVE,) * 5 + ((), ()), frozenset(holidays))


def always(zone=UTC):
    return Calendar(zone, (ALL_DAY,) * 7)


def at(text, zone=UTC):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-02T10:00", 4, "2026-03-02T14:00"),  # a Monday
        ("2026-03-02T10:00", 7, "2026-03-02T17:00"),
        ("2026-03-02T16:00", 2, "2026-03-03T10:00"),
        ("2026-03-02T05:00", 1, "2026-03-02T10:00"),
        ("2026-03-02T23:00", 1, "2026-03-03T10:00"),
        ("2026-03-06T16:00", 2, "2026-03-09T10:00"),  # over the weekend
        ("2026-03-07T12:00", 8, "2026-03-09T17:00"),
        ("2026-03-02T09:00", 40, "2026-03-06T17:00"),
        ("2026-03-02T09:00", 41, "2026-03-09T10:00"),
        ("2026-03-03T16:00", 2, "2026-03-05T10:00"),  # over the holiday
        ("2026-03-04T12:00", 1, "2026-03-05T10:00"),  # on the holiday
    ],
)
def test_office_hours(start, hours, end):
    calendar = office(UTC, date(2026, 3, 4)) if "-04T" in start or "-03T" in start else office()
    assert due(at(start), hours * HOUR, calendar) == at(end)
    assert elapsed(at(start), at(end), calendar) == hours * HOUR


def test_hours_are_those_of_the_zone():
    calendar = office(ZoneInfo("America/New_York"))
    assert due(at("2026-03-02T10:00"), HOUR, calendar) == at("2026-03-02T15:00")
    # New York puts its clocks forward on March 8, three weeks before Berlin does
    assert due(at("2026-03-09T10:00"), HOUR, calendar) == at("2026-03-09T14:00")


@pytest.mark.parametrize(("day", "length"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 6, 1), 24)])
def test_a_day_round_the_clock_is_as_long_as_the_sun_says(day, length):
    start = datetime.combine(day, time(), BERLIN)
    end = datetime.combine(day + DAY, time(), BERLIN)
    assert elapsed(start, end, always(BERLIN)) == length * HOUR
    assert due(start, length * HOUR, always(BERLIN)) == end


@pytest.mark.parametrize("sunday", [SPRING, AUTUMN])
def test_the_night_of_the_change_costs_office_hours_nothing(sunday):
    friday, monday = sunday - 2 * DAY, sunday + DAY
    start = datetime.combine(friday, time(16), BERLIN)
    end = datetime.combine(monday, time(10), BERLIN)
    assert elapsed(start, end, office(BERLIN)) == 2 * HOUR
    assert due(start, 2 * HOUR, office(BERLIN)) == end


def test_hours_that_summer_time_leaves_out_or_repeats():
    night = Calendar(BERLIN, (((2 * HOUR, 3 * HOUR),),) * 7)
    half = Calendar(BERLIN, (((2 * HOUR, 2.5 * HOUR),),) * 7)
    for day, whole, part in ((SPRING, 0, 0), (AUTUMN, 2, 1), (date(2026, 6, 7), 1, 0.5)):
        start = datetime.combine(day, time(), BERLIN)
        end = datetime.combine(day + DAY, time(), BERLIN)
        assert elapsed(start, end, night) == whole * HOUR
        assert elapsed(start, end, half) == part * HOUR
    # the half hour from 2:00 comes a second time, an hour later
    assert due(at("2026-10-25T00:00"), 45 * MINUTE, half) == at("2026-10-25T01:15")


def test_a_zone_whose_midnight_is_left_out():
    cairo = ZoneInfo("Africa/Cairo")  # on Friday, April 24, 2026, 0:00 is 1:00
    start, end = at("2026-04-23T12:00", cairo), at("2026-04-24T12:00", cairo)
    assert elapsed(start, end, always(cairo)) == 23 * HOUR
    assert due(start, 23 * HOUR, always(cairo)) == end


def test_where_nobody_is_ever_there_nothing_is_due():
    closed = Calendar(UTC, ((),) * 7)
    assert due(at("2026-03-02T10:00"), MINUTE, closed) is None
    assert elapsed(at("2026-03-02T10:00"), at("2027-03-02T10:00"), closed) == 0 * HOUR
    assert elapsed(at("2026-03-02T12:00"), at("2026-03-02T10:00"), always()) == 0 * HOUR


def test_nothing_left_is_due_at_once():
    midnight = at("2026-03-01T00:00")
    assert due(midnight, 0 * HOUR, office()) == midnight
    assert due(midnight, -HOUR, office()) == midnight


def test_a_clock_that_was_stopped_goes_on_with_what_is_left():
    calendar = office()
    clock = Clock().started(at("2026-03-02T09:00"))
    assert clock.due(8 * HOUR, calendar) == at("2026-03-02T17:00")
    clock = clock.stopped(at("2026-03-02T12:00"), calendar)
    assert clock == Clock(3 * HOUR)
    assert clock.due(8 * HOUR, calendar) is None
    assert clock.stopped(at("2026-03-04T12:00"), calendar) == clock
    clock = clock.started(at("2026-03-04T15:00"))
    assert clock.started(at("2026-03-05T15:00")) == clock
    assert clock.due(8 * HOUR, calendar) == at("2026-03-05T12:00")
    assert clock.used_at(at("2026-03-05T12:00"), calendar) == 8 * HOUR


# -- laws ----------------------------------------------------------------------------------

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe",
         "Africa/Cairo", "Pacific/Chatham")  # fmt: skip
FIRST, DAYS = datetime(2026, 1, 1, tzinfo=UTC), 400


@st.composite
def a_day(draw):
    """Up to three intervals of a day, in order and apart."""
    marks = draw(st.lists(st.integers(0, 24 * 60), max_size=6, unique=True).map(sorted))
    return tuple(
        (opens * MINUTE, closes * MINUTE)
        for opens, closes in zip(marks[::2], marks[1::2], strict=False)
    )


@st.composite
def calendars(draw):
    week = tuple(draw(st.one_of(a_day(), st.just(ALL_DAY), st.just(()))) for _ in range(7))
    free = draw(st.sets(st.integers(0, DAYS), max_size=12))
    holidays = frozenset(FIRST.date() + day * DAY for day in free)
    return Calendar(ZoneInfo(draw(st.sampled_from(ZONES))), week, holidays)


#: any time of the year, and often one near a change of the clocks in Berlin
NEAR = [datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)]
moments = st.one_of(
    st.integers(0, DAYS * 86400).map(lambda second: FIRST + timedelta(seconds=second)),
    st.builds(
        lambda day, second: day + timedelta(seconds=second),
        st.sampled_from(NEAR),
        st.integers(0, 2 * 86400),
    ),
)
works = st.integers(1, 6000).map(lambda minutes: minutes * MINUTE)
lawful = settings(max_examples=80, deadline=None, derandomize=True)


def is_open(moment, calendar):
    """The clock on the wall, read at one moment."""
    wall = moment.astimezone(calendar.zone)
    if wall.date() in calendar.holidays:
        return False
    since = timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second)
    return any(opens <= since < closes for opens, closes in calendar.week[wall.weekday()])


@lawful
@given(calendars(), moments, works)
def test_by_the_due_time_exactly_what_was_allowed_has_passed(calendar, start, allowed):
    end = due(start, allowed, calendar)
    if end is None:
        assert elapsed(start, start + HORIZON, calendar) < allowed
        return
    assert elapsed(start, end, calendar) == allowed
    second = timedelta(seconds=1)
    assert elapsed(start, end - second, calendar) < allowed
    # never inside closed time: the moment before is open
    assert is_open(end - second, calendar)


@lawful
@given(calendars(), moments, works, works)
def test_due_times_add_up(calendar, start, first, second):
    between = due(start, first, calendar)
    if between is not None:
        assert due(between, second, calendar) == due(start, first + second, calendar)


@lawful
@given(calendars(), st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_elapsed_time_adds_up_and_never_runs_faster_than_the_sun(calendar, three):
    first, second, third = three
    parts = elapsed(first, second, calendar), elapsed(second, third, calendar)
    assert elapsed(first, third, calendar) == sum(parts, timedelta())
    assert timedelta() <= parts[0] <= second - first


@lawful
@given(calendars(), moments, moments, works)
def test_who_starts_later_is_due_no_earlier(calendar, one, other, allowed):
    early, late = sorted((one, other))
    ends = due(early, allowed, calendar), due(late, allowed, calendar)
    if None not in ends:
        assert ends[0] <= ends[1]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(calendars(), moments, st.integers(0, 3 * 24 * 60))
def test_it_agrees_with_looking_at_the_clock_each_minute(calendar, start, minutes):
    start = start.replace(second=0)
    ticks = [start + minute * MINUTE for minute in range(minutes)]
    slow = sum(is_open(tick, calendar) for tick in ticks) * MINUTE
    assert elapsed(start, start + minutes * MINUTE, calendar) == slow
    if slow:
        last = next(tick for tick in reversed(ticks) if is_open(tick, calendar))
        assert due(start, slow, calendar) == last + MINUTE


@lawful
@given(
    calendars(),
    moments,
    st.lists(st.tuples(st.integers(1, 4000), st.integers(0, 4000)), max_size=5),
    works,
)
def test_pauses_are_added_back_to_the_minute(calendar, start, pauses, allowed):
    clock, now, worked = Clock().started(start), start, timedelta()
    for work, pause in pauses:
        then = now + work * MINUTE
        worked += elapsed(now, then, calendar)
        clock = clock.stopped(then, calendar)
        assert clock.used == worked
        now = then + pause * MINUTE
        clock = clock.started(now)
    assert clock.due(allowed, calendar) == due(now, allowed - worked, calendar)
