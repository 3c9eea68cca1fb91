"""Rules of repetition: what is taken, and that the time of day is kept over the clocks' changes."""

from datetime import UTC, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as some

from accounts.models import User
from crm.activities.models import Task
from crm.activities.operations import change_task, complete_task, create_task
from crm.activities.recurrence import LONGEST_RULE, read

BERLIN = ZoneInfo("Europe/Berlin")
GOOD = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3;COUNT=5",
    "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;UNTIL=20261231",
    "FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20261231T120000Z",
    "FREQ=MONTHLY;BYDAY=1MO",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
)
BAD = (
    "daily",
    "COUNT=3",
    "FREQ=",
    "FREQ=SECONDLY",
    "FREQ=MINUTELY;COUNT=3",
    "FREQ=HOURLY",
    "FREQ=DAILY;COUNT=0",
    "FREQ=DAILY;COUNT=1001",
    "FREQ=DAILY;COUNT=3;COUNT=3",
    "FREQ=DAILY;COUNT=3;UNTIL=20261231",
    "FREQ=DAILY;UNTIL=20261399",
    "FREQ=DAILY;BYMONTHDAY=30",
    "FREQ=DAILY;BYHOUR=1",
    "FREQ=WEEKLY;BYDAY=1MO",
    "FREQ=WEEKLY;BYDAY=XX",
    "FREQ=WEEKLY;BYDAY=MO;",
    "FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1",
    "FREQ=MONTHLY;BYSETPOS=2",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY\nDTSTART:20260101",
    "FREQ=DAILY;INTERVAL=٣",
    "RRULE:FREQ=DAILY",
    "FREQ=MONTHLY;BYMONTHDAY=" + ",".join("1" for _ in range(LONGEST_RULE)),
)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize("rule", GOOD)
def test_a_rule_is_taken(rule):
    assert str(read(rule)) == rule


@pytest.mark.parametrize("rule", BAD)
def test_what_is_no_rule_is_refused(rule):
    with pytest.raises(ValidationError):
        read(rule)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY", utc(2026, 2, 1, 9)),
        ("FREQ=WEEKLY;BYDAY=MO,WE", utc(2026, 2, 2, 9)),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", utc(2026, 2, 9, 9)),
        ("FREQ=MONTHLY", utc(2026, 3, 31, 8)),  # February has no 31st; summer time has begun
        ("FREQ=MONTHLY;BYMONTHDAY=-1", utc(2026, 2, 28, 9)),
        ("FREQ=YEARLY", utc(2027, 1, 31, 9)),
        ("FREQ=DAILY;UNTIL=20260131", None),
        ("FREQ=DAILY;UNTIL=20260201", utc(2026, 2, 1, 9)),
        ("FREQ=DAILY;UNTIL=20260201T085959Z", None),
        ("FREQ=DAILY;UNTIL=20260201T090000Z", utc(2026, 2, 1, 9)),
    ],
)
def test_the_next_time(rule, expected):
    assert read(rule).next_after(utc(2026, 1, 31, 9), "Europe/Berlin") == expected


def test_the_end_of_the_calendar_ends_a_series():
    assert read("FREQ=YEARLY;INTERVAL=2").next_after(utc(9998, 5, 1), "UTC") is None


# -- property: the clocks' changes ---------------------------------------------------------------

MOMENTS = some.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=some.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
OPEN_RULES = some.sampled_from(
    ["FREQ=DAILY", "FREQ=DAILY;INTERVAL=5", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,SU"]
)


def wall(moment):
    return moment.astimezone(BERLIN)


def exists(moment):
    return moment.astimezone(UTC).astimezone(BERLIN).replace(tzinfo=None) == moment.replace(
        tzinfo=None
    )


@settings(max_examples=200, deadline=None)
@given(start=MOMENTS, rule=OPEN_RULES, steps=some.integers(1, 40))
def test_a_series_keeps_its_time_of_day(start, rule, steps):
    """In every year and on every day, but in the hour that the clocks leave out."""
    at, moment = wall(start).time(), start
    for _ in range(steps):
        following = read(rule).next_after(moment, "Europe/Berlin", at=at)
        assert following > moment
        meant = datetime.combine(wall(following).date(), at, tzinfo=BERLIN)
        if exists(meant):
            assert wall(following).time() == at
        else:
            assert following == meant.astimezone(UTC)
        moment = following


@settings(max_examples=100, deadline=None)
@given(start=MOMENTS, rule=OPEN_RULES, after=some.integers(0, 900))
def test_a_window_shows_the_same_times_as_the_whole_series(start, rule, after):
    since = start + timedelta(days=after)
    read_rule = read(rule)
    whole = read_rule.times_from(start, "Europe/Berlin", since=start)
    expected = list(islice((at for at in whole if at >= since), 5))
    shown = list(islice(read_rule.times_from(start, "Europe/Berlin", since=since), 5))
    assert shown == expected


def test_count_is_counted_from_the_first_time():
    times = read("FREQ=DAILY;COUNT=4").times_from(utc(2026, 1, 1), "UTC", since=utc(2026, 1, 3))
    assert list(times) == [utc(2026, 1, 3), utc(2026, 1, 4)]


# -- tasks that repeat ---------------------------------------------------------------------------


@pytest.fixture
def berliner(ann):
    User.objects.filter(pk=ann.pk).update(timezone="Europe/Berlin")
    ann.refresh_from_db()
    return ann


def following(task):
    return Task.objects.exclude(pk=task.pk).latest("created_at")


def test_completing_makes_the_next_one(berliner):
    # nine in Berlin, on the day before summer time begins
    due = utc(2026, 3, 28, 8)
    task = Task(title="Water", due_date=due, reminder=due - timedelta(hours=1))
    task.recurrence, task.priority = "FREQ=DAILY;COUNT=2", "high"
    complete_task(create_task(task, by=berliner), by=berliner)
    following_task = following(task)
    assert following_task.due_date == utc(2026, 3, 29, 7)  # still nine
    assert following_task.reminder == utc(2026, 3, 29, 6)
    assert following_task.recurrence == "FREQ=DAILY;COUNT=1"
    assert (following_task.status, following_task.priority) == ("pending", "high")
    assert following_task.assigned_to == berliner
    assert following_task.created_by == berliner
    complete_task(following_task, by=berliner)
    assert Task.objects.count() == 2  # that was the last


def test_an_hour_that_the_clocks_left_out_comes_back_the_day_after(berliner):
    task = Task(title="Back up", due_date=utc(2026, 3, 28, 1, 30), recurrence="FREQ=DAILY")
    complete_task(create_task(task, by=berliner), by=berliner)
    second = following(task)
    assert wall(second.due_date).time() == time(3, 30)  # half past two was left out
    complete_task(second, by=berliner)
    third = following(second)
    assert wall(third.due_date).replace(tzinfo=None) == datetime(2026, 3, 30, 2, 30)


def test_completing_again_after_reopening_makes_no_second_next_one(berliner):
    task = Task(title="Water", due_date=utc(2026, 3, 2, 8), recurrence="FREQ=WEEKLY")
    create_task(task, by=berliner)
    for status in ("completed", "pending", "completed"):
        change_task(task, {"status": status}, by=berliner)
    assert Task.objects.count() == 2


def test_cancelling_ends_the_series(berliner):
    task = Task(title="Water", due_date=utc(2026, 3, 2, 8), recurrence="FREQ=WEEKLY")
    create_task(task, by=berliner)
    change_task(task, {"status": "cancelled"}, by=berliner)
    assert Task.objects.count() == 1


def test_bad_rules_are_told_by_name(ann, client_of):
    client = client_of(ann)
    body = {"title": "Water", "due_date": "2026-03-02T08:00:00Z", "recurrence": "FREQ=HOURLY"}
    answer = client.post("/api/v1/tasks", body, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["recurrence"])
    body = {"title": "Water", "recurrence": "FREQ=DAILY"}
    answer = client.post("/api/v1/tasks", body, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["due_date"])
