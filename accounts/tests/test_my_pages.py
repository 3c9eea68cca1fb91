"""The pages about oneself, about colleagues, and what there is to administer."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation, Session, User
from conftest import PASSWORD
from crm.activities import feeds
from crm.sales.tests.factories import LeadFactory

NEW_PASSWORD = "another-horse-42"


@pytest.fixture
def at_work():
    """Give a browser signed in as somebody, through the sign-in page."""

    def at_work(person):
        client = Client()
        client.post(reverse("sign-in"), {"username": person.email, "password": PASSWORD})
        return client

    return at_work


def test_a_profile_is_changed_and_nothing_beyond_it(ann, at_work):
    values = {"full_name": "Ann Other", "phone": "+49 30 1", "department": "", "role": "admin"}
    assert at_work(ann).post(reverse("me"), values).status_code == 302
    ann.refresh_from_db()
    assert (ann.full_name, ann.phone, ann.role) == ("Ann Other", "+49 30 1", "sales_rep")


def test_preferences_decide_language_zone_and_theme(ann, at_work):
    client = at_work(ann)
    values = {"timezone": "Europe/Berlin", "locale": "de", "theme": "dark"}
    assert client.post(reverse("me-preferences"), values).status_code == 302
    page = client.get(reverse("me-preferences"))
    assert page["Content-Language"] == "de"
    assert 'data-theme="dark"' in page.content.decode()
    ann.refresh_from_db()
    assert (ann.timezone, ann.preferences) == ("Europe/Berlin", {"theme": "dark"})


def test_a_new_password_keeps_this_session_and_ends_the_others(ann, at_work):
    here, there = at_work(ann), at_work(ann)
    values = {"current": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert here.post(reverse("me-password"), {**values, "current": "no"}).status_code == 200
    assert here.post(reverse("me-password"), values).status_code == 302
    assert here.get(reverse("me")).status_code == 200
    assert there.get(reverse("me")).status_code == 302


def test_one_sees_and_ends_ones_own_sessions_only(ann, tom, at_work):
    here, there, foreign = at_work(ann), at_work(ann), at_work(tom)
    page = here.get(reverse("me-sessions")).content.decode()
    assert page.count("list-group-item") == 2
    foreign_row = Session.objects.get(user=tom)
    assert here.post(reverse("me-session-end", args=[foreign_row.pk])).status_code == 404
    assert here.post(reverse("me-sessions-end")).status_code == 302
    statuses = [client.get(reverse("me")).status_code for client in (here, there, foreign)]
    assert statuses == [200, 302, 200]


def test_looking_at_the_calendar_feed_opens_none(ann, at_work):
    client = at_work(ann)
    client.get(reverse("me-calendar"))
    assert feeds.token_of(ann) == ""
    client.post(reverse("me-calendar"), {"do": "open"})
    first = feeds.token_of(ann)
    assert first in client.get(reverse("me-calendar")).content.decode()
    client.post(reverse("me-calendar"), {"do": "open"})
    assert feeds.token_of(ann) not in ("", first)
    client.post(reverse("me-calendar"), {"do": "close"})
    assert feeds.token_of(ann) == ""


@pytest.mark.parametrize(
    ("name", "status"), [("ann", 403), ("sam", 403), ("mia", 200), ("max", 200)]
)
def test_settings_are_there_for_who_administers(name, status, request, at_work):
    client = at_work(request.getfixturevalue(name))
    assert client.get(reverse("settings")).status_code == status
    menu = client.get(reverse("me")).content.decode()
    assert (f'href="{reverse("settings")}"' in menu) is (status == 200)


def test_a_manager_invites_into_the_own_team_and_no_administrator(mia, at_work):
    client = at_work(mia)
    values = {"email": "new@example.com", "role": "admin", "team": str(mia.team_id)}
    assert client.post(reverse("invitations"), values).status_code == 200
    assert not Invitation.objects.exists()
    assert client.post(reverse("invitations"), {**values, "role": "support"}).status_code == 302
    offer = Invitation.objects.get()
    assert (offer.role, offer.team_id) == ("support", mia.team_id)
    assert "new@example.com" in client.get(reverse("invitations")).content.decode()
    client.post(reverse("invitation-withdraw", args=[offer.pk]))
    assert "new@example.com" not in client.get(reverse("invitations")).content.decode()


def test_who_leaves_hands_over_what_is_open(max, ann, tom, at_work):
    lead, client = LeadFactory(assigned_to=ann, created_by=ann), at_work(max)
    link = reverse("user-deactivate", args=[ann.pk])
    refused = client.post(link, {"successor_id": "", "successor_id_text": ""})
    assert refused.status_code == 200
    assert User.objects.get(pk=ann.pk).status == "active"

    assert client.post(link, {"successor_id": str(tom.pk)}).status_code == 302
    lead.refresh_from_db()
    assert (User.objects.get(pk=ann.pk).status, lead.assigned_to) == ("inactive", tom)
    client.post(reverse("user-activate", args=[ann.pk]))
    assert User.objects.get(pk=ann.pk).status == "active"


def test_nobody_deactivates_a_colleague_without_the_right(mia, ann, at_work):
    link = reverse("user-deactivate", args=[ann.pk])
    assert at_work(mia).post(link, {"successor_id": ""}).status_code == 403
    assert User.objects.get(pk=ann.pk).status == "active"
