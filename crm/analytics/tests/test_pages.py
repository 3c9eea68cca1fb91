"""The first page: what today asks for, by role, and the figures with the lists behind them."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from crm.activities.models import Task
from crm.activities.tests.factories import TaskFactory
from crm.analytics.pages import LAYOUTS
from crm.core.models import Event
from crm.sales.tests.factories import DealFactory, LeadFactory
from crm.support.models import Ticket
from crm.support.tests.factories import TicketFactory

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "my-tasks"}
MOST_QUERIES = 15


@pytest.fixture
def page(client):
    """Open a page as somebody."""

    def page(person, address="/", **headers):
        client.force_login(person, backend="accounts.backends.RoleBackend")
        return client.get(address, **headers)

    return page


@pytest.fixture
def send(client):
    """Send a form as somebody."""

    def send(person, address, **headers):
        client.force_login(person, backend="accounts.backends.RoleBackend")
        return client.post(address, **headers)

    return send


def text_of(answer):
    return answer.content.decode()


def late_task(owner, title="Call back"):
    due = timezone.now() - timedelta(days=2)
    return TaskFactory(title=title, assigned_to=owner, due_date=due)


def test_every_role_has_a_first_page():
    assert set(LAYOUTS) == set(User.Role.values)


def test_strangers_are_asked_to_sign_in(client, db):
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("who", ["ann", "mia", "max", "sam"])
def test_an_empty_company_is_greeted(page, request, who):
    found = text_of(page(request.getfixturevalue(who)))
    assert "A fresh start" in found
    assert "Nothing is due today." in found


def test_a_rep_sees_their_own_day(page, ann, tom):
    mine, his = late_task(ann, "Mine to do"), late_task(tom, "Toms to do")
    LeadFactory(first_name="Free", last_name="Bird", assigned_to=None)
    LeadFactory(first_name="Toms", last_name="Lead", assigned_to=tom)
    closing = timezone.now() + timedelta(days=3)
    DealFactory(deal_name="My deal", assigned_to=ann, expected_close_date=closing)
    DealFactory(deal_name="Toms deal", assigned_to=tom, expected_close_date=closing)

    found = text_of(page(ann))

    assert mine.title in found
    assert his.title not in found
    assert "Free Bird" in found
    assert "Toms Lead" not in found
    assert "My deal" in found
    assert "Toms deal" not in found
    assert "A fresh start" not in found


def test_a_manager_sees_the_deals_of_the_team_but_own_tasks(page, mia, tom, zoe):
    late_task(tom, "Toms to do")
    closing = timezone.now() + timedelta(days=3)
    DealFactory(deal_name="Toms deal", assigned_to=tom, expected_close_date=closing)
    DealFactory(deal_name="Zoes deal", assigned_to=zoe, expected_close_date=closing)

    found = text_of(page(mia))

    assert "Toms deal" in found
    assert "Zoes deal" not in found
    assert "Toms to do" not in found
    assert "/reports/leaderboard/" in found


def test_support_sees_tickets_and_nothing_of_sales(page, sam):
    TicketFactory(subject="Nobody took me", assigned_to=None)
    due = timezone.now() + timedelta(hours=2)
    ticket = TicketFactory(subject="Hurry", assigned_to=sam)
    Ticket.objects.filter(pk=ticket.pk).update(resolution_due=due)

    found = text_of(page(sam))

    assert "Nobody took me" in found
    assert "Hurry" in found
    for word in ("Closing soon", "New leads", "/reports/pipeline/", "/reports/revenue/"):
        assert word not in found


def test_a_rep_is_told_of_own_tickets_only(page, ann):
    late = timezone.now() - timedelta(hours=2)
    for subject, owner in (("Mine burns", ann), ("Other burns", None)):
        ticket = TicketFactory(subject=subject, assigned_to=owner)
        Ticket.objects.filter(pk=ticket.pk).update(resolution_due=late)
    found = text_of(page(ann))
    assert "Mine burns" in found
    assert "Other burns" not in found


# -- completing a task ---------------------------------------------------------------------


def test_a_click_completes_a_task_and_can_be_taken_back(send, ann):
    task = late_task(ann)
    answer = send(ann, f"/home/tasks/{task.pk}/done/")
    assert answer.status_code == 302
    task.refresh_from_db()
    assert task.status == Task.Status.COMPLETED
    assert task.completed_date is not None
    assert Event.objects.filter(record_id=task.pk, name="task.completed").count() == 1

    send(ann, f"/home/tasks/{task.pk}/open/")
    task.refresh_from_db()
    assert task.status == Task.Status.PENDING
    assert task.completed_date is None


def test_with_scripts_only_the_tasks_come_back(send, ann):
    task, other = late_task(ann), late_task(ann, "Still to do")
    found = text_of(send(ann, f"/home/tasks/{task.pk}/done/", **HTMX))
    assert 'id="my-tasks"' in found
    assert other.title in found
    assert "<html" not in found
    assert f'action="/home/tasks/{task.pk}/open/"' in found  # undo


def test_twice_is_as_good_as_once(send, ann):
    task = late_task(ann)
    send(ann, f"/home/tasks/{task.pk}/done/")
    send(ann, f"/home/tasks/{task.pk}/done/")
    assert Event.objects.filter(record_id=task.pk, name="task.completed").count() == 1


def test_what_is_not_ones_own_can_not_be_completed(send, ann, zoe):
    task = late_task(zoe)
    assert send(ann, f"/home/tasks/{task.pk}/done/").status_code == 404
    task.refresh_from_db()
    assert task.status == Task.Status.PENDING


def test_looking_changes_nothing(page, ann):
    task = late_task(ann)
    assert page(ann, f"/home/tasks/{task.pk}/done/").status_code == 405
    task.refresh_from_db()
    assert task.status == Task.Status.PENDING


# -- numbers and lists ---------------------------------------------------------------------


def links_of(found, *classes):
    names = "|".join(classes)
    pattern = rf'<a class="(?:{names})[^"]*" href="([^"]+)"'
    return [unescape(link) for link in re.findall(pattern, found)]


def total_of(page, person, link):
    parts = urlsplit(link)
    answer = page(person, f"{parts.path}?{parts.query}")
    assert answer.status_code == 200, link
    assert not answer.context["problem"], (link, answer.context["problem"])
    assert dict(parse_qsl(parts.query)), link
    return answer.context["total"]


@pytest.mark.parametrize("who", ["ann", "mia", "max"])
def test_the_numbers_of_the_day_are_those_of_their_lists(page, request, who, ann):
    person = request.getfixturevalue(who)
    for _ in range(8):
        late_task(person)
        LeadFactory(assigned_to=None)
        closing = timezone.now() + timedelta(days=-1)
        deal = DealFactory(assigned_to=person, expected_close_date=closing)
        ticket = TicketFactory(assigned_to=person)
        Ticket.objects.filter(pk=ticket.pk).update(resolution_due=timezone.now())
    assert deal.pk
    context = page(person).context
    for name in ("tasks", "leads", "deals", "tickets"):
        pile = context[name]
        assert (pile.total, pile.late, len(pile.rows)) == (8, 8, 6), name
        assert total_of(page, person, pile.link) == 8
        assert total_of(page, person, pile.late_link) == 8


@pytest.mark.parametrize("who", ["ann", "mia", "max", "sam"])
@pytest.mark.parametrize("span", ["7d", "all"])
def test_every_figure_leads_to_a_list_of_as_many(page, request, who, span, ann):
    person = request.getfixturevalue(who)
    late_task(person)
    DealFactory(assigned_to=ann)
    LeadFactory(assigned_to=ann)
    TicketFactory(assigned_to=None)
    answer = page(person, f"/home/figures/?range={span}")
    figures = answer.context["figures"]
    assert len(links_of(text_of(answer), "figure")) == len(figures) >= 4
    for figure in figures:
        assert total_of(page, person, figure.link) == figure.numbers["count"], figure.name


def test_the_range_stands_in_the_address(page, ann):
    found = text_of(page(ann, "/?range=90d"))
    assert "/reports/revenue/?range=90d" in found
    assert "/home/figures/?range=90d" in found


def test_a_wrong_range_is_told(page, ann):
    answer = page(ann, "/?range=5x")
    assert answer.status_code == 200
    assert "Write one of" in text_of(answer)


@pytest.mark.parametrize("who", ["ann", "mia", "max", "sam"])
def test_many_rows_cost_no_more_queries_than_one(client, request, who, ann):
    person = request.getfixturevalue(who)
    client.force_login(person, backend="accounts.backends.RoleBackend")

    def fill(count):
        for _ in range(count):
            late_task(person)
            LeadFactory(assigned_to=person)
            DealFactory(assigned_to=person, expected_close_date=timezone.now())
            TicketFactory(assigned_to=person)

    def cost(address):
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        return len(found)

    fill(1)
    few = {address: cost(address) for address in ("/", "/home/figures/")}
    fill(12)
    for address, count in few.items():
        assert cost(address) <= count <= MOST_QUERIES, address
