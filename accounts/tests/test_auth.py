"""Signing in, being locked out, signing out, and who one is."""

import pytest
from axes.models import AccessAttempt
from django.utils import timezone

from accounts.models import Session
from accounts.tests.doors import (
    AUTH,
    SESSION_OVER,
    bearer,
    log_in,
    me,
    opened,
    post,
    refreshed,
    refused,
    works,
)
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

WRONG = "wrong-horse-battery"


def fail(email, times, **headers):
    return [log_in(email, WRONG, **headers).status_code for _ in range(times)]


# -- in ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "email",
    ["ann@example.com", "ANN@Example.COM", " ann@example.com ", "ａnn@example.com"],  # noqa: RUF001
)
def test_login_is_by_email_in_any_spelling(email, ann):
    before = timezone.now()

    answer = log_in(email)

    assert answer.status_code == 200, answer.content
    assert set(answer.json()) == {"success", "data"}
    data = answer.json()["data"]
    assert set(data) == {"user", "token", "refreshToken"}
    assert data["user"]["id"] == str(ann.pk)
    ann.refresh_from_db()
    assert before <= ann.last_login <= timezone.now()
    assert data["user"]["last_login"] is not None
    assert me(data["token"]).json()["data"]["id"] == str(ann.pk)


def test_a_session_remembers_where_it_was_opened(ann):
    log_in("ann@example.com", REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="Firefox " + "x" * 300)

    session = Session.objects.get()
    assert (session.user, session.address) == (ann, "203.0.113.9")
    assert session.user_agent.startswith("Firefox xxx")
    assert len(session.user_agent) == 200


@pytest.mark.parametrize(
    ("email", "password", "status"),
    [
        ("nobody@example.com", PASSWORD, "active"),
        ("not an address", PASSWORD, "active"),
        ("ann@example.com", WRONG, "active"),
        ("ann@example.com", PASSWORD + " ", "active"),
        ("ann@example.com", PASSWORD, "inactive"),
        ("ann@example.com", PASSWORD, "suspended"),
    ],
)
def test_every_refused_login_sounds_the_same(email, password, status, ann):
    ann.status = status
    ann.save()

    answer = log_in(email, password)

    assert refused(answer) == SESSION_OVER
    assert answer.json()["message"] == "Email or password is wrong."
    assert not Session.objects.exists()
    ann.refresh_from_db()
    assert ann.last_login is None


def test_somebody_in_the_recycle_bin_does_not_sign_in(ann):
    ann.deleted_at = timezone.now()
    ann.save()

    assert refused(log_in("ann@example.com")) == SESSION_OVER


@pytest.mark.parametrize("body", [{}, {"email": "a@b.de"}, {"email": None, "password": None}, []])
def test_a_login_without_credentials_is_malformed(body):
    assert refused(post("login", body)) == (400, "invalid")


# -- locked out ----------------------------------------------------------------------------


def test_ten_failures_lock_the_account_whatever_the_address(ann, tom):
    for number in range(10):
        answer = log_in("ann@example.com", WRONG, REMOTE_ADDR=f"203.0.113.{number}")
    assert answer.status_code in (401, 429)

    answer = log_in("Ann@example.com", PASSWORD, REMOTE_ADDR="198.51.100.1")

    assert refused(answer) == (429, "throttled")
    assert 1 <= int(answer["Retry-After"]) <= 600
    assert not Session.objects.exists()
    assert log_in("tom@example.com", REMOTE_ADDR="203.0.113.1").status_code == 200


def test_nine_failures_do_not_lock(ann):
    assert fail("ann@example.com", 9) == [401] * 9
    assert log_in("ann@example.com").status_code == 200


def test_a_success_forgets_the_failures(ann):
    fail("ann@example.com", 9)
    log_in("ann@example.com")
    assert not AccessAttempt.objects.exists()

    assert fail("ann@example.com", 9) == [401] * 9
    assert log_in("ann@example.com").status_code == 200


def test_an_account_that_does_not_exist_locks_alike(ann):
    known = fail("ann@example.com", 12)
    assert fail("nobody@example.com", 12) == known
    assert known[:9] + known[10:] == [401] * 9 + [429] * 2


def test_the_lock_opens_by_itself_and_guessing_does_not_prolong_it(ann, settings):
    fail("ann@example.com", 10)
    counted = AccessAttempt.objects.get()
    fail("ann@example.com", 3)
    after = AccessAttempt.objects.get()
    assert (after.failures_since_start, after.attempt_time) == (10, counted.attempt_time)

    after.attempt_time -= settings.AXES_COOLOFF_TIME
    after.save()

    assert log_in("ann@example.com").status_code == 200


def test_the_pages_share_the_lock(max, client):
    def enter(password):
        return client.post("/login/", {"username": "MAX@example.com", "password": password})

    fail("max@example.com", 5)
    assert [enter(WRONG).status_code for _ in range(4)] == [200] * 4

    tenth, right = enter(WRONG), enter(PASSWORD)

    for page in (tenth, right):
        assert (page.status_code, page["Retry-After"]) == (429, "600")
        assert "Wait ten minutes" in page.content.decode()
    assert "_auth_user_id" not in client.session
    assert refused(log_in("max@example.com")) == (429, "throttled")


def test_entering_by_a_page_forgets_the_failures(max, client):
    fail("max@example.com", 9)
    client.post("/login/", {"username": "max@example.com", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(max.pk)
    assert not AccessAttempt.objects.exists()


def test_a_lock_leaves_open_sessions_alone(ann):
    before = opened(ann)
    fail("ann@example.com", 11)
    assert works(before)


def test_no_password_is_kept_of_a_failed_login(ann):
    fail("ann@example.com", 2)
    kept = AccessAttempt.objects.values().get()
    assert WRONG not in str(kept)


# -- out -----------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [None, {}, {"refreshToken": ""}, {"refreshToken": "its own"}])
def test_logout_ends_the_session_and_no_other(body, ann):
    here, there = opened(ann), opened(ann)
    if body and body["refreshToken"]:
        body = {"refreshToken": here.refresh_token}

    answer = post("logout", body, token=here.token)

    assert answer.status_code == 200, answer.content
    assert answer.json() == {"success": True, "message": "Signed out successfully"}
    assert refused(me(here.token)) == SESSION_OVER
    assert refused(refreshed(here.refresh_token)) == SESSION_OVER
    assert works(there)


def test_logging_out_twice_is_refused(ann):
    here = opened(ann)
    post("logout", token=here.token)
    assert refused(post("logout", token=here.token)) == SESSION_OVER


# -- me ------------------------------------------------------------------------------------


def test_me_tells_who_one_is_twice_over(ann, mia):
    body = me(opened(ann).token).json()

    data = body.pop("data")
    assert body.pop("success") is True
    assert body == data
    assert data["email"] == "ann@example.com"
    assert (data["role"], data["status"]) == ("sales_rep", "active")
    assert (data["team_id"], data["team"]["name"]) == (str(mia.team_id), "North")
    assert "crm.add_lead" in data["permissions"]
    assert "crm.delete_lead" not in data["permissions"]
    assert data["permissions"] == sorted(ann.get_all_permissions())


def test_me_without_a_token_is_refused():
    assert refused(bearer().get(f"{AUTH}/me")) == SESSION_OVER


def test_no_answer_has_a_password_in_it(ann, max):
    token = opened(max).token
    answers = [
        log_in("ann@example.com"),
        me(token),
        bearer(token).get("/api/v1/users"),
        bearer(token).get(f"/api/v1/users/{ann.pk}"),
        bearer(token).patch(f"/api/v1/users/{ann.pk}", {"password": "another-horse-7"}),
        bearer(token).get(f"/api/v1/users/{ann.pk}/history"),
        bearer(token).get("/api/v1/users?fields=id,password"),
        bearer(token).get("/api/v1/users?password__contains=md5"),
        bearer(token).get("/api/v1/users?sort=password"),
    ]
    ann.refresh_from_db()
    assert [answer.status_code for answer in answers] == [200] * 6 + [400] * 3
    for answer in answers:
        text = answer.content.decode()
        assert ann.password not in text
        assert max.password not in text
        assert "another-horse-7" not in text
        assert "security_version" not in text
