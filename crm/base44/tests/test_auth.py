"""Signing in, registering, passwords and invitations in the second wire format."""

import re

import pytest
from django.core import mail
from django.core.cache import cache

from accounts import tokens
from accounts.models import Invitation, Session, User
from conftest import PASSWORD

from .door import bearer, log_in, me, post, refused

pytestmark = pytest.mark.django_db

IDA = {"email": "ida@example.com", "password": PASSWORD}
NEW = "another-horse-battery"


@pytest.fixture(autouse=True)
def open_registration(settings):
    settings.REGISTRATION = "open"
    cache.clear()


def mailed_code():
    return re.search(r"^(\d{6})$", mail.outbox[-1].body, re.MULTILINE)[1]


# -- signing in ----------------------------------------------------------------------------


def test_signing_in_gives_a_token_as_old_as_the_session_may_get(ann, settings):
    answer = post("auth/login", {"email": "Ann@Example.com", "password": PASSWORD, "x": 1})

    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert set(body) == {"access_token", "user", "success"}
    assert (body["user"]["email"], body["user"]["role"]) == ("ann@example.com", "sales_rep")
    assert body["user"]["app_id"] == settings.BASE44_APP_ID
    assert body["user"] == me(body["access_token"]).json()
    session = Session.objects.get()
    assert tokens.read_access(body["access_token"])["exp"] == int(session.expires_at.timestamp())


def test_the_token_ends_with_its_session(ann):
    token = log_in(ann.email).json()["access_token"]
    assert me(token).status_code == 200
    assert bearer(token).post("/api/v1/auth/logout").status_code == 200
    answer = me(token)
    assert refused(answer) == (401, "not_authenticated")
    assert answer.json()["extra_data"] == {"reason": "auth_required"}


def test_unknown_wrong_and_closed_are_told_alike(ann, zoe):
    zoe.status = "suspended"
    zoe.save()
    answers = [
        log_in(ann.email, "wrong-horse-battery"),
        log_in("nobody@example.com"),
        log_in(zoe.email),
    ]
    assert {refused(answer) for answer in answers} == {(401, "not_authenticated")}
    assert len({answer.json()["message"] for answer in answers}) == 1
    assert not Session.objects.exists()


def test_another_app_is_not_here(ann):
    body = {"email": ann.email, "password": PASSWORD}
    answer = bearer("").post("/api/apps/another/auth/login", body)
    assert refused(answer) == (404, "not_found")
    assert not Session.objects.exists()


@pytest.mark.parametrize("body", [None, [], {"email": "ann@example.com"}, {"email": 1}])
def test_a_body_that_is_none_is_refused(body):
    assert post("auth/login", body).status_code in {400, 422}


# -- registering ---------------------------------------------------------------------------


def test_registering_verifying_and_signing_in(work_off):
    answer = post("auth/register", {**IDA, "referral_code": None, "role": "admin"})
    assert answer.status_code == 200, answer.content
    assert set(answer.json()) == {"id", "message", "otp_expires_in_minutes"}
    assert answer.json()["otp_expires_in_minutes"] == 10
    waiting = log_in(IDA["email"])
    assert refused(waiting) == (403, "permission_denied")
    assert refused(log_in(IDA["email"], NEW)) == (401, "not_authenticated")
    assert not Session.objects.exists()
    work_off()

    answer = post("auth/verify-otp", {"email": "IDA@example.com", "otp_code": mailed_code()})

    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert {"id", "access_token", "message", "success"} <= set(body)
    assert me(body["access_token"]).json()["role"] == "sales_rep"
    assert me(body["access_token"]).json()["is_verified"] is True
    assert log_in(IDA["email"]).status_code == 200


def test_registering_does_not_tell_who_has_an_account(ann, work_off):
    known = post("auth/register", {"email": ann.email, "password": PASSWORD})
    unknown = post("auth/register", IDA)
    again = post("auth/register", IDA)

    bodies = [answer.json() for answer in (known, unknown, again)]
    assert {answer.status_code for answer in (known, unknown, again)} == {200}
    assert len({body.pop("id") for body in bodies}) == 3
    assert bodies[0] == bodies[1] == bodies[2]
    for path in ("auth/resend-otp", "auth/reset-password-request"):
        answers = [post(path, {"email": e}) for e in (ann.email, IDA["email"], "no@example.com")]
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
    work_off()
    assert {sent.to[0] for sent in mail.outbox} == {ann.email, IDA["email"]}


@pytest.mark.parametrize("way", ["invite", "closed"])
def test_registration_may_be_closed(way, settings):
    settings.REGISTRATION = way
    assert refused(post("auth/register", IDA)) == (403, "registration_closed")
    assert not User.objects.exists()


def test_a_weak_password_is_refused_for_known_and_unknown(ann):
    for email in (ann.email, IDA["email"]):
        answer = post("auth/register", {"email": email, "password": "short"})
        assert refused(answer) == (422, "invalid")
        assert "password" in answer.json()["message"]
    assert User.objects.filter(email=IDA["email"]).count() == 0


def test_a_wrong_code_is_refused(work_off):
    post("auth/register", IDA)
    work_off()
    wrong = f"{(int(mailed_code()) + 1) % 1_000_000:06d}"
    for code in (wrong, "", "1", mailed_code() + "0"):
        answer = post("auth/verify-otp", {"email": IDA["email"], "otp_code": code})
        assert answer.status_code in {400, 422}
    assert refused(post("auth/verify-otp", {"email": "no@example.com", "otp_code": wrong})) == (
        400,
        "invalid",
    )
    assert User.objects.get().status == "inactive"


# -- passwords -----------------------------------------------------------------------------


def test_a_forgotten_password_is_set_anew(ann, work_off):
    post("auth/reset-password-request", {"email": ann.email})
    work_off()
    token = re.search(r"/reset-password/(\S+)", mail.outbox[0].body)[1]

    weak = post("auth/reset-password", {"reset_token": token, "new_password": "short"})
    assert refused(weak) == (422, "invalid")
    assert list(weak.json()["errors"]) == ["new_password"]
    answer = post("auth/reset-password", {"reset_token": token, "new_password": NEW})
    assert answer.status_code == 200, answer.content
    again = post("auth/reset-password", {"reset_token": token, "new_password": PASSWORD})
    assert refused(again) == (400, "invalid")
    assert log_in(ann.email, NEW).status_code == 200
    assert refused(log_in(ann.email)) == (401, "not_authenticated")


def test_one_changes_only_ones_own_password(ann, tom):
    token = log_in(ann.email).json()["access_token"]
    elsewhere = log_in(ann.email).json()["access_token"]
    body = {"user_id": str(tom.pk), "current_password": PASSWORD, "new_password": NEW}

    assert refused(post("auth/change-password", body)) == (401, "not_authenticated")
    client = bearer(token)
    assert refused(post("auth/change-password", body, client=client))[0] == 403
    body["user_id"] = str(ann.pk)
    wrong = post("auth/change-password", {**body, "current_password": "no"}, client=client)
    assert refused(wrong) == (422, "invalid")
    assert list(wrong.json()["errors"]) == ["current_password"]
    for person in (ann, tom):
        person.refresh_from_db()
        assert person.check_password(PASSWORD)

    assert post("auth/change-password", body, client=client).status_code == 200
    assert me(token).status_code == 200
    assert me(elsewhere).status_code == 401
    assert log_in(ann.email, NEW).status_code == 200


# -- invitations ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["users/invite-user", "runtime/users/invite-user"])
@pytest.mark.parametrize(("role", "ours"), [("user", "sales_rep"), ("admin", "admin")])
def test_administrators_invite(path, role, ours, max, client_of, work_off):
    body = {"user_email": "Ida@example.com", "role": role}
    answer = post(path, body, client=client_of(max))
    assert answer.status_code == 200, answer.content
    assert (Invitation.objects.get().email, Invitation.objects.get().role) == (
        "ida@example.com",
        ours,
    )
    work_off()
    assert mail.outbox[0].to == ["ida@example.com"]


@pytest.mark.parametrize("role", ["user", "admin"])
def test_others_do_not_invite(role, ann, sam, client_of):
    body = {"user_email": "ida@example.com", "role": role}
    for person in (ann, sam):
        assert refused(post("users/invite-user", body, client=client_of(person)))[0] == 403
    assert refused(post("users/invite-user", body))[0] == 401
    assert not Invitation.objects.exists()


def test_a_role_that_is_none_is_refused(max, client_of):
    body = {"user_email": "ida@example.com", "role": "owner"}
    assert refused(post("users/invite-user", body, client=client_of(max))) == (422, "invalid")
    assert not Invitation.objects.exists()


# -- limits --------------------------------------------------------------------------------


def test_the_doors_are_counted_by_address(settings):
    settings.RATE_LIMIT_LOGIN = 2
    answers = [log_in("nobody@example.com") for _ in range(4)]
    assert [refused(answer)[0] for answer in answers] == [401, 401, 429, 429]


def test_signing_in_as_often_as_that_closes_the_account(ann):
    for _ in range(10):
        log_in(ann.email, "wrong-horse-battery")
    assert refused(log_in(ann.email)) == (429, "throttled")
