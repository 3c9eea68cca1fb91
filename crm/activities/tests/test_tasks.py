"""Completing and reopening, moves, the parts of what is open, and what the timeline tells."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from accounts.models import User
from crm.activities.filters import PARTS, part_of
from crm.activities.models import Activity, Task
from crm.activities.operations import change_task, complete_task, create_task
from crm.activities.tests.factories import TaskFactory
from crm.core import records
from crm.core.errors import Conflict
from crm.core.models import Event
from crm.people.tests.factories import ContactFactory
from crm.tests.threads import times

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def told(task):
    names = Event.objects.filter(record_type="task", record_id=task.pk).order_by("id")
    return [name.removeprefix("task.") for name in names.values_list("name", flat=True)]


@pytest.fixture
def contact(ann):
    return ContactFactory(assigned_to=ann)


@pytest.fixture
def task(ann, contact):
    about = {"related_to_type": "contact", "related_to_id": contact.pk}
    return create_task(Task(title="Send offer", **about), by=ann)


def test_completing_sets_the_date_and_reopening_clears_it(task, ann):
    complete_task(task, by=ann, notes="Sent", now=NOW)
    assert (task.status, task.completed_date, task.notes) == ("completed", NOW, "Sent")
    change_task(task, {"status": "in_progress"}, by=ann)
    assert (task.status, task.completed_date, task.notes) == ("in_progress", None, "Sent")
    assert told(task) == ["created", "updated", "completed", "updated", "reopened"]


def test_a_date_that_is_said_stands(task, ann):
    earlier = NOW - timedelta(days=3)
    change_task(task, {"status": "completed", "completed_date": earlier}, by=ann, now=NOW)
    assert task.completed_date == earlier
    # whole records come back: the same date is no wish to keep it
    change_task(task, {"status": "pending", "completed_date": earlier}, by=ann, now=NOW)
    assert task.completed_date is None


@pytest.mark.parametrize(
    ("status", "values"),
    [("pending", {"completed_date": NOW}), ("completed", {"completed_date": None})],
)
def test_the_date_never_contradicts_the_status(task, ann, status, values):
    change_task(task, {"status": status}, by=ann)
    with pytest.raises(ValidationError) as refusal:
        change_task(task, values, by=ann)
    assert list(refusal.value.message_dict) == ["completed_date"]


def test_completing_is_told_once_on_the_record_it_is_about(task, ann, contact, client_of):
    client = client_of(ann)
    for _ in range(2):
        answer = client.put(f"/api/v1/tasks/{task.pk}/complete", {"notes": "Sent"}, format="json")
        assert answer.status_code == 200
        assert answer.json()["data"]["completed_date"] is not None
    rows = client.get(f"/api/v1/contacts/{contact.pk}/timeline").json()["data"]
    titles = sorted((row["kind"], row["title"]) for row in rows)
    assert titles == [("activity", "Task completed: Send offer"), ("task", "Send offer")]
    assert told(task).count("completed") == 1


def test_completing_needs_no_body_and_takes_no_other(task, ann, client_of):
    url = f"/api/v1/tasks/{task.pk}/complete"
    assert client_of(ann).put(url, {"status": "x"}, format="json").status_code == 400
    assert client_of(ann).put(url).json()["data"]["status"] == "completed"


def test_a_colleague_elsewhere_does_not_know_the_task(task, zoe, client_of):
    assert client_of(zoe).put(f"/api/v1/tasks/{task.pk}/complete").status_code == 404


def test_a_new_task_may_be_completed_already(ann, contact, client_of):
    about = {"related_to_type": "contact", "related_to_id": str(contact.pk)}
    body = {"title": "Done", "status": "completed", **about}
    made = client_of(ann).post("/api/v1/tasks", body, format="json").json()["data"]
    assert made["completed_date"] is not None
    assert Activity.objects.filter(title="Task completed: Done").count() == 1


def test_what_is_over_is_reopened_before_it_ends_otherwise(task, ann, client_of):
    complete_task(task, by=ann)
    url = f"/api/v1/tasks/{task.pk}"
    answer = client_of(ann).patch(url, {"status": "cancelled"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "pending, in_progress" in answer.json()["message"]
    change_task(task, {"status": "pending"}, by=ann)
    change_task(task, {"status": "cancelled"}, by=ann)
    with pytest.raises(Conflict):
        complete_task(task, by=ann)
    assert told(task)[-2:] == ["updated", "cancelled"]


def test_the_plain_verbs_are_the_same_operation(task, ann):
    records.change(task, {"status": "completed"}, by=ann)
    assert task.completed_date is not None


def test_the_staff_site_completes_by_the_same_operation(task, ann, max, client):
    over = create_task(Task(title="Dropped", status="cancelled"), by=ann)
    client.force_login(max, backend="accounts.backends.RoleBackend")
    data = {"action": "complete", "_selected_action": [str(task.pk), str(over.pk)]}
    answer = client.post("/admin/crm/task/", data, follow=True)
    said = sorted(str(message) for message in answer.context["messages"])
    assert said == [
        "Completed: Send offer.",
        "Dropped: This task can't go from cancelled to completed. From here it can go to: "
        "pending, in_progress.",
    ]
    assert told(task)[-1] == "completed"


# -- the parts of what is open ---------------------------------------------------------------


class Partition(TestCase):
    """Every open task is in exactly one part, whatever the zone and the date."""

    @settings(max_examples=25, deadline=None)
    @given(
        zone=some.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Niue"]),
        offsets=some.lists(
            some.none() | some.integers(min_value=-72 * 60, max_value=72 * 60), max_size=8
        ),
        status=some.sampled_from(Task.Status.values),
    )
    def test_each_open_task_is_in_one_part(self, zone, offsets, status):
        Task.objects.all().delete()
        now = timezone.now()
        for offset in offsets:
            due = None if offset is None else now + timedelta(minutes=offset)
            TaskFactory(due_date=due, status=status)
        with timezone.override(zone):
            found = [
                key
                for name in PARTS
                for key in part_of(Task.objects.all(), name).values_list("pk", flat=True)
            ]
        is_open = status in ("pending", "in_progress")
        expected = set(Task.objects.values_list("pk", flat=True)) if is_open else set()
        assert len(found) == len(set(found))
        assert set(found) == expected


def test_today_is_the_day_of_whoever_asks(ann, client_of):
    """East of UTC some hours of the UTC day are tomorrow."""
    User.objects.filter(pk=ann.pk).update(timezone="Pacific/Kiritimati")  # UTC+14
    ann.refresh_from_db()
    with timezone.override("Pacific/Kiritimati"):
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    for title, due in (
        ("overdue", midnight - timedelta(seconds=1)),
        ("today", midnight),
        ("today", midnight + timedelta(hours=23, minutes=59)),
        ("upcoming", midnight + timedelta(days=1)),
        ("no_date", None),
    ):
        TaskFactory(title=title, due_date=due, assigned_to=ann)
    client = client_of(ann)
    for name in PARTS:
        for query in (f"due={name}", f"{name}=true"):
            rows = client.get(f"/api/v1/tasks?{query}").json()["data"]
            assert {row["title"] for row in rows} == {name}, query
        others = client.get(f"/api/v1/tasks?{name}=false").json()["data"]
        assert len(others) == (3 if name == "today" else 4)
    assert client.get("/api/v1/tasks?due=soon").status_code == 400


# -- at the same moment ----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL")
def test_a_double_click_completes_once_and_makes_one_next_task(ann):
    for turn in range(5):
        task = create_task(
            Task(title=f"Call {turn}", due_date=NOW, recurrence="FREQ=DAILY"), by=ann
        )
        times(6, partial(lambda key: complete_task(Task.objects.get(pk=key), by=ann), task.pk))
        assert told(task).count("completed") == 1
        assert Task.objects.filter(title=task.title).count() == 2
