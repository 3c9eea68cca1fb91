"""Tasks, meetings and calls as pages: done by one click, asked for in parts, logged in a moment."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.activities.models import Call, Meeting, Task
from crm.activities.repeating import RepeatInput, in_words
from crm.activities.tests.factories import CallFactory, MeetingFactory, TaskFactory
from crm.core.models import Event
from crm.people.tests.factories import ContactFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def fill(client, address, **fields):
    """Send a form as it was shown, with some fields typed over."""
    form = client.get(address).context["form"]
    sent = {}
    for name in form.fields:
        bound = form[name]
        value = bound.field.widget.format_value(bound.value())
        if isinstance(value, list):
            value = value[0] if value else ""
        sent[name] = "" if value is None else value
    if "recurrence" in sent:
        sent["recurrence_unit"] = ""
        del sent["recurrence"]
    return client.post(address, {**sent, **fields})


# -- tasks ---------------------------------------------------------------------------------


def test_a_task_is_done_by_one_click_and_the_message_takes_it_back(ann):
    client, task = browser(ann), TaskFactory(title="Ring Ida", assigned_to=ann)
    assert f"/tasks/{task.pk}/complete/" in text_of(client.get("/tasks/?mine=true"))
    answer = client.post(f"/tasks/{task.pk}/complete/", {"next": "/tasks/?mine=true"})
    assert (answer.status_code, answer["Location"]) == (302, "/tasks/?mine=true")
    task.refresh_from_db()
    assert (task.status, task.completed_date is not None) == ("completed", True)
    shown = text_of(client.get("/tasks/?mine=true"))
    assert "Done: Ring Ida" in shown
    assert f'action="/tasks/{task.pk}/reopen/"' in shown
    client.post(f"/tasks/{task.pk}/reopen/")
    task.refresh_from_db()
    assert (task.status, task.completed_date) == ("pending", None)
    assert Event.objects.filter(name="task.reopened", actor=ann).count() == 1


def test_a_second_click_does_it_once(ann):
    client, task = browser(ann), TaskFactory(assigned_to=ann)
    for _ in range(2):
        assert client.post(f"/tasks/{task.pk}/complete/").status_code == 302
    assert Event.objects.filter(name="task.completed").count() == 1


def test_looking_at_the_address_completes_nothing_and_strangers_find_none(ann, zoe):
    task = TaskFactory(assigned_to=ann)
    assert browser(ann).get(f"/tasks/{task.pk}/complete/").status_code == 405
    assert browser(zoe).post(f"/tasks/{task.pk}/complete/").status_code == 404
    assert Task.objects.get().status == "pending"


def test_the_views_are_the_filters_of_the_api(ann):
    now = timezone.localtime().replace(hour=12)
    for title, due in (("Old", now - timedelta(days=2)), ("Now", now), ("Never", None)):
        TaskFactory(title=title, assigned_to=ann, due_date=due)
    page = browser(ann).get("/tasks/")
    views = {view.label: view.link for view in page.context["views"]}
    found = {
        label: [line.title for line in browser(ann).get(f"/tasks/{link}").context["lines"]]
        for label, link in views.items()
    }
    assert found["Overdue"] == ["Old"]
    assert found["Today"] == ["Now"]
    assert found["Without a date"] == ["Never"]
    assert sorted(found["Mine"]) == ["Never", "Now", "Old"]
    today = browser(ann).get(f"/tasks/{views['Today']}")
    assert [view.label for view in today.context["views"] if view.is_current] == ["Today"]


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        ({"unit": ""}, ""),
        ({"unit": "DAILY", "every": "2"}, "FREQ=DAILY;INTERVAL=2"),
        ({"unit": "WEEKLY", "every": "1", "days": ["TH", "MO"]}, "FREQ=WEEKLY;BYDAY=MO,TH"),
        (
            {"unit": "MONTHLY", "days": ["MO"], "ends": "COUNT", "count": "3"},
            "FREQ=MONTHLY;COUNT=3",
        ),
        (
            {"unit": "YEARLY", "ends": "UNTIL", "until": "2030-05-01", "count": "3"},
            "FREQ=YEARLY;UNTIL=20300501",
        ),
        ({"unit": "OWN", "own": "FREQ=MONTHLY;BYMONTHDAY=-1"}, "FREQ=MONTHLY;BYMONTHDAY=-1"),
    ],
)
def test_what_repeats_is_put_together_from_its_parts(sent, rule, ann):
    client = browser(ann)
    fields = {f"recurrence_{name}": value for name, value in sent.items()}
    due = {"title": "Report", "due_date": "2026-03-02"}
    answer = fill(client, "/tasks/new/", **due, **fields)
    assert answer.status_code == 302, answer.context["form"].errors
    assert Task.objects.get().recurrence == rule


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"unit": "DAILY", "every": "often"}, "no value of INTERVAL"),
        ({"unit": "DAILY", "ends": "UNTIL"}, "until which day"),
        ({"unit": "DAILY", "ends": "COUNT"}, "how many times"),
        ({"unit": "OWN", "own": "every monday"}, "no rule of repetition"),
    ],
)
def test_a_wrong_repetition_is_told_and_stays_in_the_form(sent, told, ann):
    fields = {f"recurrence_{name}": value for name, value in sent.items()}
    answer = fill(browser(ann), "/tasks/new/", title="Report", due_date="2026-03-02", **fields)
    assert told in " ".join(answer.context["form"].errors["recurrence"]).replace("OFTEN", "often")
    assert 'value="Report"' in answer.content.decode()
    assert Task.objects.count() == 0


@pytest.mark.parametrize(
    "rule", ["BYDAY=MO;FREQ=WEEKLY", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=DAILY;UNTIL=20300101T100000Z"]
)
def test_a_rule_that_nobody_touched_stays_as_it_is_written(rule):
    widget = RepeatInput().get_context("r", rule, {"id": "r"})["widget"]
    data = QueryDict(mutable=True)
    data.update({"r_was": rule, "r_unit": widget["unit"], "r_own": widget["own"]})
    data.update({"r_every": widget["every"], "r_ends": widget["ends"], "r_count": widget["count"]})
    data.setlist("r_days", [key for key, _name, chosen in widget["days"] if chosen])
    assert RepeatInput().value_from_datadict(data, {}, "r") == rule


def test_a_rule_is_told_in_words():
    assert in_words("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=10") == (
        "Every 2 weeks on Mon, Thu, 10 times"
    )
    assert in_words("FREQ=DAILY;UNTIL=20300501").startswith("Every day, until May 1, 2030")
    assert in_words("FREQ=MONTHLY;BYDAY=2TU") == "FREQ=MONTHLY;BYDAY=2TU"


# -- meetings ------------------------------------------------------------------------------


def test_attendees_come_as_lines_colleagues_and_contacts(ann, tom):
    contact = ContactFactory(first_name="Ida", last_name="Berg", email="ida@example.com")
    times = {"start_time": "2026-03-02T09:00", "end_time": "2026-03-02T10:00"}
    answer = fill(
        browser(ann),
        "/meetings/new/",
        title="Demo",
        **times,
        attendees='Tove <tove@example.com>\n"Lund, Bo" <bo@example.com>, eva@example.com',
        add_colleague=str(tom.pk),
        add_contact=str(contact.pk),
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert Meeting.objects.get().attendees == [
        {"email": "tove@example.com", "name": "Tove"},
        {"email": "bo@example.com", "name": "Lund, Bo"},
        {"email": "eva@example.com"},
        {"email": "tom@example.com", "name": "Tom"},
        {"email": "ida@example.com", "name": "Ida Berg"},
    ]


def test_answers_survive_an_edit_and_nothing_touched_is_no_change(ann):
    guests = [{"email": "ida@example.com", "name": "Ida", "response": "accepted"}]
    meeting = MeetingFactory(host=ann, attendees=guests)
    client, address = browser(ann), f"/meetings/{meeting.pk}/edit/"
    fill(client, address)
    meeting.refresh_from_db()
    assert meeting.revision == 1
    fill(client, address, attendees="Ida <ida@example.com>\nbo@example.com")
    meeting.refresh_from_db()
    assert meeting.attendees == [*guests, {"email": "bo@example.com"}]
    page = text_of(client.get(f"/meetings/{meeting.pk}/"))
    assert "Comes" in page


def test_what_is_no_address_is_told_beside_the_field(ann):
    times = {"start_time": "2026-03-02T09:00", "end_time": "2026-03-02T10:00"}
    answer = fill(browser(ann), "/meetings/new/", title="Demo", **times, attendees="Ida Berg")
    assert "no email address" in " ".join(answer.context["form"].errors["attendees"])
    assert "Ida Berg</textarea>" in answer.content.decode()
    assert Meeting.objects.count() == 0


def test_inviting_is_offered_where_there_is_somebody_to_invite(ann, mia):
    meeting = MeetingFactory(host=ann)
    address = f"/meetings/{meeting.pk}/"
    client = browser(ann)
    assert f"{address}invite/" not in text_of(client.get(address))
    client.post(f"{address}invite/")
    assert "Nobody is to attend yet." in text_of(client.get(address))
    Meeting.objects.update(attendees=[{"email": "ida@example.com"}])
    assert f"{address}invite/" in text_of(client.get(address))
    client.post(f"{address}invite/")
    meeting.refresh_from_db()
    assert meeting.invited_at is not None
    assert "No answer yet" in text_of(client.get(address))


def test_the_outcome_of_a_meeting_is_logged_by_the_button(ann, zoe):
    meeting = MeetingFactory(host=ann)
    address = f"/meetings/{meeting.pk}/outcome/"
    assert browser(zoe).get(address).status_code == 404
    answer = fill(browser(ann), address, status="no_show", outcome="Nobody was there")
    assert answer.status_code == 302
    meeting.refresh_from_db()
    assert (meeting.status, meeting.outcome) == ("no_show", "Nobody was there")


def test_a_cancelled_meeting_can_be_planned_again(ann):
    client, meeting = browser(ann), MeetingFactory(host=ann)
    client.post(f"/meetings/{meeting.pk}/cancel/")
    meeting.refresh_from_db()
    assert meeting.status == "cancelled"
    client.post(f"/meetings/{meeting.pk}/plan-again/")
    meeting.refresh_from_db()
    assert meeting.status == "scheduled"


# -- calls ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "seconds"), [("12", 720), ("1:30", 90), ("1:00:05", 3605), ("", None)]
)
def test_a_call_is_logged_on_the_record_it_is_about(typed, seconds, ann):
    contact = ContactFactory(assigned_to=ann)
    answer = fill(
        browser(ann), f"/contacts/{contact.pk}/add/call/", duration=typed, outcome="Wants more"
    )
    assert answer.status_code == 302, answer.context["form"].errors
    call = Call.objects.get()
    assert (call.status, call.duration, call.outcome) == ("completed", seconds, "Wants more")
    assert (call.related_to_id, call.user) == (contact.pk, ann)
    assert abs(call.start_time - timezone.now()) < timedelta(minutes=2)


def test_a_length_that_is_none_is_told(ann):
    call = CallFactory(user=ann)
    answer = fill(browser(ann), f"/calls/{call.pk}/outcome/", status="completed", duration="long")
    assert "Write minutes" in " ".join(answer.context["form"].errors["duration"])
    call.refresh_from_db()
    assert call.status == "scheduled"


# -- all of them ---------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["tasks", "meetings", "calls"])
def test_thirty_rows_cost_as_many_queries_as_one(slug, ann):
    factory, owner = {
        "tasks": (TaskFactory, "assigned_to"),
        "meetings": (MeetingFactory, "host"),
        "calls": (CallFactory, "user"),
    }[slug]
    client, counts = browser(ann), []
    for number in (1, 29):
        made = factory.create_batch(number, **{owner: ann})
        for address in (f"/{slug}/", f"/{slug}/{made[0].pk}/"):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= MOST_QUERIES, counts


def test_moments_are_those_of_the_reader(ann):
    ann.timezone = "Europe/Berlin"
    ann.save()
    times = {"start_time": "2026-03-02T09:00", "end_time": "2026-03-02T10:00"}
    fill(browser(ann), "/meetings/new/", title="Demo", **times)
    assert Meeting.objects.get().start_time == datetime(2026, 3, 2, 8, tzinfo=UTC)
