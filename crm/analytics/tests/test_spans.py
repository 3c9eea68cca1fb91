"""Days, weeks and months of a span: every moment lies in exactly one part, in any zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm.analytics.spans import STEPS, Span, Window, part_of

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/Havana", "Pacific/Apia", "Asia/Gaza"])
DAYS = st.dates(date(2010, 1, 1), date(2030, 1, 1))
MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def spans():
    last = st.builds(Span, MOMENTS, ZONES.map(ZoneInfo), days=st.sampled_from([7, 30, 90, 365]))
    between = st.builds(
        lambda now, zone, first, length: Span(
            now, ZoneInfo(zone), first=first, last=first + timedelta(days=length)
        ),
        MOMENTS,
        ZONES,
        DAYS,
        st.integers(0, 400),
    )
    return last | between


@given(spans(), st.sampled_from(list(STEPS)))
@example(Span(datetime(2012, 1, 1, tzinfo=UTC), ZoneInfo("Pacific/Apia"), days=7), "day")
def test_parts_follow_each_other_from_start_to_end(span, interval):
    parts, whole = list(span.parts(interval, [])), span.window()

    if whole.start == whole.end:  # the day that Samoa left out
        assert not parts
        return
    assert parts[0].window.start == whole.start
    assert parts[-1].window.end == whole.end
    for part, following in zip(parts, parts[1:], strict=False):
        assert part.window.start < part.window.end == following.window.start
    keys = [part_of(part.first, interval) for part in parts]
    assert len(set(keys)) == len(keys)
    for part in parts:
        last = (part.window.end - timedelta(microseconds=1)).astimezone(span.zone).date()
        assert part_of(last, interval) == part_of(part.first, interval)


@given(spans())
def test_the_span_before_is_of_the_same_days_and_ends_where_this_one_begins(span):
    before = span.before()
    assert before.length() == span.length()
    assert before.window().start <= span.window().start
    if span.first is not None:
        assert before.window().end == span.window().start
    else:
        assert before.window().end <= span.window().start


@pytest.mark.parametrize(
    ("span", "start", "end"),
    [
        (  # the clock goes forward on the 29th
            Span(datetime(2026, 3, 30, 10, tzinfo=UTC), BERLIN, days=3),
            datetime(2026, 3, 27, 23, tzinfo=UTC),
            datetime(2026, 3, 30, 10, tzinfo=UTC),
        ),
        (
            Span(
                datetime(2026, 3, 30, 10, tzinfo=UTC),
                BERLIN,
                first=date(2026, 3, 29),
                last=date(2026, 3, 29),
            ),
            datetime(2026, 3, 28, 23, tzinfo=UTC),
            datetime(2026, 3, 29, 22, tzinfo=UTC),
        ),
        (
            Span(datetime(2026, 3, 30, 10, tzinfo=UTC), BERLIN),
            None,
            datetime(2026, 3, 30, 10, tzinfo=UTC),
        ),
    ],
)
def test_days_begin_at_midnight_where_the_zone_is(span, start, end):
    assert span.window() == Window(start, end)


def test_the_span_before_goes_up_to_the_same_time_of_day():
    span = Span(datetime(2026, 3, 30, 10, tzinfo=UTC), BERLIN, days=7)  # 12:00, summer time
    assert span.before().window().end == datetime(2026, 3, 23, 11, tzinfo=UTC)  # 12:00
    assert Span(span.now, BERLIN).before() is None


def test_of_all_time_only_what_is_found_is_told():
    span = Span(datetime(2026, 3, 30, 10, tzinfo=UTC), BERLIN)
    parts = list(span.parts("month", [date(2026, 3, 1), date(2020, 1, 1), date(2026, 3, 1)]))
    assert [part.first for part in parts] == [date(2020, 1, 1), date(2026, 3, 1)]
    assert parts[1].window.end == span.now
