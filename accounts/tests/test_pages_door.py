"""The door of the pages at its edges: other sessions, the lock, the staff site, dead links."""

import pytest

from accounts import operations, pagesessions, passwords
from accounts.models import Invitation, Session, User
from conftest import PASSWORD
from crm.core.wording import choice_label

pytestmark = pytest.mark.django_db
NEW = "a-brand-new-password"
WRONG = "not-the-password"


def sign_in(client, email="ann@example.com", password=PASSWORD, **more):
    return client.post("/login/", {"username": email, "password": password, **more})


def is_in(client):
    """Whether the browser is signed in; a page sends everybody else to sign in."""
    return client.get("/me/").status_code == 200


@pytest.mark.parametrize("email", ["ann@example.com", "nobody@example.com", "tom@example.com"])
def test_a_refusal_says_the_same_for_everybody_and_keeps_the_address(email, ann, tom, client):
    User.objects.filter(pk=tom.pk).update(status="inactive")
    password = PASSWORD if email == "tom@example.com" else WRONG
    page = sign_in(client, email, password).content.decode()
    assert "Email or password is wrong." in page
    assert f'value="{email}"' in page
    assert password not in page
    assert not Session.objects.exists()


def test_the_lock_is_told_with_the_wait_and_keeps_what_was_typed(ann, client):
    for _ in range(10):
        answer = sign_in(client, password=WRONG, next="/leads/", kept="a form")
    for page in (answer, sign_in(client, next="/leads/", kept="a form")):
        assert (page.status_code, page["Retry-After"]) == (429, "600")
        text = page.content.decode()
        assert 'name="kept" value="a form"' in text
        assert 'name="next" value="/leads/"' in text
    assert not Session.objects.exists()


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_who_is_in_already_is_led_nowhere_else(wanted, ann, client):
    sign_in(client)
    assert client.get("/login/", {"next": wanted})["Location"] == "/"


def test_signing_in_once_more_ends_the_former_session(ann, tom, client):
    sign_in(client)
    sign_in(client, "tom@example.com")
    assert [s.user for s in Session.objects.filter(revoked_at=None)] == [tom]


def change_password(ann):
    passwords.update_password(ann, current=PASSWORD, new=NEW, session=None)


def suspend(ann):
    operations.change_user(ann, {"status": "suspended"}, by=None)


def readdress(ann):
    operations.change_user(ann, {"email": "ann2@example.com"}, by=None)


@pytest.mark.parametrize("by_page", [True, False])
@pytest.mark.parametrize("ending", [change_password, suspend, readdress])
def test_what_ends_sessions_ends_the_pages_and_the_staff_site(ending, by_page, ann, client):
    ann.staff_access = True
    ann.save()
    if by_page:
        sign_in(client)
    else:  # a session of Django's own, as its tools open one
        client.force_login(ann, backend=pagesessions.BACKEND)
    assert client.get("/admin/").status_code == 200

    ending(ann)

    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert not is_in(client)


def test_a_new_role_holds_at_once(ann, client):
    sign_in(client)
    assert client.get("/settings/invitations/").status_code == 403
    operations.change_user(ann, {"role": "manager"}, by=None)
    assert client.get("/settings/invitations/").status_code == 200


# -- the staff site ------------------------------------------------------------------------


def test_the_staff_sites_sign_in_is_this_one(max, client):
    asked = client.get("/admin/login/?next=/admin/crm/lead/")["Location"]
    assert asked == "/login/?next=%2Fadmin%2Fcrm%2Flead%2F"
    answer = sign_in(client, "max@example.com", next="/admin/crm/lead/")
    assert answer["Location"] == "/admin/crm/lead/"
    assert client.get("/admin/login/?next=//evil.example", follow=True).redirect_chain[-1] == (
        "/admin/",
        302,
    )
    assert client.get("/admin/password_change/")["Location"] == "/me/password/"
    assert client.post("/admin/logout/")["Location"] == "/login/"
    assert Session.objects.get().revoked_at
    assert not is_in(client)


def test_who_is_not_of_the_staff_is_told_so(ann, client):
    sign_in(client)
    assert client.get("/admin/", follow=True).status_code == 403


# -- links of mails ------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["nonsense", "0" * 32 + ".x-y"])
@pytest.mark.parametrize("page", ["reset-password", "accept-invite"])
def test_a_dead_link_is_told_before_anything_is_typed(page, token, ann, client):
    taken = client.get(f"/{page}/{token}")
    assert (taken["Location"], taken["Referrer-Policy"]) == (f"/{page}/", "no-referrer")
    for answer in (client.get(f"/{page}/"), client.post(f"/{page}/", {"password": NEW})):
        text = answer.content.decode()
        assert "is over" in text
        assert token not in text
        assert 'type="password"' not in text
    ann.refresh_from_db()
    assert ann.check_password(PASSWORD)


# -- invitations and words -----------------------------------------------------------------


def test_an_invitation_is_sent_again_with_a_new_link(max, client, mailoutbox, work_off):
    sign_in(client, "max@example.com")
    client.post("/settings/invitations/", {"email": "New@example.com", "role": "support"})
    first = Invitation.objects.get()

    for _ in range(2):  # pressed twice: by then the first is over
        answer = client.post(f"/settings/invitations/{first.pk}/again/")
        assert answer["Location"] == "/settings/invitations/"

    (second,) = client.get("/settings/invitations/").context["waiting"]
    assert (second.email, second.role) == ("new@example.com", "support")
    assert second.pk != first.pk
    assert Invitation.objects.count() == 2
    work_off()
    assert {tuple(mail.to) for mail in mailoutbox} == {("new@example.com",)}


def test_nobody_sends_the_invitation_of_somebody_else_again(max, mia, client):
    sign_in(client, "max@example.com")
    client.post("/settings/invitations/", {"email": "new@example.com", "role": "admin"})
    offer = Invitation.objects.get()
    sign_in(client, "mia@example.com")
    client.post(f"/settings/invitations/{offer.pk}/again/")
    assert Invitation.objects.count() == 1


def test_a_role_is_no_door():
    assert choice_label("admin") == "Admin"
    assert choice_label("door.admin") == "in the staff site"


def test_a_locale_that_is_set_survives_another_preference(ann, client):
    User.objects.filter(pk=ann.pk).update(locale="en-GB")
    sign_in(client)
    form = client.get("/me/preferences/").context["form"]
    sent = {name: form[name].value() for name in form.fields}
    assert client.post("/me/preferences/", {**sent, "theme": "dark"}).status_code == 302
    ann.refresh_from_db()
    assert (ann.locale, ann.preferences) == ("en-GB", {"theme": "dark"})


@pytest.mark.parametrize(
    ("wrong", "field"), [({"timezone": "Mars/North"}, "timezone"), ({"locale": "xx"}, "locale")]
)
def test_a_colleagues_zone_and_language_are_chosen_from_what_there_is(
    wrong, field, ann, max, client
):
    sign_in(client, "max@example.com")
    sent = {"full_name": "Ann", "email": ann.email, "role": "sales_rep", "timezone": "UTC"}
    answer = client.post(f"/users/{ann.pk}/edit/", {**sent, **wrong})
    assert list(answer.context["form"].errors) == [field]
    good = {**sent, "timezone": "Asia/Tokyo", "locale": "de"}
    assert client.post(f"/users/{ann.pk}/edit/", good).status_code == 302
    ann.refresh_from_db()
    assert (ann.timezone, ann.locale) == ("Asia/Tokyo", "de")
