"""Calendars and promises as people keep them, and what a new installation begins with."""

from datetime import date
from importlib import import_module
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.urls import reverse

from crm.support.models import SlaCalendar, SlaPolicy, TicketComment
from crm.support.sla import Calendar
from crm.support.tests.conftest import PROMISES, at, hours

pytestmark = pytest.mark.django_db


def test_a_new_installation_promises_something(db):
    SlaPolicy.objects.all().delete()
    SlaCalendar.objects.all().delete()
    folder = apps.get_app_config("crm").module.__name__
    name = next(n for n in _migrations() if n.endswith("_support"))
    migration = import_module(f"{folder}.migrations.{name}")
    migration.promise_something(apps, SimpleNamespace(connection=connection))
    calendar = SlaCalendar.objects.get()
    calendar.full_clean()
    assert calendar.rules() == Calendar(ZoneInfo("UTC"), (((hours(9), hours(17)),),) * 5 + ((), ()))
    found = {}
    for policy in SlaPolicy.objects.all():
        policy.full_clean()
        assert (policy.active, policy.calendar) == (True, calendar)
        found[policy.priority] = (policy.first_response_minutes, policy.resolution_minutes)
    assert found == PROMISES


def _migrations():
    return [name for app, name in MigrationLoader(None).disk_migrations if app == "crm"]


def test_a_calendar_becomes_rules():
    calendar = SlaCalendar(
        name="Berlin",
        timezone="Europe/Berlin",
        hours={"mon": [["09:00", "12:30"], ["13:00", "24:00"]], "sun": [["00:00", "00:01"]]},
        holidays=["2026-12-25"],
    )
    calendar.full_clean()
    rules = calendar.rules()
    assert rules.week[0] == ((hours(9), hours(12.5)), (hours(13), hours(24)))
    assert rules.week[1:6] == ((),) * 5
    assert rules.holidays == {date(2026, 12, 25)}
    assert str(rules.zone) == "Europe/Berlin"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"timezone": "Europe/Nowhere"}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"name": ""}, "name"),
        *(
            ({"hours": wrong}, "hours")
            for wrong in (
                {},
                {"mon": []},
                {"monday": [["09:00", "17:00"]]},
                {"mon": [["9:00", "17:00"]]},
                {"mon": [["09:00"]]},
                {"mon": [["09:00", "25:00"]]},
                {"mon": [["17:00", "09:00"]]},
                {"mon": [["09:00", "09:00"]]},
                {"mon": [["22:00", "06:00"]]},
                {"mon": [["09:00", "12:00"], ["11:00", "17:00"]]},
                {"mon": [["13:00", "17:00"], ["09:00", "12:00"]]},
                {"mon": "always"},
                {"mon": [[9, 17]]},
                {"mon": None},
                [],
                "always",
                None,
                7,
            )
        ),
        *(
            ({"holidays": wrong}, "holidays")
            for wrong in (
                ["2026-02-30"],
                ["25.12.2026"],
                [20261225],
                "2026-12-25",
                {"a": 1},
                [None],
            )
        ),
    ],
)
def test_calendars_that_are_none(values, field):
    good = {"name": "Office", "hours": {"mon": [["09:00", "17:00"]]}}
    with pytest.raises(ValidationError) as refusal:
        SlaCalendar(**{**good, **values}).full_clean()
    assert set(refusal.value.message_dict) == {field}


def test_one_promise_for_each_priority(policies, office):
    second = SlaPolicy(name="Second", priority="urgent", calendar=office)
    with pytest.raises(ValidationError):
        second.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()
    second.active = False
    second.full_clean()
    second.save()
    slow = SlaPolicy(name="Slow", priority="low", calendar=office, active=False)
    slow.first_response_minutes, slow.resolution_minutes = 600, 60
    with pytest.raises(ValidationError):
        slow.full_clean()


# -- the staff site ------------------------------------------------------------------------


@pytest.fixture
def staff(client, max):
    client.force_login(max, backend="accounts.backends.RoleBackend")
    return client


def test_administrators_change_promises(staff, policies, make):
    policy = policies["urgent"]
    url = reverse("admin:crm_slapolicy_change", args=[policy.pk])
    values = {
        "name": "Urgent", "priority": "urgent", "calendar": policy.calendar.pk, "active": "on",
        "first_response_minutes": 30, "resolution_minutes": 240,
    }  # fmt: skip
    assert staff.post(url, {**values, "resolution_minutes": 5}).status_code == 200
    assert staff.post(url, values).status_code == 302
    assert make(priority="urgent").first_response_due == at("02 09:30")
    url = reverse("admin:crm_slacalendar_add")
    values = {"name": "Nights", "timezone": "UTC", "hours": '{"mon": [["20:00", "24:00"]]}',
              "holidays": "[]"}  # fmt: skip
    wrong = {**values, "hours": '{"mon": [["20:00", "04:00"]]}'}
    assert b"those over midnight are two" in staff.post(url, wrong).content.lower()
    assert staff.post(url, values).status_code == 302
    assert SlaCalendar.objects.get(name="Nights").hours == {"mon": [["20:00", "24:00"]]}


def test_a_promise_that_tickets_were_given_is_kept(staff, make, policies):
    ticket = make(priority="urgent")
    policy = policies["urgent"]
    url = reverse("admin:crm_slapolicy_delete", args=[policy.pk])
    assert staff.post(url, {"post": "yes"}).status_code == 200
    assert SlaPolicy.objects.filter(pk=policy.pk).exists()
    assert ticket.sla_policy == policy


def test_answering_in_the_staff_site(staff, make, max):
    ticket = make()
    url = reverse("admin:crm_ticket_change", args=[ticket.pk])
    form = staff.get(url).context["adminform"].form
    values = {name: form[name].value() for name in ("subject", "description", "status", "priority")}
    values |= {"source": "web", "tags": "[]", "custom_fields": "{}"}
    values |= {"comments-TOTAL_FORMS": 2, "comments-INITIAL_FORMS": 0}
    values |= {"comments-0-body": "We look into it", "comments-1-body": "Ask Zoe"}
    values |= {"comments-1-internal": "on"}
    assert staff.post(url, values).status_code == 302
    said = TicketComment.objects.filter(ticket=ticket).values_list("author", "body", "internal")
    assert list(said) == [(max.pk, "We look into it", False), (max.pk, "Ask Zoe", True)]
    ticket.refresh_from_db()
    assert ticket.first_responded_at is not None


def test_the_verbs_of_the_staff_site(staff, make, sam, mia):
    sam.team = mia.team
    sam.save()
    ticket = make(status="resolved", resolution="New lamp")
    url = reverse("admin:crm_ticket_changelist")

    def act(name):
        sent = {"action": name, "_selected_action": [str(ticket.pk)]}
        page = staff.post(url, sent, follow=True)
        ticket.refresh_from_db()
        return page.content.decode()

    assert "Reopen it first" in act("escalate")
    assert ticket.escalated_to is None
    assert "Reopened" in act("reopen")
    assert ticket.status == "open"
    assert "Escalated" in act("escalate")
    assert ticket.escalated_to == mia
