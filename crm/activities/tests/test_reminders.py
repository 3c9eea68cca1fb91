"""Reminders fire once, move with the date, and never for what is done."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection

from accounts.models import User
from crm.activities.models import Task
from crm.activities.operations import change_task, complete_task, create_task, give_reminders
from crm.core.models import Event
from crm.schedule import schedule
from crm.tests.threads import times

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told():
    return Event.objects.filter(name="task.reminder_due").count()


@pytest.fixture
def task(ann):
    values = {"due_date": NOW + HOUR, "reminder": NOW}
    return create_task(Task(title="Send offer", **values), by=ann, now=NOW - DAY)


def test_a_reminder_is_given_once_and_not_before_its_time(task, ann):
    assert give_reminders(now=NOW - timedelta(seconds=1)) == 0
    assert give_reminders(now=NOW) == 1
    assert give_reminders(now=NOW + DAY) == 0
    event = Event.objects.get(name="task.reminder_due")
    assert event.data["owner"] == str(ann.pk)
    assert event.data["title"] == "Send offer"


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_nobody_is_reminded_of_what_is_over(task, ann, status):
    change_task(task, {"status": status}, by=ann, now=NOW - HOUR)
    assert give_reminders(now=NOW + DAY) == 0


def test_nor_afterwards_when_it_is_taken_up_again(task, ann):
    complete_task(task, by=ann, now=NOW - HOUR)
    change_task(task, {"status": "pending"}, by=ann, now=NOW + HOUR)
    assert give_reminders(now=NOW + DAY) == 0


def test_but_one_still_to_come_is_given_then(task, ann):
    complete_task(task, by=ann, now=NOW - 2 * HOUR)
    change_task(task, {"status": "pending"}, by=ann, now=NOW - HOUR)
    assert give_reminders(now=NOW) == 1


def test_nor_of_what_was_deleted(task):
    Task.objects.filter(pk=task.pk).update(deleted_at=NOW)
    assert give_reminders(now=NOW) == 0


def test_it_moves_with_the_date_and_is_given_again(task, ann):
    give_reminders(now=NOW)
    change_task(task, {"due_date": NOW + DAY}, by=ann, now=NOW)
    assert task.reminder == NOW + DAY - HOUR
    assert give_reminders(now=NOW + HOUR) == 0
    assert give_reminders(now=NOW + DAY) == 1
    assert told() == 2


def test_a_whole_record_sent_back_moves_it_too(task, ann, client_of):
    client = client_of(ann)
    url = f"/api/v1/tasks/{task.pk}"
    row = client.get(url).json()["data"]
    row["due_date"] = (NOW + DAY).isoformat()
    answer = client.put(url, row, format="json")
    assert answer.status_code == 200, answer.json()
    task.refresh_from_db()
    assert task.reminder == NOW + DAY - HOUR


def test_one_that_the_request_sets_stays(task, ann):
    change_task(task, {"due_date": NOW + DAY, "reminder": NOW + HOUR}, by=ann, now=NOW)
    assert task.reminder == NOW + HOUR


def test_a_date_at_the_end_of_the_calendar_is_refused(task, ann, client_of):
    change_task(task, {"reminder": NOW + 10 * DAY}, by=ann, now=NOW)
    url = f"/api/v1/tasks/{task.pk}"
    late = {"due_date": "9999-12-29T00:00:00Z"}
    answer = client_of(ann).patch(url, late, format="json")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["reminder"]


@pytest.mark.parametrize(("preferences", "mails"), [({}, 1), ({"mail_reminders": False}, 0)])
def test_the_owner_is_mailed_unless_that_is_switched_off(
    task, ann, work_off, mailoutbox, preferences, mails
):
    User.objects.filter(pk=ann.pk).update(timezone="Europe/Berlin", preferences=preferences)
    give_reminders(now=NOW)
    work_off()
    work_off()
    assert [mail.subject for mail in mailoutbox] == ["Reminder: Send offer"] * mails
    for mail in mailoutbox:
        assert mail.to == ["ann@example.com"]
        assert "Due: 2026-03-02, 14:00" in mail.body


def test_the_clock_looks_for_them():
    job = schedule["give reminders"]
    assert (job.run, job.every) == (give_reminders, timedelta(seconds=30))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL")
def test_several_workers_give_each_once(ann):
    for number in range(20):
        create_task(Task(title=f"Task {number}", reminder=NOW), by=ann)
    assert sum(times(4, partial(give_reminders, now=NOW))) == 20
    assert told() == 20
