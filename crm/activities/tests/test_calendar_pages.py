"""The calendar as a page: what stands on which day for whom, and how an entry is moved."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.activities.calendargrid import QUARTERS, cut, days_from
from crm.activities.models import Meeting, Task
from crm.activities.tests.factories import CallFactory, MeetingFactory, TaskFactory
from crm.core.models import Event

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
BERLIN = ZoneInfo("Europe/Berlin")


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def in_zone(user, zone):
    user.timezone = zone
    user.save()
    return user


def show(user, query, status=200):
    answer = browser(user).get(f"/calendar/?{query}")
    assert answer.status_code == status
    return answer


def days_with(answer, title):
    """Return the days on which an entry stands, as ISO dates."""
    return [
        day.date.isoformat()
        for day in answer.context["days"]
        if any(piece.entry["title"] == title for piece in day.pieces)
    ]


def move(user, record, kind="meeting", script=False, **fields):
    headers = {"Accept": "application/json"} if script else {}
    return browser(user).post(f"/calendar/{kind}/{record.pk}/move/", fields, headers=headers)


@pytest.mark.parametrize("view", ["month", "week", "list"])
def test_each_view_shows_what_is_planned_and_leads_to_it(view, ann):
    meeting = MeetingFactory(title="Demo", host=ann)
    task = TaskFactory(title="Call back", assigned_to=ann, due_date=meeting.start_time)
    call = CallFactory(subject="Ring", user=ann, start_time=meeting.start_time)
    answer = show(ann, f"view={view}&date=2026-03-02")
    text = answer.content.decode()
    for kind, record in (("meetings", meeting), ("tasks", task), ("calls", call)):
        assert f'href="/{kind}/{record.pk}/"' in text
    for title in ("Demo", "Call back", "Ring"):
        assert days_with(answer, title) == ["2026-03-02"]
    assert 'style="' not in text
    assert not re.search(r"\son\w+=", text)


def test_a_day_is_the_readers_day(ann):
    in_zone(ann, "Pacific/Auckland")
    late = datetime(2026, 3, 2, 22, tzinfo=UTC)  # the 3rd where Ann is
    MeetingFactory(title="Demo", host=ann, start_time=late, end_time=late + timedelta(hours=1))
    answer = show(ann, "view=week&date=2026-03-03")
    assert days_with(answer, "Demo") == ["2026-03-03"]
    assert "11:00" in answer.content.decode()


def test_what_repeats_stands_on_each_of_its_days(ann):
    MeetingFactory(title="Standup", host=ann, recurrence="FREQ=DAILY;COUNT=3")
    answer = show(ann, "view=list&date=2026-03-01")
    assert days_with(answer, "Standup") == ["2026-03-02", "2026-03-03", "2026-03-04"]
    assert "data-move" not in show(ann, "view=week&date=2026-03-02").content.decode()


def test_a_reader_sees_their_own_and_a_manager_the_teams(ann, zoe, mia):
    MeetingFactory(title="Hers", host=ann)
    query = "view=list&date=2026-03-01"
    assert days_with(show(zoe, query), "Hers") == []
    assert days_with(show(mia, query), "Hers") == ["2026-03-02"]
    assert days_with(show(mia, f"{query}&mine=true"), "Hers") == []


@pytest.mark.parametrize("query", ["date=x", "date=2026-02-31", "date=0001-01-01", "view=year"])
def test_an_address_that_makes_no_sense_shows_the_present_month(query, ann):
    answer = show(ann, query)
    assert answer.context["view"] == "month"
    assert answer.context["chosen"] == timezone.localdate()


@pytest.mark.parametrize(
    ("view", "before", "after"),
    [
        ("month", "2025-12-01", "2026-02-01"),
        ("week", "2026-01-19", "2026-02-02"),
        ("list", "2026-01-01", "2026-03-02"),
    ],
)
def test_the_arrows_lead_a_step_further(view, before, after, ann):
    links = show(ann, f"view={view}&date=2026-01-31&mine=true").context["links"]
    assert f"date={before}" in links["previous"]
    assert f"date={after}" in links["next"]
    assert all("mine=true" in link for link in links.values())


def entry(start, end):
    return {"kind": "meeting", "id": "1", "title": "x", "start": start, "end": end, "status": ""}


def pieces_of(start, end):
    with timezone.override(BERLIN):
        return list(cut(entry(start, end)))


def test_the_day_with_an_hour_less_keeps_the_clocks_on_the_wall():
    # On 29 March 2026 the clocks of Berlin go from 2 to 3.
    start = datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN)
    (piece,) = pieces_of(start, start.astimezone(UTC) + timedelta(hours=1))
    assert (piece.begins, piece.ends) == (6, 14)  # from half past one to half past three
    (later,) = pieces_of(*(datetime(2026, 3, 29, hour, tzinfo=BERLIN) for hour in (9, 10)))
    assert (later.begins, later.ends) == (36, 40)


def test_the_day_with_an_hour_more_shows_what_comes_twice():
    # On 25 October 2026 the clocks of Berlin go from 3 back to 2.
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    again = first.replace(fold=1)
    (piece,) = pieces_of(first.astimezone(UTC), again.astimezone(UTC))
    assert (piece.begins, piece.ends) == (10, 11)  # never less than a quarter high
    with timezone.override(BERLIN):
        days = days_from(date(2026, 10, 25), 2, cut(entry(first, again + timedelta(days=1))))
    assert [len(day.pieces) for day in days] == [1, 1]


def test_a_night_is_two_pieces_and_a_whole_day_has_no_hours():
    pieces = pieces_of(
        datetime(2026, 3, 2, 22, tzinfo=BERLIN), datetime(2026, 3, 4, 6, tzinfo=BERLIN)
    )
    found = [(p.start.date().day, p.begins, p.ends, p.is_all_day, p.is_first) for p in pieces]
    assert found == [
        (2, 88, QUARTERS, False, True),
        (3, 0, 96, True, False),
        (4, 0, 24, False, False),
    ]
    (one,) = pieces_of(datetime(2026, 3, 2, 22, tzinfo=BERLIN), datetime(2026, 3, 3, tzinfo=BERLIN))
    assert one.ends == QUARTERS


def test_what_overlaps_stands_side_by_side():
    def at(*hours):
        return entry(*(datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in hours))

    with timezone.override(UTC):
        pieces = [next(cut(at(*hours))) for hours in ((9, 11), (10, 12), (11, 13), (14, 15))]
        (day,) = days_from(date(2026, 3, 2), 1, pieces)
    assert [piece.lane for piece in day.timed] == [1, 2, 1, 1]
    assert [piece.is_alone for piece in day.timed] == [False, False, False, True]
    assert day.lanes == 2


def test_a_moved_meeting_keeps_its_length(ann):
    in_zone(ann, "Europe/Berlin")
    meeting = MeetingFactory(host=ann)
    answer = move(ann, meeting, day="2026-03-31", time="15:30")
    assert (answer.status_code, answer["Location"]) == (302, f"/meetings/{meeting.pk}/")
    meeting.refresh_from_db()
    assert meeting.start_time == datetime(2026, 3, 31, 13, 30, tzinfo=UTC)  # summer time by then
    assert meeting.end_time - meeting.start_time == timedelta(hours=1)
    assert Event.objects.filter(name="meeting.updated", actor=ann).count() == 1


def test_a_task_moves_by_days_and_keeps_its_time(ann):
    task = TaskFactory(assigned_to=ann, due_date=datetime(2026, 3, 2, 16, 45, tzinfo=UTC))
    answer = move(ann, task, "task", script=True, day="2026-03-05", time="00:00")
    assert answer.json()["moved"] is True
    task.refresh_from_db()
    assert task.due_date == datetime(2026, 3, 5, 16, 45, tzinfo=UTC)


def test_a_script_is_told_how_to_move_back(ann):
    in_zone(ann, "Europe/Berlin")
    meeting = MeetingFactory(host=ann)
    before = meeting.start_time
    undo = move(ann, meeting, script=True, day="2026-03-31", time="15:30").json()["undo"]
    assert undo.pop("words") == "Undo"
    assert move(ann, meeting, script=True, **undo).json()["moved"] is True
    meeting.refresh_from_db()
    assert meeting.start_time == before


def test_a_single_time_of_a_series_is_not_moved(ann):
    meeting = MeetingFactory(host=ann, recurrence="FREQ=DAILY;COUNT=3")
    before = Meeting.objects.values().get()
    answer = move(ann, meeting, script=True, day="2026-03-05", time="10:00")
    assert answer.status_code == 200
    assert answer.json()["moved"] is False
    assert "repeats" in answer.json()["message"]
    assert (
        "can't be moved"
        in browser(ann).get(f"/calendar/meeting/{meeting.pk}/move/").content.decode()
    )
    assert Meeting.objects.values().get() == before


def test_moving_warns_of_what_else_there_is(ann):
    MeetingFactory(title="Board", host=ann)
    other = MeetingFactory(
        host=ann,
        start_time=datetime(2026, 3, 9, 9, tzinfo=UTC),
        end_time=datetime(2026, 3, 9, 10, tzinfo=UTC),
    )
    answer = move(ann, other, script=True, day="2026-03-02", time="09:30").json()
    assert answer["moved"] is True
    assert "'Board'" in answer["message"]


@pytest.mark.parametrize("fields", [{}, {"day": "x", "time": "y"}, {"day": "2026-03-05"}])
def test_a_wrong_form_keeps_what_was_typed_and_moves_nothing(fields, ann):
    meeting = MeetingFactory(host=ann)
    before = Meeting.objects.values().get()
    answer = move(ann, meeting, **fields)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert all(f'value="{value}"' in answer.content.decode() for value in fields.values())
    assert Meeting.objects.values().get() == before


def test_what_one_may_not_change_is_neither_dragged_nor_moved(ann, zoe):
    meeting = MeetingFactory(host=ann)
    assert move(zoe, meeting, day="2026-03-05", time="10:00").status_code == 404
    assert browser(zoe).get(f"/calendar/meeting/{meeting.pk}/move/").status_code == 404
    assert browser(ann).get(f"/calendar/deal/{meeting.pk}/move/").status_code == 404
    assert Client().get("/calendar/").status_code == 302
    meeting.refresh_from_db()
    assert meeting.start_time.day == 2


def test_the_way_back_is_only_to_our_own_pages(ann):
    meeting = MeetingFactory(host=ann)
    for wanted, led in (
        ("/calendar/?view=week", "/calendar/?view=week"),
        ("https://evil.example/", f"/meetings/{meeting.pk}/"),
    ):
        answer = move(ann, meeting, day="2026-03-05", time="10:00", next=wanted)
        assert answer["Location"] == led


@pytest.mark.parametrize("view", ["month", "week", "list"])
def test_thirty_entries_cost_as_many_queries_as_one(view, ann):
    client = browser(ann)
    counts = []
    for number in (1, 29):
        MeetingFactory.create_batch(number, host=ann)
        CallFactory.create_batch(number, user=ann, start_time=datetime(2026, 3, 3, 9, tzinfo=UTC))
        TaskFactory.create_batch(number, assigned_to=ann, due_date=datetime(2026, 3, 4, tzinfo=UTC))
        client.get(f"/calendar/?view={view}&date=2026-03-02")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"/calendar/?view={view}&date=2026-03-02")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST_QUERIES
    assert Task.objects.count() == 30
