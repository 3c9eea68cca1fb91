"""The pages in front of the door, and a session's way through them."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import invitations, passwords, tokens
from accounts.models import Session, User
from conftest import PASSWORD
from crm.sales.models import Lead

NEW_PASSWORD = "another-horse-42"


def sign_in(client, person, **more):
    values = {"username": person.email, "password": PASSWORD, **more}
    return client.post(reverse("sign-in"), values)


@pytest.fixture
def ann_at_work(ann):
    client = Client()
    assert sign_in(client, ann).status_code == 302
    return client


def test_signing_in_opens_a_session_and_leads_where_one_wanted_to_be(ann, client):
    asked = client.get("/leads/?status=new")
    assert asked.status_code == 302
    assert asked["Location"] == "/login/?next=%2Fleads%2F%3Fstatus%3Dnew"

    answer = sign_in(client, ann, next="/leads/?status=new")
    assert (answer.status_code, answer["Location"]) == (302, "/leads/?status=new")
    assert client.get("/leads/").status_code == 200
    assert Session.objects.get().user == ann


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_nobody_is_led_to_another_site(ann, client, elsewhere):
    assert sign_in(client, ann, next=elsewhere)["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_are_told_alike(ann, client):
    pages = []
    for email in (ann.email, "nobody@example.com"):
        answer = client.post(reverse("sign-in"), {"username": email, "password": "wrong"})
        assert answer.status_code == 200
        pages.append("Email or password is wrong." in answer.content.decode())
    assert pages == [True, True]
    assert not Session.objects.exists()


def test_the_session_id_changes_at_sign_in(ann, client):
    client.get(reverse("sign-in"))
    session = client.session
    session["seen"] = True
    session.save()
    before = client.session.session_key
    sign_in(client, ann)
    assert client.session.session_key != before


def test_signing_out_ends_the_session_and_takes_a_post(ann_at_work):
    assert ann_at_work.get(reverse("sign-out")).status_code == 405
    assert ann_at_work.post(reverse("sign-out")).status_code == 302
    assert Session.objects.get().revoked_at is not None
    assert ann_at_work.get("/leads/").status_code == 302


def test_ending_the_row_ends_the_pages_and_the_staff_site(max):
    client = Client()
    sign_in(client, max)
    assert client.get("/admin/").status_code == 200
    Session.objects.update(revoked_at="2026-01-01T00:00:00Z")
    assert client.get("/admin/").status_code == 302
    assert client.get("/leads/").status_code == 302


def test_a_new_password_by_the_api_ends_the_pages(ann, ann_at_work):
    passwords.update_password(ann, current=PASSWORD, new=NEW_PASSWORD, session=None)
    assert ann_at_work.get("/leads/").status_code == 302


def test_somebody_who_was_suspended_is_out_at_the_next_page(ann, ann_at_work):
    User.objects.filter(pk=ann.pk).update(status="suspended")
    assert ann_at_work.get("/leads/").status_code == 302


def test_a_form_sent_after_the_session_ended_is_handed_back(ann, ann_at_work):
    page = ann_at_work.get(reverse("lead-new")).content.decode()
    once = re.search(r'name="once" value="([^"]+)"', page).group(1)
    typed = {
        "first_name": "Ida",
        "last_name": "Long",
        "email": "ida@example.com",
        "company": "Long & Sons",
        "status": "new",
        "source": "website",
        "once": once,
    }
    Session.objects.update(revoked_at="2026-01-01T00:00:00Z")
    asked = ann_at_work.post(reverse("lead-new"), typed)
    assert asked.status_code == 401
    assert not Lead.objects.exists()

    kept = re.search(r'name="kept" value="([^"]+)"', asked.content.decode()).group(1)
    resumed = sign_in(ann_at_work, ann, kept=kept).content.decode()
    assert f'action="{reverse("lead-new")}"' in resumed
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', resumed))
    assert fields["company"] == "Long &amp; Sons"

    shown = ann_at_work.post(reverse("lead-new"), {**typed, "again": "1"})
    assert 'value="Long &amp; Sons"' in shown.content.decode()
    assert not Lead.objects.exists()
    for _ in range(2):
        assert ann_at_work.post(reverse("lead-new"), typed).status_code == 302
    assert Lead.objects.get().company == "Long & Sons"


def test_a_script_is_told_that_the_session_ended(client, db):
    answer = client.get("/leads/", HTTP_HX_REQUEST="true")
    assert answer.status_code == 401


def test_a_forgotten_password_is_replaced_by_the_link_once(ann, client, work_off):
    for email in (ann.email, "nobody@example.com"):
        answer = client.post(reverse("forgot-password"), {"email": email})
        assert "a mail with a link is on its way" in answer.content.decode()
    mailed = reverse("reset-password-link", args=[tokens.reset_token(ann)])
    taken = client.get(mailed)
    assert taken["Referrer-Policy"] == "no-referrer"
    link = taken["Location"]
    assert link == reverse("reset-password")

    differing = {"password": NEW_PASSWORD, "again": "something-else"}
    assert "The two passwords differ." in client.post(link, differing).content.decode()
    good = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert client.post(link, good).status_code == 302
    client.get(mailed)
    assert "used already" in client.post(link, good).content.decode()
    ann.refresh_from_db()
    assert ann.check_password(NEW_PASSWORD)
    assert not mail.outbox or all(NEW_PASSWORD not in m.body for m in mail.outbox)


def test_an_invitation_is_taken_once(max, client):
    offer = invitations.invite("new@example.com", role="support", team=None, by=max)
    mailed = reverse("accept-invitation-link", args=[tokens.invitation_secret(offer.pk)])
    link = client.get(mailed)["Location"]
    assert "new@example.com" in client.get(link).content.decode()
    values = {"full_name": "Nora New", "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert client.post(link, values).status_code == 302
    assert User.objects.get(email="new@example.com").role == "support"
    assert client.get("/me/").status_code == 200
    again = Client()
    again.get(mailed)
    assert "taken already" in again.post(link, values).content.decode()
    assert User.objects.filter(email="new@example.com").count() == 1


def test_registration_is_there_only_where_it_is_open(client, db, settings):
    settings.REGISTRATION = "invite"
    assert client.get(reverse("register")).status_code == 404
    assert reverse("register") not in client.get(reverse("sign-in")).content.decode()
    settings.REGISTRATION = "open"
    values = {"full_name": "Rae", "email": "rae@example.com"}
    values |= {"password": NEW_PASSWORD, "again": NEW_PASSWORD, "role": "admin"}
    assert client.post(reverse("register"), values).status_code == 302
    assert User.objects.get(email="rae@example.com").role == "sales_rep"


def test_guessing_is_limited_by_address_as_in_the_api(ann, client, settings):
    settings.RATE_LIMIT_LOGIN = 3
    wrong = {"username": ann.email, "password": "wrong"}
    found = [client.post(reverse("sign-in"), wrong).status_code for _ in range(4)]
    assert found == [200, 200, 200, 429]
