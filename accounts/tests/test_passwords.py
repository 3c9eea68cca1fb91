"""A forgotten password, and one that is changed."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.core.cache import cache

from accounts import passwords, tokens
from accounts.models import User
from accounts.tests.doors import AUTH, bearer, log_in, me, opened, post, refused, works
from conftest import PASSWORD
from crm.core.errors import NotSignedIn
from crm.core.models import Event

pytestmark = pytest.mark.django_db

NEW = "another-horse-battery"
LINK = re.compile(r"(\S+)/reset-password/(\S+)")
BAD_LINK = (400, "invalid")


@pytest.fixture(autouse=True)
def nobody_asked_before():
    cache.clear()


def forgot(email, **headers):
    return post("forgot-password", {"email": email}, **headers)


def reset(token, password=NEW):
    return post(f"reset-password/{token}", {"password": password})


def token_of_age(user, age):
    """Make a reset token as it would have been made ``age`` ago."""
    generator = PasswordResetTokenGenerator()
    made = generator._num_seconds(generator._now() - age)
    return f"{user.pk.hex}.{generator._make_token_with_timestamp(user, made, generator.secret)}"


# -- forgotten -----------------------------------------------------------------------------


def test_the_answer_does_not_tell_who_has_an_account(ann, zoe):
    zoe.status = "suspended"
    zoe.save()

    known, unknown, closed = (
        forgot("ANN@example.com"),
        forgot("nobody@example.com"),
        forgot("zoe@example.com"),
    )

    assert known.status_code == unknown.status_code == closed.status_code == 200
    assert known.json() == unknown.json() == closed.json()
    assert set(known.json()) == {"success", "message"}


def test_the_mail_leads_to_the_configured_address(ann, settings, work_off):
    settings.FRONTEND_URL = "https://crm.example.org"
    settings.ALLOWED_HOSTS = ["*"]

    forgot("Ann@example.com", HTTP_HOST="evil.example.net")
    forgot("nobody@example.com")
    work_off()

    [sent] = mail.outbox
    assert sent.to == ["ann@example.com"]
    assert sent.from_email == settings.DEFAULT_FROM_EMAIL
    host, token = LINK.search(sent.body).groups()
    assert host == "https://crm.example.org"
    assert "evil.example.net" not in sent.body
    assert reset(token).status_code == 200
    assert log_in("ann@example.com", NEW).status_code == 200


def test_one_address_gets_few_mails(ann, tom, work_off):
    answers = [forgot("ann@example.com") for _ in range(8)]
    forgot("tom@example.com")
    work_off()
    assert {answer.status_code for answer in answers} == {200}
    assert [sent.to[0] for sent in mail.outbox].count("ann@example.com") == 5
    assert [sent.to[0] for sent in mail.outbox].count("tom@example.com") == 1


# -- set anew ------------------------------------------------------------------------------


def test_a_reset_sets_the_password_and_ends_all_sessions(ann, tom):
    here, there, other = opened(ann), opened(ann), opened(tom)
    ann.refresh_from_db()

    answer = reset(tokens.reset_token(ann))

    assert answer.status_code == 200, answer.content
    assert set(answer.json()) == {"success", "message"}
    assert not works(here)
    assert not works(there)
    assert works(other)
    assert refused(log_in("ann@example.com")) == (401, "not_authenticated")
    assert log_in("ann@example.com", NEW).status_code == 200
    assert Event.objects.filter(name="user.password_changed", record_id=ann.pk).count() == 1


def test_a_reset_works_once(ann):
    token = tokens.reset_token(ann)
    reset(token)

    answer = reset(token, "yet-another-horse-7")

    assert refused(answer) == BAD_LINK
    assert list(answer.json()["errors"]) == ["token"]
    ann.refresh_from_db()
    assert ann.check_password(NEW)


@pytest.mark.parametrize(
    ("age", "status"),
    [
        (timedelta(minutes=59), 200),
        (timedelta(hours=1, seconds=1), 400),
        (timedelta(days=1), 400),
    ],
)
def test_a_reset_is_good_for_an_hour(age, status, ann):
    assert reset(token_of_age(ann, age)).status_code == status
    ann.refresh_from_db()
    assert ann.check_password(NEW if status == 200 else PASSWORD)


def test_a_reset_dies_with_the_next_sign_in(ann):
    token = tokens.reset_token(ann)
    log_in("ann@example.com")
    assert refused(reset(token)) == BAD_LINK


def test_a_reset_dies_with_a_changed_password(ann):
    here = opened(ann)
    ann.refresh_from_db()
    token = tokens.reset_token(ann)
    bearer(here.token).put(
        f"{AUTH}/update-password", {"currentPassword": PASSWORD, "newPassword": NEW}
    )
    assert refused(reset(token, "yet-another-horse-7")) == BAD_LINK


def test_a_reset_dies_with_a_changed_email(ann, max, client_of):
    token = tokens.reset_token(ann)
    client_of(max).patch(f"/api/v1/users/{ann.pk}", {"email": "ann.berg@example.com"})
    assert refused(reset(token)) == BAD_LINK


@pytest.mark.parametrize("status", ["inactive", "suspended"])
def test_a_reset_does_not_open_a_closed_account(status, ann):
    token = tokens.reset_token(ann)
    User.objects.filter(pk=ann.pk).update(status=status)
    assert refused(reset(token)) == BAD_LINK


def test_a_reset_is_for_one_person(ann, tom):
    of_ann = tokens.reset_token(ann).partition(".")[2]
    assert refused(reset(f"{tom.pk.hex}.{of_ann}")) == BAD_LINK
    tom.refresh_from_db()
    assert tom.check_password(PASSWORD)


@pytest.mark.parametrize("token", ["x", ".", "a.b", "%00", "x" * 3000, "ü", "{}.{}"])
def test_a_link_that_is_none_is_refused(token, db):
    assert refused(reset(token)) == BAD_LINK


def test_a_weak_password_leaves_the_link_good(ann):
    token = tokens.reset_token(ann)
    answer = reset(token, "ann")
    assert refused(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == ["password"]
    assert reset(token).status_code == 200


def test_a_reset_opens_a_locked_account(ann):
    for _ in range(10):
        log_in("ann@example.com", "wrong-horse-1")
    reset(tokens.reset_token(ann))
    assert log_in("ann@example.com", NEW).status_code == 200


# -- changed -------------------------------------------------------------------------------


def change(token, current=PASSWORD, new=NEW):
    body = {"currentPassword": current, "newPassword": new}
    return bearer(token).put(f"{AUTH}/update-password", body)


def test_changing_the_password_keeps_this_session_and_ends_the_others(ann, tom):
    here, there, other = opened(ann), opened(ann), opened(tom)

    answer = change(here.token)

    assert answer.status_code == 200, answer.content
    assert works(here)
    assert not works(there)
    assert works(other)
    assert post("refresh-token", {"refreshToken": here.refresh_token}).status_code == 200
    assert refused(log_in("ann@example.com")) == (401, "not_authenticated")
    assert log_in("ann@example.com", NEW).status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "named"),
    [
        ("wrong-horse-1", NEW, "currentPassword"),
        ("", NEW, "currentPassword"),
        (PASSWORD, "short", "newPassword"),
        (PASSWORD, "ann@example.com", "newPassword"),
        (PASSWORD, "", "newPassword"),
    ],
)
def test_a_refused_change_changes_nothing(current, new, named, ann):
    here, there = opened(ann), opened(ann)

    answer = change(here.token, current, new)

    assert refused(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [named]
    assert works(here)
    assert works(there)
    ann.refresh_from_db()
    assert ann.check_password(PASSWORD)


def test_an_ended_session_changes_no_password(ann):
    """It may have ended between being let in and getting the row's lock."""
    here = opened(ann)
    read_before = here.session
    change(opened(ann).token)

    with pytest.raises(NotSignedIn):
        passwords.update_password(ann, current=NEW, new="yet-another-horse-7", session=read_before)

    assert not works(here)
    assert me(here.token).status_code == 401
    ann.refresh_from_db()
    assert ann.check_password(NEW)
